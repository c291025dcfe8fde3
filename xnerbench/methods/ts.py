"""Single-source teacher-student learning (Wu et al., 2020)."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="ts",
    summary="Single-source teacher-student: a fresh student learns the teacher's probabilities (MSE)",
)
