"""A regression over languages that allows for relatives: what it adds to a row of `regressions`.

Primary is a line with a random effect of each family, whose strength is averaged over (`inference/pgls` with
`same_family`); the line that takes languages for independent stands beside it. The same with shared ancestors in the
place of families (phylogenetic least squares) and the permutation of whole families are second opinions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.distances import genealogy
from xnerbench.analysis.distances.genealogy import Genealogy
from xnerbench.analysis.distances.regressions import LINE_POINTS, MIN_LANGUAGES
from xnerbench.analysis.inference import clusters, pgls
from xnerbench.analysis.inference.pgls import Averaged


@dataclass(frozen=True)
class Related:
    """A regression over relatives.

    Attributes:
        row: The numbers of a row of `regressions`.
        model: The line with family effects; `None` where there is no interval, or one family only.
        centre: Mean distance, at which its first coefficient is the line.
    """

    row: dict[str, Any]
    model: Averaged | None
    centre: float

    def band(self, x: np.ndarray, confidence: float) -> list[dict[str, Any]]:
        """The line and its pointwise band over the range of x, rows of `regression_lines`."""
        assert self.model is not None
        grid = np.linspace(x.min(), x.max(), LINE_POINTS)
        lines = np.column_stack([np.ones(LINE_POINTS), grid - self.centre])
        ends = self.model.intervals(lines, confidence)
        columns = (grid, lines @ self.model.beta, *ends)
        return [
            dict(zip(("x", "y", "low", "high"), map(float, at), strict=True))
            for at in zip(*columns, strict=True)
        ]


def allowed_for(
    row: dict[str, Any],
    x: np.ndarray,
    y: np.ndarray,
    about: Sequence[Genealogy],
    draws: int,
    confidence: float,
    rng: np.random.Generator,
) -> Related:
    """The row with the line, interval and p that allow for relatives, and the naive ones beside them.

    Args:
        row: As from `regressions.row`; one without an interval is returned as it is.
        x: Distances, [languages].
        y: A quantity, [languages].
        about: Genealogy of each language.
        draws: Permutations.
        confidence: Of the intervals.
        rng: For the permutations.
    """
    centre = float(x.mean()) if len(x) else 0.0
    if "low" not in row or not np.ptp(y) > 0:
        return Related(row, None, centre)
    families = [own.family for own in about]
    n_families = len(set(families))
    naive = {f"{name}_naive": row[name] for name in ("slope", "low", "high", "p")}
    found = {**row, **naive, "n_families": n_families}
    if n_families < clusters.MIN_FAMILIES:
        found["verdict"] = f"{row['verdict']}; all of one family, about which alone it is"
        return Related(found, None, centre)
    design = np.column_stack([np.ones(len(x)), x - centre])
    model = pgls.average(design, y, pgls.same_family(families))
    found["slope"] = float(model.beta[1])
    found["intercept"] = float(model.beta[0] - model.beta[1] * centre)
    found["low"], found["high"] = model.interval(1, confidence)
    found["p"], found["correlation"] = model.p(1), model.strength
    found["p_families"] = clusters.block_permutation(x, y, families, draws, rng)
    relatedness = genealogy.relatedness(about)
    tree = pgls.average(design, y, relatedness)
    low, high = tree.interval(1, confidence)
    found |= {"pgls_slope": float(tree.beta[1]), "pgls_low": low, "pgls_high": high}
    found["lambda"] = pgls.fit(design, y, relatedness).strength
    if (found["low"] <= 0 <= found["high"]) != (low <= 0 <= high):
        found["verdict"] = f"{row['verdict']}; family effects and phylogeny disagree about 0"
    return Related(found, model, centre)


def within(
    x: np.ndarray, y: np.ndarray, about: Sequence[Genealogy], confidence: float
) -> list[dict[str, Any]]:
    """The slope inside each family with at least `MIN_LANGUAGES` languages, with effects of its branches.

    A branch is to a family what a family is to the world: languages of one are alike.
    """
    families = np.array([own.family for own in about])
    found = []
    for family in dict.fromkeys(families.tolist()):
        own = families == family
        n = int(own.sum())
        if n < MIN_LANGUAGES or np.ptp(x[own]) < 1e-9:
            continue
        branches = [
            one.branch or one.language for one, is_own in zip(about, own, strict=True) if is_own
        ]
        row: dict[str, Any] = {
            "family": family,
            "n_languages": n,
            "n_branches": len(set(branches)),
        }
        design = np.column_stack([np.ones(n), x[own] - x[own].mean()])
        if len(set(branches)) < clusters.MIN_FAMILIES:
            branches = [one.language for one, is_own in zip(about, own, strict=True) if is_own]
        model = pgls.average(design, y[own], pgls.same_family(branches))
        low, high = model.interval(1, confidence)
        row |= {"slope": float(model.beta[1]), "low": low, "high": high, "p": model.p(1)}
        found.append({**row, "verdict": "ok; exploratory"})
    return found
