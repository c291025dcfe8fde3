"""Several sources: their teachers' probabilities weighted by how sure each is on the target's text."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="multi-conf",
    summary="Multi-source teacher-student with weights from the teachers' confidence",
    multi_source=True,
    weights="confidence",
    options=STUDENT,
    role="mixture",
    label="multi-source with confidence weights",
)
