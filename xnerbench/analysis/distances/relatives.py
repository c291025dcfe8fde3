"""A regression over languages that allows for relatives: what it adds to a row of `regressions`.

The primary interval and p are cluster-robust by family (`inference/clusters`); those that take languages for
independent stand beside them. Phylogenetic least squares and the permutation of whole families are second opinions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xnerbench.analysis.distances import genealogy
from xnerbench.analysis.distances.genealogy import Genealogy
from xnerbench.analysis.distances.regressions import MIN_LANGUAGES
from xnerbench.analysis.inference import clusters, pgls


def allowed_for(
    row: dict[str, Any],
    x: np.ndarray,
    y: np.ndarray,
    about: Sequence[Genealogy],
    draws: int,
    confidence: float,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """The row with the interval and p that allow for relatives, and the naive ones beside them.

    Args:
        row: As from `regressions.row`; one without an interval is returned as it is.
        x: Distances, [languages].
        y: A quantity, [languages].
        about: Genealogy of each language.
        draws: Permutations.
        confidence: Of the intervals.
        rng: For the permutations.
    """
    if "low" not in row or not np.ptp(y) > 0:
        return row
    families = [own.family for own in about]
    n_families = len(set(families))
    naive = {"low_naive": row["low"], "high_naive": row["high"], "p_naive": row["p"]}
    found = {**row, **naive, "n_families": n_families}
    if n_families < clusters.MIN_FAMILIES:
        found["verdict"] = f"{row['verdict']}; all of one family, about which alone it is"
        return found
    design = np.column_stack([np.ones(len(x)), x - x.mean()])
    robust = clusters.regress(design, y, families)
    found["low"], found["high"] = robust.interval(1, confidence)
    found["p"] = robust.p(1)
    found["p_families"] = clusters.block_permutation(x, y, families, draws, rng)
    model = pgls.fit(design, y, genealogy.relatedness(about))
    low, high = model.interval(1, confidence)
    found |= {"pgls_slope": float(model.beta[1]), "pgls_low": low, "pgls_high": high}
    found["lambda"] = model.strength
    if robust.freedom[1] < 4:
        said = f"{robust.freedom[1]:.1f} degrees of freedom: few families decide"
        found["verdict"] = f"{row['verdict']}; {said}"
    return found


def within(
    x: np.ndarray, y: np.ndarray, about: Sequence[Genealogy], confidence: float
) -> list[dict[str, Any]]:
    """The slope inside each family with at least `MIN_LANGUAGES` languages, robust by branch.

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
        robust = clusters.regress(design, y[own], branches)
        low, high = robust.interval(1, confidence)
        row |= {"slope": float(robust.beta[1]), "low": low, "high": high, "p": robust.p(1)}
        found.append({**row, "verdict": "ok; exploratory"})
    return found
