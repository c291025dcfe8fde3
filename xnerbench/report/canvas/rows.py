"""The shape shared by forest, growth, break-even and exchange-rate plots: one row per language, a dot, a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import numbers
from xnerbench.report.canvas import families, style
from xnerbench.report.results import Results

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
        at_most: Whether the value is only an upper bound: a sign in place of the dot.
    """

    value: float
    low: float
    high: float
    note: str = ""
    strong: bool = True
    colour: str = style.BLUE
    marker: str = "o"
    at_most: bool = False


def canvas(
    names: Sequence[str], n_panels: int, width: float, *, top: float = 0.34, bottom: float = 0.42
) -> tuple[Figure, list[Axes]]:
    """Panels side by side that share the rows named at the left."""
    longest = max((len(name) for name in names), default=4)
    left = min(0.16 + 0.062 * longest, 2.3)
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


def by_language(
    study: Results, codes: Sequence[str], panels: Sequence[tuple[str, pd.DataFrame]], column: str
) -> Figure:
    """One row per language and one for their mean, against zero.

    Args:
        study: For the languages' names.
        codes: The languages, top to bottom.
        panels: Title, and rows of a table with `target`, the column, `low`, `high` and `verdict`.
        column: What is drawn.
    """
    figure, grid = canvas(
        [study.language(code) for code in codes] + ["mean of languages"],
        len(panels),
        style.FULL if len(panels) > 1 else 4.4,
        top=0.34 if any("\n" in title for title, _ in panels) else 0.2,
    )
    limits = reach(pd.concat([part for _, part in panels]), column)
    looks = families.looks(study)
    for axes, (title, part) in zip(grid, panels, strict=True):
        axes.set_xlim(*limits)
        axes.axvline(0, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.set_title(title, loc="center")
        by_target = part.set_index("target")
        found = [estimate(by_target, code, column, looks.get(code)) for code in [*codes, ALL]]
        fill(axes, found)
        axes.axhline(len(codes) - 0.5, color=style.MUTED, lw=0.6)
    return figure


def estimate(
    by_target: pd.DataFrame, code: str, column: str, look: families.Look | None = None
) -> Row:
    """The row of a language (or `ALL`), filled where its interval excludes zero, with its family's look."""
    if code not in by_target.index:
        return Row(np.nan, np.nan, np.nan, note="not compared")
    found = by_target.loc[code]
    low, high = found["low"], found["high"]
    clear = numbers.is_number(low) and (low > 0 or high < 0)
    colour, marker = (style.INK, "D") if code == ALL else look or (style.BLUE, "o")
    return Row(found[column], low, high, note(found["verdict"]), clear, colour, marker)


def reach(frame: pd.DataFrame, column: str) -> tuple[float, float]:
    """Limits of an axis that hold zero and every interval."""
    values = frame[[column, "low", "high"]].to_numpy(float)
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    pad = 0.06 * max(high - low, 1.0)
    return low - pad, high + pad


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
        if row.at_most:
            axes.text(row.value, at, "≤", color=row.colour, fontsize=style.BASE, ha="center", va="center",
                      weight="bold", bbox={"fc": style.PAPER, "ec": "none", "pad": 0.4})  # fmt: skip
            continue
        axes.plot(row.value, at, marker=row.marker, ms=3.8, mew=0.9, color=row.colour,
                  mfc=row.colour if row.strong else style.PAPER, zorder=3)  # fmt: skip


def note(verdict: object) -> str:
    """The short form of a verdict: its words before the colon."""
    return str(verdict or "no number").split(":")[0].strip()
