"""How often each form would have been chosen: the choice by AICc, repeated on bootstrap draws.

One choice from a handful of sizes says nothing of its own doubt. Each identifiable form is refitted to draws of the
means, AICc is computed as for the data (the spread of the runs around their means stays what it was), and the form
with the smallest one is counted (Buckland, Burnham & Augustin 1997, section 4.2).
"""

from __future__ import annotations

import numpy as np

from xnerbench.analysis.curves import fitting
from xnerbench.analysis.curves.forms import FORMS, Array
from xnerbench.analysis.curves.series import Curve, Fit

DRAWS = slice(0, 200)
"""As many tell a share to 7 points (95 %), which is finer than anything it is read for."""


def frequencies(curves: list[Curve]) -> list[dict[str, float]]:
    """Name of each form that can be chosen -> share of the draws in which it is, of each curve."""
    criteria: list[dict[str, Array]] = [{} for _ in curves]
    for position, form in enumerate(FORMS):
        able = [i for i, curve in enumerate(curves) if _can_be_chosen(curve, curve.fits[position])]
        tasks = [(curves[i].series, curves[i].fits[position].theta, DRAWS) for i in able]
        for i, theta in zip(able, fitting.refit_all(form, tasks), strict=True):
            criteria[i][form.name] = _criterion(curves[i], position, theta)
    return [_shares(own) for own in criteria]


def _can_be_chosen(curve: Curve, fit: Fit) -> bool:
    return curve.chosen is not None and fit.identifiable


def _criterion(curve: Curve, position: int, theta: Array) -> Array:
    """AICc of every draw, [draws]."""
    series, form = curve.series, curve.fits[position].form
    around = float(np.nansum((series.runs - series.mean[:, None]) ** 2))
    residuals = form.value(theta, series.u(series.sizes)) - series.draws[DRAWS]
    squares = around + (series.n_runs * residuals**2).sum(-1)
    n = int(series.n_runs.sum())
    return np.array([fitting.corrected_akaike(own, n, len(form.parameters) + 1) for own in squares])


def _shares(criteria: dict[str, Array]) -> dict[str, float]:
    if not criteria:
        return {}
    first = np.argmin(np.stack(list(criteria.values())), axis=0)
    return {name: float(np.mean(first == i)) for i, name in enumerate(criteria)}
