"""What a method is: a row of facts that the grid, the learner and the report read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MethodInfo:
    """What a method needs and how it learns.

    Attributes:
        name: Name in the configuration, in paths and in tables.
        summary: One sentence for the report and the command line.
        multi_source: Uses every source at once; otherwise one cell per entry of `single_sources`.
        uses_pool: Trains on the target's unlabelled text, so it has sizes and budgets.
        reads_gold: Reads the pool's gold tags. True for the supervised control only.
        init: Where the student's trainable layers start; `none` where nothing is trained per target.
        loss: The function that compares a student's logits (W, labels) with its labels, as
            `module:function`; empty where nothing is trained per target.
        weights: How the teachers are combined: `single` teacher, `uniform` or `similarity` mixture,
            `concat` for one teacher on the union of the sources, `none` without a teacher.
    """

    name: str
    summary: str
    multi_source: bool = False
    uses_pool: bool = True
    reads_gold: bool = False
    init: Literal["pretrained", "teacher", "none"] = "pretrained"
    loss: str = "xnerbench.learning.losses:mean_squared_error"
    weights: Literal["single", "uniform", "similarity", "none", "concat"] = "single"

    @property
    def trains_student(self) -> bool:
        """Whether a tagger is trained for each target (then it has a size and a budget)."""
        return self.init != "none"
