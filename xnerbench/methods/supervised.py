"""Ceiling: the only method that reads target gold."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="supervised",
    summary="Ceiling: trained on the gold tags of the same subsets; the only method that reads them",
    reads_gold=True,
    loss="xnerbench.learning.losses:gold",
    weights="none",
)
