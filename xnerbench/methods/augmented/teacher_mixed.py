"""A teacher on source text in which random words of target text stand among its own: no dictionary is needed."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER, STUDENT, Option

METHOD = Method(
    name="teacher-mixed",
    summary="Trained on source text and copies with random words of target text in it, without a dictionary",
    needs=("soft", "words", "source"),
    objective="xnerbench.learning.objectives.objective:gold",
    trainer="xnerbench.learning.students.mixed:train_mixed",
    options={
        "init": STUDENT["init"],
        **OPTIMISER,
        "switch_rate": Option(
            0.5, "Probability that a word outside a mention is replaced.", minimum=0.0, maximum=1.0
        ),
        "sure": Option(
            0.9,
            "Least probability of `O` that the teacher gives a target word which is used.",
            minimum=0.0,
            maximum=1.0,
        ),
    },
    cost=3.0,
)
