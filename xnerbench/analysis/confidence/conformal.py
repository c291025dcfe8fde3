"""Intervals from what was wrong on families that were left out: conformal prediction with blocks.

A new language is exchangeable with others of other branches, not with its own relatives. So every block (branch)
weighs the same, the new one's included, and a block's languages share its weight (hierarchical conformal prediction:
Lee, Barber & Willett 2023, arXiv:2306.06342; Dunn, Wasserman & Ramdas 2023, JASA 118:2491). The errors are those of
forms that were fitted without the language's whole *family*, on the scale of logit F1, so that no end leaves 0..100.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnerbench.analysis.confidence.panel import expit


def half_width(errors: np.ndarray, blocks: Sequence[str], confidence: float) -> float:
    """Half of the interval on the scale of the errors; infinite where there are too few blocks for the level.

    Args:
        errors: Left-out errors, (languages,).
        blocks: Block of each language.
        confidence: Such as 0.95: it takes at least 1 / (1 - confidence) - 1 blocks.
    """
    names, counts = np.unique(np.array(blocks), return_counts=True)
    size = dict(zip(names.tolist(), counts.tolist(), strict=True))
    weights = np.array([1 / size[block] for block in blocks]) / (len(names) + 1)
    order = np.argsort(np.abs(errors), kind="stable")
    reached = np.cumsum(weights[order])
    enough = np.flatnonzero(reached >= confidence - 1e-12)
    return float(np.abs(errors)[order][enough[0]]) if len(enough) else float("inf")


def level(blocks: Sequence[str], wanted: float) -> float:
    """The level that so many blocks can bear: the wanted one, or the largest of two decimals below it."""
    most = len(set(blocks)) / (len(set(blocks)) + 1)
    return wanted if wanted <= most else float(np.floor(100 * most) / 100)


def around(logit_f1: float, half: float) -> tuple[float, float]:
    """The interval in F1, 0..100."""
    if not np.isfinite(half):
        return 0.0, 100.0
    low, high = 100 * expit(np.array([logit_f1 - half, logit_f1 + half]))
    return float(low), float(high)


def left_out_coverage(
    errors: np.ndarray, families: Sequence[str], blocks: Sequence[str], confidence: float
) -> np.ndarray:
    """Whether the interval made without a language's family holds it, bool (languages,)."""
    own = np.array(families)
    held = np.empty(len(own), dtype=bool)
    for family in dict.fromkeys(families):
        out = own == family
        rest = [block for block, is_out in zip(blocks, out, strict=True) if not is_out]
        half = half_width(errors[~out], rest, level(rest, confidence)) if rest else np.inf
        held[out] = np.abs(errors[out]) <= half
    return held
