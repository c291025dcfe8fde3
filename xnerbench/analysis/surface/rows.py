"""Rows of `surface` and `surface_points`: the laws, and what is drawn of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from xnerbench.analysis.inference.bootstrap import NO_INTERVAL, band, interval, verdict
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface.fitting import Fit, Fitted
from xnerbench.analysis.surface.grid import Surface

LATTICE = 17
"""Points an axis of the drawn law, beside the measured ones."""
BEYOND = 2.0
"""How far the drawn law goes beyond the largest n and u, as a factor."""


def laws(fitted: Fitted, settings: Settings) -> list[dict[str, Any]]:
    """One row a law; a parameter on its bound says nothing and has no number."""
    return [
        {
            **_series(fitted.surface),
            "law": fit.law.name,
            **_parameters(fit, fitted.surface, settings),
            "aicc": fit.aicc,
            **{f"error_{corner}": error for corner, error in fit.corners.items()},
            "error": fitted.error(fit) if fit.identifiable else None,
            "chosen": fit is fitted.chosen,
            "chosen_by_aicc": fit is fitted.chosen_by_aicc,
            "n_cells": len(fitted.surface.grid.n),
            "batch_size": int(fitted.surface.grid.batch),
            "n_seeds": fitted.surface.n_seeds,
            "n_languages": fitted.surface.n_languages,
            "verdict": _said(fit, fitted.surface),
        }
        for fit in fitted.fits
    ]


def _series(surface: Surface) -> dict[str, Any]:
    return {"method": surface.method, "sources": surface.sources, "target": surface.target}


def _parameters(fit: Fit, surface: Surface, settings: Settings) -> dict[str, Any]:
    row: dict[str, Any] = {f"p{i}_name": name for i, name in enumerate(fit.law.parameters, 1)}
    if not fit.identifiable:
        return row
    values = fit.law.outer(fit.theta, surface.grid)
    draws = fit.law.outer(fit.draws, surface.grid)
    for i, unknown in enumerate(fit.unknown):
        if unknown:
            continue
        row[f"p{i + 1}"] = float(values[i])
        if len(draws) > 1:
            low, high = interval(draws[:, i], settings.confidence)
            row[f"p{i + 1}_low"], row[f"p{i + 1}_high"] = low, high
    return row


def _said(fit: Fit, surface: Surface) -> str:
    if not fit.identifiable:
        return fit.verdict
    said = []
    names = [n for n, bad in zip(fit.law.parameters, fit.unknown, strict=True) if bad]
    if names:
        said.append(f"{' and '.join(names)} not identifiable: on a bound")
    missing = [corner for corner, error in fit.corners.items() if not np.isfinite(error)]
    if missing:
        said.append(f"cells do not determine it without {' or '.join(missing)}")
    if len(fit.draws) < 2 and surface.moves:
        said.append("no intervals: not the chosen law")
    said.append(surface.note if surface.moves else NO_INTERVAL)
    return verdict(fit.verdict.removeprefix("ok").lstrip("; "), *said)


def points(fitted: Fitted, settings: Settings, lattice: bool) -> Iterator[dict[str, Any]]:
    """The measured cells, and the chosen law on a lattice if that is to be drawn.

    Args:
        fitted: The surface.
        settings: Confidence.
        lattice: Whether to give the law's values.
    """
    surface = fitted.surface
    grid = surface.grid
    lows, highs = band(surface.draws, settings.confidence)
    own = band(surface.against_each_other, settings.confidence)
    for i, (n, u) in enumerate(zip(grid.n, grid.u, strict=True)):
        row = _point(surface, "measured", "", n, u, 100 * surface.mean[i])
        if surface.beside:
            row |= surface.beside[i]
        if surface.teacher is not None:
            row["teacher_f1"] = 100 * surface.teacher
        if surface.moves:
            row["low"] = float(np.clip(100 * lows[i], 0, 100))
            row["high"] = float(np.clip(100 * highs[i], 0, 100))
            row["low_own"], row["high_own"] = (float(np.clip(100 * end[i], 0, 100)) for end in own)
        yield row | {"verdict": verdict(surface.note if surface.moves else NO_INTERVAL)}
    fit = fitted.chosen
    if not lattice or fit is None:
        return
    n, u = (_axis(values) for values in (grid.n, grid.u))
    cells = grid.at(np.repeat(n, len(u)), np.tile(u, len(n)))
    lows, highs = band(fit.f1_draws(cells), settings.confidence)
    outside = (cells.n > grid.n.max()) | (cells.u > grid.u.max())
    for i, value in enumerate(fit.f1(cells)):
        kind = "extrapolation" if outside[i] else "fit"
        row = _point(surface, kind, fit.law.name, cells.n[i], cells.u[i], value)
        if surface.moves:
            row["low"], row["high"] = float(lows[i]), float(highs[i])
        yield row | {"verdict": verdict(surface.note if surface.moves else NO_INTERVAL)}


def _axis(measured: np.ndarray) -> np.ndarray:
    between = np.geomspace(measured.min(), measured.max() * BEYOND, LATTICE)
    return np.unique(np.concatenate([measured, np.rint(between)]))


def _point(surface: Surface, kind: str, law: str, n: float, u: float, f1: float) -> dict[str, Any]:
    return {
        **_series(surface),
        "n": int(n),
        "updates": int(u),
        "kind": kind,
        "law": law,
        "f1": float(f1),
    }
