"""Control of several sources: the weighted mean of the teachers' probabilities, without any student."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="direct-sim",
    summary="The teachers' probabilities weighted by language similarity, applied as they are",
    multi_source=True,
    trains_student=False,
    weights="similarity",
    applies="mixture",
    role="control",
)
