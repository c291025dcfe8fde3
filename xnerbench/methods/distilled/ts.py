"""Single-source teacher-student learning (Wu et al., 2020)."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="ts",
    summary="Single-source teacher-student: a fresh student learns the teacher's probabilities (MSE)",
    options=STUDENT,
    role="student",
    label="teacher-student",
    look="blue o",
)
