"""The lower bound: no target text at all."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="direct",
    summary="The source's teacher applied to the target as it is",
    uses_pool=False,
    init="none",
    loss="",
)
