"""Where labels go: beside their point, off other labels and points, inside the axes.

A small greedy search with repair sweeps; the same input gives the same places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from xnerbench.report.canvas import style

DIRECTIONS = 16
RADII = (0.0, 2.5, 5.0, 8.0, 12.0, 16.0, 21.0, 27.0, 34.0, 42.0, 51.0, 61.0, 72.0)
"""Free points between marker and label that are tried, near to far."""

MARKER = 2.4
"""Half the width of a marker in points, kept free of labels."""

LEADER = 4.0
"""A label farther than this from its marker (points) gets a line to it."""

SWEEPS = 4

STEPS = np.linspace(0.1, 1.0, 6)
"""Where along a line it is checked for crossing a label."""

CHUNK = 24
"""Places that are looked at together."""

CROSSING = 12.0
"""Cost of a line through another label, in points of distance."""


def place(
    axes: Axes,
    x: Sequence[float],
    y: Sequence[float],
    texts: Sequence[str],
    *,
    fontsize: float = style.TINY,
    colours: Sequence[str] | None = None,
) -> list[Text]:
    """Writes one label per point and returns the text objects.

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
        at = np.asarray(axes.transData.inverted().transform(centres[i] / scale))
        if gap > LEADER:
            end = _nearest(points[i], centres[i], sizes[i])
            ends = axes.transData.inverted().transform(np.array([points[i], end]) / scale)
            axes.plot(ends[:, 0], ends[:, 1], color=style.MUTED, lw=0.4, zorder=2.5)
        colour = colours[i] if colours is not None else style.INK
        made.append(
            axes.text(
                float(at[0]),
                float(at[1]),
                text,
                ha="center",
                va="center",
                fontsize=fontsize,
                color=colour,
                zorder=4,
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
    fixed = [_fixed_cost(candidates[i], i, points, sizes[i], box) for i in range(len(points))]
    centres = np.full_like(points, np.nan)
    for _ in range(SWEEPS):
        before = centres.copy()
        for i in order:
            placed = ~np.isnan(centres[:, 0])
            placed[i] = False
            centres[i] = _cheapest(
                points[i], candidates[i], fixed[i], sizes[i], centres[placed], sizes[placed]
            )
        if np.array_equal(before, centres):
            break
    return centres


def _candidates(point: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Possible centres around a point, every direction at every radius, [candidates, 2]."""
    angle = 2 * math.pi * np.arange(DIRECTIONS) / DIRECTIONS
    direction = np.stack([np.cos(angle), np.sin(angle)], 1)[None]
    reach = (size / 2 + MARKER + 0.6)[None, None] + np.array(RADII)[:, None, None]
    # the ray meets the rectangle of reach at its border, so that a label touches its marker
    along = np.min(reach / np.maximum(np.abs(direction), 1e-9), axis=2, keepdims=True)
    return (point + direction * along).reshape(-1, 2)


def _fixed_cost(candidates, i, points, size, box) -> np.ndarray:
    """What a place costs wherever the other labels are: distance, direction, markers, the frame."""
    low, high = candidates - size / 2, candidates + size / 2
    away = points[i] - np.clip(points[i], low, high)
    cost = 0.6 * np.maximum(np.hypot(away[:, 0], away[:, 1]) - MARKER, 0)
    angle = np.arctan2(candidates[:, 1] - points[i, 1], candidates[:, 0] - points[i, 0])
    cost += 0.5 * np.abs(np.sin(angle / 2))  # to the right, if nothing else speaks
    others = np.delete(points, i, axis=0)
    cost += 6 * _overlap(low, high, others - MARKER, others + MARKER)
    outside = np.maximum(box[:2] - low, 0).sum(1) + np.maximum(high - box[2:], 0).sum(1)
    return cost + 200 * outside


def _cheapest(point, candidates, fixed, size, centres, sizes) -> np.ndarray:
    """The best candidate: in order of fixed cost, until no later one can be cheaper."""
    order = np.argsort(fixed, kind="stable")
    best, lowest = candidates[order[0]], np.inf
    for start in range(0, len(order), CHUNK):
        part = order[start : start + CHUNK]
        if fixed[part[0]] >= lowest:
            break
        cost = fixed[part] + _label_cost(point, candidates[part], size, centres, sizes)
        if cost.min() < lowest:
            lowest, best = float(cost.min()), candidates[part[int(np.argmin(cost))]]
    return best


def _label_cost(point, candidates, size, centres, sizes) -> np.ndarray:
    """What a place costs because of labels already placed: overlaps, and lines that cross."""
    other_low, other_high = centres - sizes / 2 - 0.4, centres + sizes / 2 + 0.4
    low, high = candidates - size / 2, candidates + size / 2
    crossed = CROSSING * _crossed(point, low, high, other_low, other_high)
    return 40 * _overlap(low, high, other_low, other_high) + crossed


def _crossed(point, low, high, other_low, other_high) -> np.ndarray:
    """How many labels the line from the point to each candidate would cross."""
    near = ((other_low < point + RADII[-1]) & (other_high > point - RADII[-1])).all(1)
    other_low, other_high = other_low[near], other_high[near]
    along = point + STEPS[:, None, None] * (np.clip(point, low, high) - point)
    inside = (along[:, :, None] > other_low) & (along[:, :, None] < other_high)
    return inside.all(-1).any(0).sum(1)


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
    wanted = np.asarray(values, dtype=float)
    n = len(wanted)
    if n == 0:
        return wanted
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = np.argsort(wanted, kind="stable")
    blocks: list[list[float]] = []  # mean of (value - rank * gap), members
    for rank, index in enumerate(order):
        blocks.append([wanted[index] - rank * gap, 1])
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
