"""Control of a student's gain: one source's teachers of all seeds, mixed, without any target text."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="direct-seeds",
    summary="The mean of one source's teachers of every seed, applied to the target as it is",
    trains_student=False,
    weights="seeds",
    applies="mixture",
    role="control",
)
