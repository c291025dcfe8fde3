"""Reaching a goal on a curve: direct transfer, or any F1."""

from __future__ import annotations

import numpy as np

from xnerbench.analysis.curves.forms import Array, reach
from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.methods.roles import DIRECT

NOT_SHOWN = "not shown"
"""Begins the verdict of a size that a curve does not reach. It is not "never": in simulations whose true size was ten
times the largest measured one, 52 to 72 % of such verdicts were wrong."""
AT_MOST = "at or before the smallest size"


def direct_of(draws: Draws, sources: str) -> tuple[Key | None, str]:
    """The direct transfer that a method with these sources is measured against.

    Returns:
        The same source's; for several sources (or none) the best of theirs (or of all), with a
        note that says so; `None` where there is none.
    """
    keys = [key for key in draws.row if key.method == DIRECT]
    for key in keys:
        if key.sources == sources:
            return key, ""
    parts = set(sources.split("+"))
    among = [key for key in keys if key.sources in parts] or keys
    if not among:
        return None, "no direct transfer in the scores"
    best = max(among, key=lambda key: draws.mean[draws.row[key]])
    if len(keys) == 1 and sources in ("", "none"):
        return best, ""
    return best, f"against the best of {len(among)} direct transfers ({best.sources})"


def size_reaching(curve: Curve, goal: float, factor: float) -> tuple[float, str]:
    """The first size at which the chosen curve reaches a goal, and where that size lies.

    Returns:
        Sentences (infinite: not within `factor` times the largest size), and words: empty within
        the measured sizes, a restriction beside `ok`, or a verdict that begins with `NOT_SHOWN`.
    """
    chosen, series = curve.chosen, curve.series
    if chosen is None:
        raise ValueError("no form was chosen")
    largest = float(series.sizes[-1])
    u_max = float(series.u(largest * factor)[0])
    u = float(reach(chosen.form, chosen.theta, goal / 100, u_max))
    if not np.isfinite(u):
        if chosen.form.limit is not None and 100 * chosen.form.limit(chosen.theta) < goal:
            limit = 100 * float(chosen.form.limit(chosen.theta))
            return (
                np.inf,
                f"{NOT_SHOWN} within the range: the fitted limit {limit:.1f} is below {goal:.1f}",
            )
        return (
            np.inf,
            f"{NOT_SHOWN} within the range: {goal:.1f} is beyond {factor:g} x the largest size",
        )
    if u == 0:
        return float(series.sizes[0]), AT_MOST
    n = float(np.exp(u + series.ln_ref))
    return n, "extrapolation" if n > largest * (1 + 1e-9) else ""


def sizes_reaching(curve: Curve, goals: Array, factor: float) -> Array:
    """As `size_reaching`, for every draw; infinite where not, NaN for a NaN goal."""
    series = curve.series
    u_max = float(series.u(series.sizes[-1] * factor)[0])
    u = [reach(p.form, p.theta, goals[p.draws] / 100, u_max) for p in curve.parts]
    sizes = series.sizes[0] * np.exp(np.concatenate(u))
    return np.where(np.isnan(goals), np.nan, sizes)
