"""A rise in F1 split into what text adds and what updates add: both orders, every pair of sizes.

Between (n1, u1) and (n2, u2), with all four corners measured, the rise has two splits:

    text first:    F(n2, u1) - F(n1, u1)  and then  F(n2, u2) - F(n2, u1)
    updates first: F(n1, u2) - F(n1, u1)  and then  F(n2, u2) - F(n1, u2)

They differ by the interaction F(n2, u2) - F(n2, u1) - F(n1, u2) + F(n1, u1). Neither is the right one,
so no share of updates is ever given alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from xnerbench.analysis.inference.bootstrap import NO_INTERVAL, interval, verdict
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface.grid import Point, Surface

ORDERS = ("text first", "updates first")


def rows(surface: Surface, settings: Settings) -> list[dict[str, Any]]:
    """Every pair of sizes and of updates of a mean over languages; of one language the widest pair."""
    points = surface.points
    pairs = [
        (low, high)
        for low, high in combinations(points, 2)
        if low[0] < high[0] and low[1] < high[1]
        and {(low[0], high[1]), (high[0], low[1])} <= points.keys()
    ]  # fmt: skip
    if surface.target != ALL and pairs:
        pairs = [max(pairs, key=lambda p: (p[1][0] / p[0][0]) * (p[1][1] / p[0][1]))]
    return [row for low, high in pairs for row in _splits(surface, low, high, settings)]


def _splits(
    surface: Surface, low: Point, high: Point, settings: Settings
) -> Iterator[dict[str, Any]]:
    points = surface.points
    corners = [low, (high[0], low[1]), (low[0], high[1]), high]
    position = [points[point] for point in corners]
    values = 100 * surface.mean[position]
    moved = 100 * surface.draws[:, position]
    for order in ORDERS:
        middle = 1 if order == "text first" else 2
        text = {0: -1, 1: 1} if middle == 1 else {2: -1, 3: 1}
        updates = {1: -1, 3: 1} if middle == 1 else {0: -1, 2: 1}
        row: dict[str, Any] = {
            "method": surface.method,
            "sources": surface.sources,
            "target": surface.target,
            "n_from": low[0],
            "n_to": high[0],
            "updates_from": low[1],
            "updates_to": high[1],
            "order": order,
        }
        parts = {"rise": {0: -1, 3: 1}, "by_text": text, "by_updates": updates}
        for name, weights in parts.items():
            line = np.array([weights.get(i, 0) for i in range(4)], float)
            row |= _number(name, float(values @ line), moved @ line, surface, settings)
        rise = moved @ np.array([-1.0, 0, 0, 1])
        said = "" if surface.moves else NO_INTERVAL
        if surface.moves and interval(rise, settings.confidence)[0] > 0:
            line = np.array([updates.get(i, 0) for i in range(4)], float)
            share, shares = 100 * (values @ line) / row["rise"], 100 * (moved @ line) / rise
            row |= _number("share", float(share), shares, surface, settings)
        elif surface.moves:
            said = "no share: there may be no rise"
        row["n_languages"], row["n_seeds"] = surface.n_languages, surface.n_seeds
        row["verdict"] = verdict(said, surface.note)
        yield row


def _number(
    name: str, value: float, draws: np.ndarray, surface: Surface, settings: Settings
) -> dict[str, Any]:
    row: dict[str, Any] = {name: value}
    if surface.moves:
        row[f"{name}_low"], row[f"{name}_high"] = interval(draws, settings.confidence)
    return row
