"""Source gold and target soft labels in every update (as ContProto and GLoDe train)."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="joint",
    summary="As ts-kl, with a batch of gold source sentences in every update",
    needs=("soft", "source"),
    trainer="xnerbench.learning.students.joint:train_joint",
    options={
        **STUDENT,
        "source_weight": Option(1.0, "Weight of the source's cross-entropy.", minimum=0.0),
    },
    values={"loss": "kl"},
    cost=2.0,
)
