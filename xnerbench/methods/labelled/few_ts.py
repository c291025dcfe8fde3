"""A few labelled sentences and many with soft labels, together."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="few-ts",
    summary="Soft labels on n sentences and gold tags on the first few of them; reads those tags",
    needs=("soft", "gold"),
    objective="xnerbench.learning.objectives.combined:few_and_soft",
    options={
        **STUDENT,
        "labelled": Option(
            75, "Sentences with gold tags, the first of the subset.", kind=int, minimum=0
        ),
        "gold_weight": Option(
            1.0, "Weight of the cross-entropy on the labelled words of a batch.", minimum=0.0
        ),
    },
    values={"loss": "kl", "init": "teacher"},
)
