"""One look for every figure: sizes in inches, fonts, colours, and what makes a file reproducible.

The hues start from Okabe and Ito's (Color Universal Design, 2008), moved until each has a contrast of
at least 3 : 1 on paper (WCAG 2.2, 1.4.11) and each two are told apart also with deuteranopia and
protanopia; the report's dark theme has lighter ones, tested alike. Identity never rests on hue
alone: every series has a marker or a dash of its own, every language a label.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from xnerbench import methods
from xnerbench.methods import declared
from xnerbench.report import names

COLUMN, FULL = 3.3, 6.9
"""Widths in inches of one column and of a whole page of a two-column paper."""

PAGE = 9.2
"""The tallest figure in inches that still leaves room for a caption on the page."""

INK, MUTED, GRID, PAPER = "#1b1f24", "#656c76", "#d9dce0", "#fefefe"
"""Text and axes, references, lines behind the data, ground. The report swaps these and the hues for
the colours of its theme, so a colour that must stay (in a heat map) may not equal any of them."""

BLUE, VERMILION, GREEN, PURPLE, BROWN, SKY = (
    "#0060a8", "#d55e00", "#009e73", "#a8407e", "#6b4e00", "#3d9bdc",
)  # fmt: skip
HUES = (BLUE, VERMILION, GREEN, PURPLE, BROWN, SKY)
NAMED = dict(zip(declared.HUES, (*HUES, MUTED), strict=True))
"""The hues that a method may ask for."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
HELD_OUT = VERMILION

BASE, SMALL, TINY = 7.5, 6.5, 6.0
"""Font sizes in points at the printed size."""

RC: dict[Any, Any] = {
    "figure.dpi": 100,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "savefig.dpi": 160,
    "font.family": "DejaVu Sans",
    "font.size": BASE,
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is a name
    "axes.titlesize": BASE,
    "axes.titlepad": 3.0,
    "axes.labelsize": BASE,
    "axes.labelcolor": INK,
    "axes.labelpad": 2.5,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.2,
    "ytick.major.size": 2.2,
    "xtick.major.pad": 1.8,
    "ytick.major.pad": 1.8,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.3,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.2,
    "svg.fonttype": "path",
    "svg.hashsalt": "xnerbench",
    "pdf.fonttype": 42,
    "path.simplify": True,
}

BAND = 0.18
"""Opacity of interval bands."""


@contextmanager
def styled() -> Iterator[None]:
    """Applies the settings for the duration of the block."""
    with mpl.rc_context(RC):
        yield


