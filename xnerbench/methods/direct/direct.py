"""The lower bound: no target text at all."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="direct",
    summary="The source's teacher applied to the target as it is",
    trains_student=False,
    role="baseline",
    label="direct transfer",
    look="grey _",
)
