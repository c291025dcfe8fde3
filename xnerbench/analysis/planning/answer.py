"""The answer to a plan: numbers, a curve to draw, and the words they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.settings import Settings

GRID = 60
"""Points of the curve that is drawn."""


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes:
        target: The language.
        goal: F1, 0..100.
        n: Sentences expected to be needed; `None` if out of reach or not to be told.
        low, high: Interval of n; `None` where an end is open.
        verdict: `ok...`, `not shown ...`, or `not identifiable: ...`.
        text: One paragraph.
        sizes: For drawing, [points].
        f1, lower, upper: The expected curve and its band, [points].
        points: Measured: size -> F1 (0: direct transfer).
        largest: Largest measured size; what lies beyond is extrapolation.
        direct: F1 of direct transfer, if measured or predicted.
    """

    target: str
    goal: float
    n: float | None
    low: float | None
    high: float | None
    verdict: str
    text: str
    sizes: np.ndarray
    f1: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    points: dict[int, float]
    largest: float
    direct: float | None


def direct_sentence(start: float | None, goal: float, verb: str) -> str:
    """Where direct transfer is, if that is known."""
    if start is None:
        return ""
    more = " and so needs no target text for it" if start >= goal else ""
    return f" Direct transfer {verb} at {start:.1f} F1{more}."


def span_of(low: float, high: float, confidence: float) -> str:
    """An interval of sizes in words, open ends included."""
    level = f"{100 * confidence:g} % interval"
    if not np.isfinite(low):
        return f"{level}: not reached in most draws"
    if not np.isfinite(high):
        return f"{level} from {rounded(low)}, with no upper end"
    return f"{level} {rounded(low)} to {rounded(high)}"


def rounded(n: float) -> str:
    """Two significant digits: more would claim a precision that no curve has."""
    digits = max(0, int(np.floor(np.log10(max(n, 1)))) - 1)
    return f"{round(n, -digits):,.0f}"


def method_of(settings: Settings) -> str:
    """The primary method with its budget."""
    return f"{settings.primary_method} ({settings.primary_budget})"