def languages(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A colour and a marker for each language, the same in every figure of a study.

    Args:
        codes: All targets of the study in one order (`Study.targets`).
    """
    return {
        code: (HUES[i % len(HUES)], MARKERS[(i + i // len(HUES)) % len(MARKERS)])
        for i, code in enumerate(codes)
    }


def method(code: str, codes: Sequence[str] = ()) -> tuple[str, str]:
    """A method's colour and marker: those that it declares, or by its place among those that declare none."""
    hue, _, marker = methods.named(code).look.partition(" ")
    if marker:
        return NAMED[hue], marker
    others = [c for c in names.method_order(codes) if not methods.named(c).look] or [code]
    i = others.index(code) if code in others else 0
    return HUES[(i + 3) % len(HUES)], MARKERS[-1 - i % 4]


def new(width: float, height: float) -> Figure:
    """An empty figure with an Agg canvas, of a size in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def panels(
    n: int,
    columns: int,
    *,
    width: float = FULL,
    panel_height: float = 1.2,
    left: float = 0.48,
    right: float = 0.14,
    top: float = 0.42,
    bottom: float = 0.42,
    between: tuple[float, float] = (0.3, 0.36),
) -> tuple[Figure, list[Axes]]:
    """A grid of axes placed by inches, so that 48 panels cost no layout solver.

    Args:
        n: How many panels.
        columns: Panels per row.
        width: Figure width in inches.
        panel_height: Height of one panel in inches.
        left: Margin in inches.
        right: Margin in inches.
        top: Margin in inches; a legend fits into 0.3.
        bottom: Margin in inches.
        between: Gaps between columns and rows in inches.
    """
    columns = max(1, min(columns, n))
    rows = -(-n // columns)
    height = top + bottom + rows * panel_height + (rows - 1) * between[1]
    figure = new(width, height)
    panel_width = (width - left - right - (columns - 1) * between[0]) / columns
    axes = []
    for i in range(n):
        row, column = divmod(i, columns)
        x = left + column * (panel_width + between[0])
        y = height - top - (row + 1) * panel_height - row * between[1]
        box = (x / width, y / height, panel_width / width, panel_height / height)
        axes.append(figure.add_axes(box))
    return figure, axes


def columns_for(n: int) -> int:
    """How many small multiples go side by side on a full page."""
    if n <= 4:
        return max(n, 1)
    if n <= 9:
        return 3
    return 4 if n <= 16 else 5 if n <= 25 else 6


def size_axis(
    axes: Axes, sizes: Sequence[float], pad: float = 1.25, at: Sequence[float] = ()
) -> None:
    """A logarithmic axis of sentence numbers with plain labels (`100`, `1k`).

    Args:
        axes: Whose x axis.
        sizes: What must fit on it.
        pad: Factor left free at either end.
        at: Ticks; by default the powers of ten, or a finer choice where there are fewer than two.
    """
    low, high = min(sizes) / pad, max(sizes) * pad
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [float(n) for n in at] or [10.0**e for e in range(0, 10) if low <= 10.0**e <= high]
    for steps in ((1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        if len(ticks) < 2:
            found = [k * 10.0**e for e in range(0, 10) for k in steps]
            ticks = [tick for tick in found if low <= tick <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def short(value: float) -> str:
    """A sentence number in at most four characters: `25`, `1k`, `3.2k`, `1M`."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def sparse(sizes: Sequence[float], inches: float) -> list[float]:
    """As many of the sizes as have room for a label of their own on a logarithmic axis.

    Args:
        sizes: Ascending.
        inches: Width of the axis.
    """
    if len(sizes) < 2:
        return list(sizes)
    per_inch = math.log10(max(sizes) / min(sizes)) / inches
    kept = [sizes[0]]
    for size in sizes[1:-1]:
        room = 0.3 * per_inch
        if math.log10(size / kept[-1]) > room and math.log10(sizes[-1] / size) > room:
            kept.append(size)
    return [*kept, sizes[-1]]


def f1_axis(axes: Axes, low: float, high: float, ticks: int = 5) -> None:
    """Limits and few ticks for an F1 axis, within 0..100."""
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))


def equal_spans(
    ranges: Sequence[tuple[float, float]], pad: float = 0.08
) -> list[tuple[float, float]]:
    """Limits of equal span around each range, so that slopes compare between panels.

    Args:
        ranges: Lowest and highest value of each panel, in 0..100.
        pad: Share of the span left free at either end.
    """
    span = max((high - low for low, high in ranges), default=1.0)
    span = max(span * (1 + 2 * pad), 4.0)
    limits = []
    for low, high in ranges:
        start = (low + high - span) / 2
        start = max(-0.02 * span, min(start, 100 + 0.02 * span - span))
        limits.append((start, start + span))
    return limits


def legend_above(figure: Figure, handles: list, columns: int | None = None) -> None:
    """One legend for the whole figure, along its top edge."""
    if handles:
        figure.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, 1 - 0.03 / figure.get_figheight()),
            ncols=columns or len(handles),
            borderaxespad=0.0,
        )


def label_axes(figure: Figure, x: str, y: str, bottom: float = 0.06, left: float = 0.07) -> None:
    """One label for all x axes and one for all y axes of a grid (margins in inches)."""
    width, height = figure.get_size_inches()
    figure.text(0.5, bottom / height, x, ha="center", va="bottom", fontsize=BASE)
    figure.text(left / width, 0.5, y, ha="left", va="center", rotation=90, fontsize=BASE)
