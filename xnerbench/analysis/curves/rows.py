"""Rows of `means`, `curves` and `curve_points`: what was measured, fitted, and is to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xnerbench.analysis.curves.series import Curve, Fit
from xnerbench.analysis.inference.bootstrap import Draws, band, interval, verdict
from xnerbench.analysis.settings import Settings

DRAWN_POINTS = 25
"""Points per curve for drawing, on a logarithmic axis, and as many for its extrapolation."""


def means(draws: Draws, settings: Settings) -> list[dict[str, Any]]:
    """One row per group of runs that differ in their seed."""
    result = []
    for key, row in draws.row.items():
        runs = draws.runs[row][np.isfinite(draws.runs[row])]
        found: dict[str, Any] = {
            **key._asdict(),
            "target": draws.target,
            "f1": float(draws.mean[row]),
            "sd": float(runs.std(ddof=1)) if len(runs) > 1 else None,
            "n_seeds": len(runs),
            "n_sentences": draws.n_sentences or None,
            "verdict": verdict(draws.levels(key)),
        }
        if draws.has_interval(key):
            found["low"], found["high"] = interval(draws.of(key), settings.confidence)
        result.append(found)
    return result


def _series(curve: Curve) -> dict[str, Any]:
    series = curve.series
    return {
        "method": series.method,
        "sources": series.sources,
        "target": series.target,
        "budget": series.budget,
    }


def forms(curve: Curve, chosen_in: Mapping[str, float]) -> list[dict[str, Any]]:
    """One row per form, parameters only where the data identify them.

    Args:
        curve: The series and its fits.
        chosen_in: Form -> share of bootstrap draws that choose it (`choosing.frequencies`).
    """
    return [
        {
            **_series(curve),
            **_parameters(fit),
            "form": fit.form.name,
            "aicc": fit.aicc,
            "weight": curve.weight(fit),
            "chosen_in": chosen_in.get(fit.form.name, 0.0),
            "converged": fit.converged,
            "identifiable": fit.identifiable,
            "n_sizes": len(curve.series.sizes),
            **_heldout(fit, curve),
            "chosen": fit is curve.chosen,
            "chosen_by_heldout": fit is curve.chosen_by_heldout,
            "verdict": _said(fit),
        }
        for fit in curve.fits
    ]


def _parameters(fit: Fit) -> dict[str, Any]:
    """Names always; numbers only where the data identify them."""
    found: dict[str, Any] = {}
    for i, name in enumerate(fit.form.parameters, start=1):
        found[f"p{i}_name"] = name
        if fit.identifiable:
            found[f"p{i}"], found[f"p{i}_se"] = float(fit.outer[i - 1]), float(fit.se[i - 1])
    return found


def _said(fit: Fit) -> str:
    """The fit's verdict, and why there is no held-out error where there is none."""
    if not fit.identifiable or np.isfinite(fit.heldout):
        return fit.verdict
    return f"{fit.verdict}; no size to leave out: {len(fit.form.parameters) + 2} sizes needed"


def _heldout(fit: Fit, curve: Curve) -> dict[str, Any]:
    if not np.isfinite(fit.heldout):
        return {}
    observed, predicted = 100 * float(curve.series.mean[-1]), 100 * fit.heldout
    return {
        "heldout_n": int(curve.series.sizes[-1]),
        "heldout_observed": observed,
        "heldout_predicted": predicted,
        "heldout_error": predicted - observed,
    }


def points(curve: Curve, draws: Draws, settings: Settings) -> list[dict[str, Any]]:
    """The chosen curve and its band on a logarithmic grid, and beyond the largest size."""
    if curve.chosen is None:
        return []
    sizes = curve.series.sizes
    largest = sizes[-1]
    inside = np.geomspace(sizes[0], largest, DRAWN_POINTS)
    beyond = np.geomspace(largest, largest * settings.extrapolate, DRAWN_POINTS)
    known = draws.has_interval(*curve.series.keys)
    said = verdict(draws.levels(*curve.series.keys))
    rows = []
    for kind, grid in (("fit", inside), ("extrapolation", beyond)):
        value, bands = curve.f1(grid), band(curve.f1_draws(grid), settings.confidence)
        for i, n in enumerate(grid):
            low, high = (float(end[i]) for end in bands) if known else (None, None)
            rows.append(
                {
                    **_series(curve),
                    "n": float(n),
                    "kind": kind,
                    "f1": float(value[i]),
                    "low": low,
                    "high": high,
                    "form": curve.chosen.form.name,
                    "verdict": said,
                }
            )
    return rows
