"""A teacher after MCL-NER (Mo et al., 2024): source text, its code-switched copies, and two contrasts."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER, STUDENT, Option

# Weights: chosen by config/methods-tuning.yaml on English development text (docs/methods.md).
CONTRAST = {
    "switch_rate": Option(
        0.5, "Probability that a word with a translation is switched.", minimum=0.0, maximum=1.0
    ),
    "relation_weight": Option(0.3, "Weight of the relation head's loss.", minimum=0.0, before=1.0),
    "semantic_weight": Option(0.1, "Weight of the contrast of sentences.", minimum=0.0),
    "contrast_weight": Option(0.1, "Weight of the contrast of relations.", minimum=0.0),
    "shuffled": Option(
        False, "The control: the dictionary's translations permuted among its words."
    ),
}

METHOD = Method(
    name="teacher-cs",
    summary="After MCL-NER: trained on source text and its code-switched copies, with contrasts",
    needs=("words", "dictionary", "source"),
    objective="xnerbench.learning.objectives.objective:gold",
    trainer="xnerbench.learning.students.switched:train_switched",
    options={
        "init": STUDENT["init"],
        **OPTIMISER,
        **CONTRAST,
    },
    cost=4.0,
)
