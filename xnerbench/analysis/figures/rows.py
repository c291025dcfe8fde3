"""The shape shared by forest, break-even and exchange-rate plots: a row a language, a dot, a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xnerbench.analysis import numbers
from xnerbench.analysis.figures import style

ROW = 0.152
"""Height of a row in inches."""


@dataclass(frozen=True)
class Row:
    """One row of a panel.

    Attributes:
        value: Where the dot is; NaN if there is none.
        low: Lower end of the bar.
        high: Upper end of the bar.
        note: What to write where there is no dot.
        strong: Whether the dot is filled (the interval excludes the reference).
        colour: Of dot and bar.
        marker: Of the dot.
    """

    value: float
    low: float
    high: float
    note: str = ""
    strong: bool = True
    colour: str = style.BLUE
    marker: str = "o"


def canvas(
    names: Sequence[str], n_panels: int, width: float, *, top: float = 0.34, bottom: float = 0.42
) -> tuple[Figure, list[Axes]]:
    """Panels side by side that share the rows named at the left."""
    longest = max((len(name) for name in names), default=4)
    left = min(0.16 + 0.062 * longest, 1.9)
    figure, axes = style.panels(
        n_panels, n_panels, width=width, panel_height=ROW * max(len(names), 3), left=left,
        right=0.1, top=top, bottom=bottom, between=(0.16, 0),
    )  # fmt: skip
    for i, panel in enumerate(axes):
        panel.set_ylim(len(names) - 0.4, -0.6)
        panel.set_yticks(range(len(names)), list(names) if i == 0 else [])
        panel.tick_params(axis="y", length=0)
        panel.spines["left"].set_visible(False)
        for at in range(len(names)):
            panel.axhline(at, color=style.GRID, lw=0.4, zorder=0)
    return figure, axes


def fill(axes: Axes, rows: Sequence[Row], note_at: float = 0.985) -> None:
    """Draws dots and bars; limits must be set.

    A bar that goes on beyond the axis, or whose upper end is unknown, ends in an arrow. A row with
    a lower end but no value gets a dotted bar and its note.
    """
    low_edge, high_edge = axes.get_xlim()
    for at, row in enumerate(rows):
        known = numbers.is_number(row.value)
        if numbers.is_number(row.low):
            end = row.high if numbers.is_number(row.high) else np.inf
            low, high = max(row.low, low_edge), min(end, high_edge)
            axes.plot([low, high], [at, at], color=row.colour, lw=1.1 if known else 0.8,
                      ls="-" if known else (0, (1, 1.2)), solid_capstyle="butt")  # fmt: skip
            for cut, edge, arrow in (
                (row.low < low_edge, low_edge, "<"),
                (end > high_edge, high_edge, ">"),
            ):
                if cut:
                    axes.plot(edge, at, marker=arrow, ms=3, mew=0, color=row.colour, clip_on=False)
        if not known:
            axes.text(note_at, at, row.note, transform=axes.get_yaxis_transform(), ha="right",
                      va="center", fontsize=style.TINY, color=style.MUTED, style="italic",
                      bbox={"fc": style.PAPER, "ec": "none", "pad": 0.6})  # fmt: skip
            continue
        axes.plot(row.value, at, marker=row.marker, ms=3.8, mew=0.9, color=row.colour,
                  mfc=row.colour if row.strong else style.PAPER, zorder=3)  # fmt: skip


def note(verdict: object) -> str:
    """The short form of a verdict: its words before the colon."""
    return str(verdict or "no number").split(":")[0].strip()
