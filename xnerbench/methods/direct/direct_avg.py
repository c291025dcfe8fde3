"""Control of several sources: the mean of the teachers' probabilities, without any student."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="direct-avg",
    summary="The mean of the teachers' probabilities applied to the target as it is",
    multi_source=True,
    trains_student=False,
    weights="uniform",
    applies="mixture",
    role="control",
)
