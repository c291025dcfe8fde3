"""What to buy next: twice the text or twice the updates, and where updates stop to help.

*Measured* rows come from neighbouring cells, per doubling. Rows of a law come from the law that
predicts the held-out corners best; at the largest cell they reach beyond what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from xnerbench.analysis.inference.bootstrap import NO_INTERVAL, interval, verdict
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface.fitting import Fit, Fitted
from xnerbench.analysis.surface.grid import Array, Surface

LITTLE = 0.5
"""F1 per doubling below which a student has stopped gaining."""
MEASURED = "measured"
INCOMPLETE = "incomplete grid: n and u rise together"
DOUBLINGS = ("doubling_n", "doubling_u", "doubling_n - doubling_u")
STEPS = 200
"""Points of the search for where a law stops to gain, per surface."""


def rows(fitted: Fitted, settings: Settings) -> list[dict[str, Any]]:
    """All rows of one surface."""
    surface = fitted.surface
    found = [*_measured(surface, settings)]
    if fitted.chosen is not None:
        found += _by_law(fitted.chosen, surface, settings)
    return found


def _measured(surface: Surface, settings: Settings) -> Iterator[dict[str, Any]]:
    points = surface.points
    n, u = max(points)
    lower_n = [size for size, made in points if made == u and size < n]
    lower_u = [made for size, made in points if size == n and made < u]
    steps = {}
    if lower_n:
        steps["doubling_n"] = _per_doubling(surface, (max(lower_n), u), (n, u))
    if lower_u:
        steps["doubling_u"] = _per_doubling(surface, (n, max(lower_u)), (n, u))
    yield from _doublings(steps, MEASURED, surface, (n, u), settings)
    for size in dict.fromkeys(size for size, _ in points):
        made = sorted(u for n, u in points if n == size)
        if len(made) > 1:
            yield _stop(surface, size, made, settings)


def _per_doubling(surface: Surface, low: tuple, high: tuple) -> tuple[float, Array]:
    i, j = surface.points[low], surface.points[high]
    doublings = np.log2(high[0] / low[0] * high[1] / low[1])
    value = 100 * (surface.mean[j] - surface.mean[i]) / doublings
    return float(value), 100 * (surface.draws[:, j] - surface.draws[:, i]) / doublings


def _doublings(
    steps: dict[str, tuple[float, Array]],
    law: str,
    surface: Surface,
    at: tuple[float, float],
    settings: Settings,
) -> Iterator[dict[str, Any]]:
    if len(steps) == 2:
        (one, draws_one), (two, draws_two) = steps["doubling_n"], steps["doubling_u"]
        steps = steps | {"doubling_n - doubling_u": (one - two, draws_one - draws_two)}
    for quantity, (value, draws) in steps.items():
        row = _row(surface, law, quantity, at[0], "F1") | {"updates": at[1], "value": value}
        said = [] if law == MEASURED else ["extrapolation", _incomplete(surface)]
        if surface.moves:
            row["low"], row["high"] = interval(draws, settings.confidence)
        row["verdict"] = verdict(*said, surface.note if surface.moves else NO_INTERVAL)
        yield row


def _stop(surface: Surface, n: int, made: list[int], settings: Settings) -> dict[str, Any]:
    """The smallest measured u after which no step gains as much as `LITTLE` per doubling."""
    steps = [_per_doubling(surface, (n, low), (n, high)) for low, high in pairwise(made)]
    value = _first(np.array([[step[0] for step in steps]]), made)[0]
    draws = _first(np.stack([step[1] for step in steps], 1), made)
    return _size(surface, MEASURED, n, value, draws, settings, f"after {max(made)} updates")


def _first(gains: Array, made: list[int]) -> Array:
    """Of every row of gains [.., steps], the u after the last that is worth it; infinite if that is the last."""
    worth = gains >= LITTLE
    last = np.where(worth.any(1), worth.shape[1] - np.argmax(worth[:, ::-1], axis=1), 0)
    return np.array([*map(float, made[:-1]), np.inf])[last]


def _by_law(fit: Fit, surface: Surface, settings: Settings) -> Iterator[dict[str, Any]]:
    grid = surface.grid
    n, u = grid.n.max(), grid.u.max()
    cells = grid.at(np.array([n, 2 * n, n]), np.array([u, u, 2 * u]))
    value, draws = fit.f1(cells), fit.f1_draws(cells)
    steps = {
        "doubling_n": (float(value[1] - value[0]), draws[:, 1] - draws[:, 0]),
        "doubling_u": (float(value[2] - value[0]), draws[:, 2] - draws[:, 0]),
    }
    yield from _doublings(steps, fit.law.name, surface, (n, u), settings)
    tried = np.geomspace(grid.u.min(), grid.u.max() * settings.extrapolate, STEPS)
    for size in np.unique(grid.n):
        here, twice = grid.at(size, tried), grid.at(size, 2 * tried)
        found = _law_stop(fit.f1(twice)[None] - fit.f1(here)[None], tried)[0]
        draws = _law_stop(fit.f1_draws(twice) - fit.f1_draws(here), tried)
        beyond = f"within {settings.extrapolate:g} x the most updates"
        yield _size(surface, fit.law.name, int(size), found, draws, settings, beyond)


def _law_stop(gains: Array, tried: Array) -> Array:
    """Of every row, the u from which on doubling gains less than `LITTLE`; infinite if it never does.

    Between two tried u the gain is taken to be a line in ln u.
    """
    worth = gains >= LITTLE
    after = np.where(worth.any(1), worth.shape[1] - np.argmax(worth[:, ::-1], axis=1), 0)
    found = np.append(tried, np.inf)[after]
    crossed = (after > 0) & (after < len(tried))
    row, j = np.flatnonzero(crossed), after[crossed]
    above, below = gains[row, j - 1], gains[row, j]
    back = (LITTLE - below) / (above - below) * np.log(tried[1] / tried[0])
    found[crossed] = tried[j] * np.exp(-back)
    return found


def _size(
    surface: Surface,
    law: str,
    n: int,
    value: float,
    draws: Array,
    settings: Settings,
    where: str,
) -> dict[str, Any]:
    row = _row(surface, law, "stops_at_u", n, "updates")
    if not np.isfinite(value):
        open_ended = f"not shown {where}" if law != MEASURED else f"still gaining {where}"
        row["verdict"] = open_ended
        if surface.moves and np.isfinite(low := interval(draws, settings.confidence)[0]):
            row["low"] = low
        return row
    row["value"] = value
    said = [] if law == MEASURED else [_incomplete(surface)]
    if surface.moves:
        low, high = interval(draws, settings.confidence)
        row["low"] = low
        if np.isfinite(high):
            row["high"] = high
        else:
            said.append(f"no upper end: not reached in {100 * np.mean(np.isinf(draws)):.0f} %")
    row["verdict"] = verdict(*said, surface.note if surface.moves else NO_INTERVAL)
    return row


def _incomplete(surface: Surface) -> str:
    """What makes a law's word for text and updates doubtful."""
    return "" if surface.is_full else INCOMPLETE


def _row(surface: Surface, law: str, quantity: str, n: float, unit: str) -> dict[str, Any]:
    return {
        "method": surface.method,
        "sources": surface.sources,
        "target": surface.target,
        "law": law,
        "quantity": quantity,
        "n": int(n),
        "unit": unit,
        "n_languages": surface.n_languages,
        "n_seeds": surface.n_seeds,
    }
