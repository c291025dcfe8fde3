"""A plan from the language's own curve."""

from __future__ import annotations

import numpy as np

from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.fit import Analysis
from xnerbench.analysis.inference.bootstrap import interval
from xnerbench.analysis.planning import goals
from xnerbench.analysis.planning.answer import (
    GRID,
    Answer,
    direct_sentence,
    method_of,
    rounded,
    span_of,
)


def from_curve(study: Analysis, curve: Curve, goal: float) -> Answer:
    """Answers for a language whose curve has a chosen form."""
    if curve.chosen is None:
        raise ValueError("no form was chosen")
    series, settings = curve.series, study.settings
    draws = study.draws[series.target]
    largest, factor = float(series.sizes[-1]), settings.extrapolate
    n, where = goals.size_reaching(curve, goal, factor)
    moved = goals.sizes_reaching(curve, np.full(settings.bootstrap, goal), factor)
    known = draws.has_interval(*series.keys)
    low, high = interval(moved, settings.confidence) if known else (np.nan, np.nan)
    sizes = np.geomspace(series.sizes[0], largest * factor, GRID)
    bands = [interval(column, settings.confidence) for column in curve.f1_draws(sizes).T]
    direct, _ = goals.direct_of(draws, series.sources)
    start = float(draws.mean[draws.row[direct]]) if direct is not None else None
    reached = float(np.mean(np.isfinite(moved)))
    verdict = where if where.startswith(goals.NOT_SHOWN) else "; ".join(filter(None, ["ok", where]))
    subject = (
        f"{method_of(study.settings)} on {series.target}, measured at {len(series.sizes)} sizes up to "
        f"{largest:,.0f} sentences with {int(series.n_runs.min())} seeds"
    )
    if not np.isfinite(n):
        end = float(curve.f1(largest * factor)[0])
        text = (
            f"{subject}, is not expected to reach {goal:g} F1: its curve "
            f"({curve.chosen.form.name}) is at "
            f"{float(curve.f1(largest)[0]):.1f} at the largest size and at {end:.1f} at "
            f"{factor:g} times that. In {100 * reached:.0f} % of the bootstrap draws the goal is "
            "reached within that range."
        )
    else:
        span = span_of(low, high, settings.confidence) if known else "no interval: one run per size"
        text = (
            f"{subject}, is expected to reach {goal:g} F1 with about {rounded(n)} unlabelled "
            f"sentences ({span}); the curve is of the form {curve.chosen.form.name}."
        )
        if "extrapolation" in where:
            text += f" That is beyond the largest measured size, {largest:,.0f}: an extrapolation."
        if "smallest" in where:
            text += f" That is the smallest measured size: fewer may do, {goal:g} is passed there."
    text += direct_sentence(start, goal, "is")
    points = {
        int(size): 100 * float(f1) for size, f1 in zip(series.sizes, series.mean, strict=True)
    }
    return Answer(
        series.target,
        goal,
        n if np.isfinite(n) else None,
        low if np.isfinite(low) else None,
        high if np.isfinite(high) else None,
        verdict,
        text,
        sizes,
        curve.f1(sizes),
        np.array([band[0] for band in bands]),
        np.array([band[1] for band in bands]),
        points,
        largest,
        start,
    )
