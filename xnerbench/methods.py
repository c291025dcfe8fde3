"""The methods of a study and what each needs, free of torch so that grids can ask.

The code behind the names lives in `xnerbench.learning`; a test there compares the two tables.
"""

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
        init: Where the student's trainable layers start; `none` where none is trained.
        loss: `mse` or `kl` to the teacher's probabilities, `hard` cross-entropy to its argmax,
            `gold` cross-entropy to gold tags, or `none`.
        weights: How the teachers are combined: `single` teacher, `uniform` or `similarity` mixture,
            `concat` for one teacher on the union of the sources, `none` without a teacher.
    """

    name: str
    summary: str
    multi_source: bool
    uses_pool: bool
    reads_gold: bool
    init: Literal["pretrained", "teacher", "none"]
    loss: Literal["mse", "kl", "hard", "gold", "none"]
    weights: Literal["single", "uniform", "similarity", "none", "concat"]

    @property
    def trains_student(self) -> bool:
        """Whether a tagger is trained for each target (then it has a size and a budget)."""
        return self.init != "none"


def _table(*methods: MethodInfo) -> dict[str, MethodInfo]:
    return {method.name: method for method in methods}


METHODS: dict[str, MethodInfo] = _table(
    MethodInfo(
        "direct",
        "The source's teacher applied to the target as it is",
        multi_source=False,
        uses_pool=False,
        reads_gold=False,
        init="none",
        loss="none",
        weights="single",
    ),
    MethodInfo(
        "ts",
        "Single-source teacher-student: a fresh student learns the teacher's probabilities (MSE)",
        multi_source=False,
        uses_pool=True,
        reads_gold=False,
        init="pretrained",
        loss="mse",
        weights="single",
    ),
    MethodInfo(
        "ts-hard",
        "As ts, with the teacher's most likely tags and cross-entropy",
        multi_source=False,
        uses_pool=True,
        reads_gold=False,
        init="pretrained",
        loss="hard",
        weights="single",
    ),
    MethodInfo(
        "ts-kl",
        "As ts, with the Kullback-Leibler divergence in place of MSE",
        multi_source=False,
        uses_pool=True,
        reads_gold=False,
        init="pretrained",
        loss="kl",
        weights="single",
    ),
    MethodInfo(
        "ts-warm",
        "As ts, with the student started from the teacher",
        multi_source=False,
        uses_pool=True,
        reads_gold=False,
        init="teacher",
        loss="mse",
        weights="single",
    ),
    MethodInfo(
        "supervised",
        "Ceiling: trained on the gold tags of the same subsets; the only method that reads them",
        multi_source=False,
        uses_pool=True,
        reads_gold=True,
        init="pretrained",
        loss="gold",
        weights="none",
    ),
    MethodInfo(
        "multi-avg",
        "Multi-source teacher-student with equal weights for the teachers",
        multi_source=True,
        uses_pool=True,
        reads_gold=False,
        init="pretrained",
        loss="mse",
        weights="uniform",
    ),
    MethodInfo(
        "multi-sim",
        "Multi-source teacher-student with weights from language similarity",
        multi_source=True,
        uses_pool=True,
        reads_gold=False,
        init="pretrained",
        loss="mse",
        weights="similarity",
    ),
    MethodInfo(
        "multi-concat",
        "One teacher trained on all sources together, applied as it is",
        multi_source=True,
        uses_pool=False,
        reads_gold=False,
        init="none",
        loss="none",
        weights="concat",
    ),
)
