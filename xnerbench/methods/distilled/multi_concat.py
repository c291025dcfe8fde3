"""Control: one teacher on the union of the sources."""

from xnerbench.methods.method import Method

METHOD = Method(
    name="multi-concat",
    summary="One teacher trained on all sources together, applied as it is",
    multi_source=True,
    trains_student=False,
    weights="concat",
    role="control",
    label="one teacher on all sources",
    look="brown X",
)
