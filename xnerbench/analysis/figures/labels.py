"""Where labels go: beside their point, off other labels and points, inside the axes.

A small greedy search with repair sweeps; the same input gives the same places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from xnerbench.analysis.figures import style

DIRECTIONS = 16
RADII = (0.0, 2.5, 5.0, 8.0, 12.0, 16.0, 21.0, 27.0, 34.0, 42.0, 51.0, 61.0, 72.0)
"""Free points between marker and label that are tried, near to far."""

MARKER = 2.4
"""Half the width of a marker in points, kept free of labels."""

LEADER = 4.0
"""A label farther than this from its marker (points) gets a line to it."""

SWEEPS = 4


def place(
    axes: Axes,
    x: Sequence[float],
    y: Sequence[float],
    texts: Sequence[str],
    *,
    fontsize: float = style.TINY,
    colours: Sequence[str] | None = None,
) -> list[Text]:
    """Writes one label a point and returns the text objects.

    The limits of the axes must be final: places are computed in points on the page.

    Args:
        axes: Where to write.
        x: Data coordinates.
        y: Data coordinates.
        texts: Labels, same length.
        fontsize: In points.
        colours: Colours of the labels, ink by default.
    """
    if not len(texts):
        return []
    scale = 72.0 / axes.figure.dpi
    points = axes.transData.transform(np.column_stack([x, y]).astype(float)) * scale
    frame = axes.get_window_extent()
    box = np.array([frame.x0, frame.y0, frame.x1, frame.y1]) * scale
    sizes = np.array([_size(axes, text, fontsize) for text in texts]) * scale
    centres = _search(points, sizes, box)
    made = []
    for i, text in enumerate(texts):
        gap = _gap(points[i], centres[i], sizes[i])
        at = axes.transData.inverted().transform(centres[i] / scale)
        if gap > LEADER:
            end = _nearest(points[i], centres[i], sizes[i])
            ends = axes.transData.inverted().transform(np.array([points[i], end]) / scale)
            axes.plot(ends[:, 0], ends[:, 1], color=style.MUTED, lw=0.4, zorder=2.5)
        colour = colours[i] if colours is not None else style.INK
        made.append(
            axes.text(
                *at, text, ha="center", va="center", fontsize=fontsize, color=colour, zorder=4
            )
        )
    return made


def _size(axes: Axes, text: str, fontsize: float) -> tuple[float, float]:
    probe = axes.text(0, 0, text, fontsize=fontsize)
    extent = probe.get_window_extent()
    probe.remove()
    return extent.width, extent.height


def _search(points: np.ndarray, sizes: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Centres of the labels, in points on the page."""
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    crowd = (distance < 25).sum(1)
    order = sorted(range(len(points)), key=lambda i: (-crowd[i], points[i, 0], points[i, 1], i))
    candidates = [_candidates(points[i], sizes[i]) for i in range(len(points))]
    centres = np.full_like(points, np.nan)
    for _ in range(SWEEPS):
        before = centres.copy()
        for i in order:
            placed = np.array(
                [j for j in range(len(points)) if j != i and not np.isnan(centres[j, 0])]
            )
            costs = _costs(candidates[i], i, points, sizes, centres, placed.astype(int), box)
            centres[i] = candidates[i][int(np.argmin(costs))]
        if np.array_equal(before, centres):
            break
    return centres


def _candidates(point: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Possible centres around a point: every direction at every radius."""
    found = []
    half = size / 2
    for radius in RADII:
        for k in range(DIRECTIONS):
            angle = 2 * math.pi * k / DIRECTIONS
            direction = np.array([math.cos(angle), math.sin(angle)])
            reach = half + MARKER + 0.6 + radius
            # the ray meets the rectangle of reach at its border, so that a label touches its marker
            with np.errstate(divide="ignore"):
                t = np.min(np.where(np.abs(direction) > 1e-9, reach / np.abs(direction), np.inf))
            found.append(point + direction * t)
    return np.array(found)


def _costs(candidates, i, points, sizes, centres, placed, box) -> np.ndarray:
    low, high = candidates - sizes[i] / 2, candidates + sizes[i] / 2
    cost = np.array([_gap(points[i], c, sizes[i]) for c in candidates]) * 0.6
    angles = np.arctan2(candidates[:, 1] - points[i, 1], candidates[:, 0] - points[i, 0])
    cost += 0.5 * np.abs(np.sin(angles / 2))  # to the right, if nothing else speaks
    if len(placed):
        other_low = centres[placed] - sizes[placed] / 2 - 0.4
        other_high = centres[placed] + sizes[placed] / 2 + 0.4
        cost += 40 * _overlap(low, high, other_low, other_high)
    others = np.array([j for j in range(len(points)) if j != i], dtype=int)
    if len(others):
        cost += 6 * _overlap(low, high, points[others] - MARKER, points[others] + MARKER)
    outside = np.maximum(box[:2] - low, 0).sum(1) + np.maximum(high - box[2:], 0).sum(1)
    return cost + 200 * outside


def _overlap(low, high, other_low, other_high) -> np.ndarray:
    """Summed overlap area of each rectangle with all the others, in square points."""
    width = np.minimum(high[:, None], other_high[None]) - np.maximum(low[:, None], other_low[None])
    return np.clip(width, 0, None).prod(2).sum(1)


def _nearest(point: np.ndarray, centre: np.ndarray, size: np.ndarray) -> np.ndarray:
    return np.clip(point, centre - size / 2, centre + size / 2)


def _gap(point: np.ndarray, centre: np.ndarray, size: np.ndarray) -> float:
    """Free space between a marker and the nearest edge of its label."""
    return float(max(np.hypot(*(point - _nearest(point, centre, size))) - MARKER, 0.0))


def spread(values: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Moves values apart to at least `gap`, as little as possible, within `low..high`.

    Least-squares under the order constraint (pool adjacent violators). If they do not fit, the gap
    shrinks to what does.

    Args:
        values: Wanted positions.
        gap: Smallest distance between two.
        low: Lower end of the room.
        high: Upper end of the room.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n == 0:
        return values
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = np.argsort(values, kind="stable")
    blocks: list[list[float]] = []  # mean of (value - rank * gap), members
    for rank, index in enumerate(order):
        blocks.append([values[index] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, size = blocks.pop()
            blocks[-1] = [
                (blocks[-1][0] * blocks[-1][1] + mean * size) / (blocks[-1][1] + size),
                blocks[-1][1] + size,
            ]
    flat = np.concatenate([np.full(int(size), mean) for mean, size in blocks])
    flat = np.clip(flat, low, high - (n - 1) * gap)
    result = np.empty(n)
    result[order] = flat + np.arange(n) * gap
    return result
