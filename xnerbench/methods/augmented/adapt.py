"""Distil or adapt: the unlabelled sentences used for masked-word pretraining, before the teacher is trained."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER, STUDENT, Option

METHOD = Method(
    name="adapt",
    summary="The trained layers adapted to n target sentences by masked words, then trained on the source's gold tags",
    needs=("words", "source"),
    objective="xnerbench.learning.objectives.objective:gold",
    trainer="xnerbench.learning.students.adapted:train_adapted",
    options={
        "init": STUDENT["init"],
        **OPTIMISER,
        "mask_updates": Option(
            100, "Updates on masked text, before those of the cell; 0 is the control.", minimum=0
        ),
        "mask_rate": Option(0.15, "Share of the subwords that are masked.", above=0.0, maximum=1.0),
        "mask_learning_rate": Option(1e-4, "Peak rate of the layers on masked text.", above=0.0),
        "mask_head_learning_rate": Option(
            1e-3, "Peak rate of the output transform on masked text.", above=0.0
        ),
        "source_share": Option(
            0.5,
            "Share of the masked sentences that are the source's.",
            minimum=0.0,
            below=1.0,
        ),
    },
    cost=1.5,
)
