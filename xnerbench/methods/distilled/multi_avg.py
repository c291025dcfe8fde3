"""Several sources: the mean of their teachers' probabilities."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="multi-avg",
    summary="Multi-source teacher-student with equal weights for the teachers",
    multi_source=True,
    weights="uniform",
    options=STUDENT,
    role="mixture",
    label="multi-source with uniform weights",
    look="sky v",
)
