"""Control: one teacher on the union of the sources."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="multi-concat",
    summary="One teacher trained on all sources together, applied as it is",
    multi_source=True,
    uses_pool=False,
    init="none",
    loss="",
    weights="concat",
)
