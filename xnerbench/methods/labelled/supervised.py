"""Control: the same subsets with gold tags, the only method that reads them."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER

METHOD = Method(
    name="supervised",
    summary="Ceiling: trained on the gold tags of the same subsets; the only method that reads them",
    weights="none",
    needs=("gold",),
    objective="xnerbench.learning.objectives.objective:gold",
    options=OPTIMISER,
    role="ceiling",
    label="supervised on target gold",
    look="green s",
)
