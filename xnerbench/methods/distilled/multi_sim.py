"""Several sources: their teachers' probabilities weighted by language similarity."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="multi-sim",
    summary="Multi-source teacher-student with weights from language similarity",
    multi_source=True,
    weights="similarity",
    options=STUDENT,
    role="mixture",
    label="multi-source with similarity weights",
    look="purple P",
)
