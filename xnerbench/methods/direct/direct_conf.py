"""Control of several sources: the teachers' probabilities weighted by their confidence, without any student."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="direct-conf",
    summary="The teachers' probabilities weighted by their confidence on the target's text, applied as they are",
    multi_source=True,
    trains_student=False,
    weights="confidence",
    applies="mixture",
    role="control",
)
