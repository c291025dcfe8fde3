"""A handful of target labels on top of the teacher: what every use of unlabelled text must be compared with."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER, Option

METHOD = Method(
    name="few",
    summary="The teacher trained on with n labelled target sentences; reads their gold tags",
    needs=("gold",),
    objective="xnerbench.learning.objectives.objective:gold",
    options={
        **OPTIMISER,
        "init": Option(
            "teacher",
            "Where the tagger starts: at the teacher's weights, or at the pretrained encoder's.",
            choices=("teacher", "pretrained"),
        ),
    },
)
