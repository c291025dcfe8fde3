"""Multi-source teacher-student learning with equal weights (Wu et al., 2020)."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="multi-avg",
    summary="Multi-source teacher-student with equal weights for the teachers",
    multi_source=True,
    weights="uniform",
)
