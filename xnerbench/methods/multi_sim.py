"""Multi-source teacher-student learning with similarity weights (Wu et al., 2020)."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="multi-sim",
    summary="Multi-source teacher-student with weights from language similarity",
    multi_source=True,
    weights="similarity",
)
