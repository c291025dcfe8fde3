"""What the study cost: seconds per cell, core-hours per method."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from xnerbench.report import names, numbers
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results


def draw(study: Results) -> Drawing:
    """Left: seconds per cell against size, median and range by method. Right: core-hours per method."""
    runs = study.ok
    if "seconds" not in runs or runs["seconds"].dropna().empty:
        raise NothingToDraw("the scores hold no times")
    runs = runs.dropna(subset=["seconds"])
    table = study.table("costs")
    hours = _hours(table, runs)
    methods = [m for m in study.methods if m in hours.index]
    width, height = style.FULL, max(1.9, 0.75 + 0.23 * len(methods))
    figure = style.new(width, height)
    bottom, panel = 0.42, height - 0.42 - 0.24
    left = figure.add_axes((0.5 / width, bottom / height, 2.7 / width, panel / height))
    right = figure.add_axes((4.72 / width, bottom / height, 1.72 / width, panel / height))
    sized = runs[runs["n"] > 0]
    for i, method in enumerate(m for m in methods if m in set(sized["method"])):
        colour, marker = style.method(method, study.methods)
        grouped = sized[sized["method"] == method].groupby("n")["seconds"]
        shift = 1 + 0.035 * (i - 2)  # side by side, so that ranges do not hide each other
        at = np.array(list(grouped.groups), float) * shift
        left.vlines(at, grouped.min(), grouped.max(), color=colour, lw=0.7, alpha=0.7)
        left.plot(at, grouped.median(), color=colour, marker=marker, ms=3, mew=0, lw=0.9)
    if sized.empty:
        left.text(0.5, 0.5, "no method with a size", ha="center", transform=left.transAxes)
    else:
        style.size_axis(left, study.sizes, at=style.sparse(study.sizes, 2.7))
        left.set_ylim(bottom=0)
    left.set_xlabel("Unlabelled target sentences (log scale)")
    left.set_ylabel("Seconds per cell")
    left.grid(axis="y")
    right.barh(range(len(methods)), [hours[m] for m in methods], height=0.62,
               color=[style.method(m, study.methods)[0] for m in methods])  # fmt: skip
    right.set_yticks(
        range(len(methods)), [names.wrapped(names.method(m)) for m in methods], linespacing=1.1
    )
    right.tick_params(axis="y", length=0)
    right.set_ylim(len(methods) - 0.4, -0.6)
    for i, method in enumerate(methods):
        right.text(hours[method], i, f" {numbers.rounded(hours[method])}", va="center",
                   fontsize=style.TINY)  # fmt: skip
    right.set_xlim(0, max(hours.max(), 1e-9) * 1.2)
    right.set_xlabel("Core-hours in all")
    right.grid(axis="x")
    ticks = right.xaxis.get_major_locator()
    assert isinstance(ticks, MaxNLocator)
    ticks.set_params(nbins=4)
    text = (
        "Left: seconds per cell (median, with the range from fastest to slowest) against the number of "
        "unlabelled sentences. Right: core-hours of all cells of a method, "
        f"{numbers.rounded(hours.sum())} in all; teachers and soft labels, which cells share, are "
        "not in it. "
    )
    return Drawing(figure, "Cost", text + facts(study, runs))


def _hours(table: pd.DataFrame, runs: pd.DataFrame) -> pd.Series:
    """Core-hours by method, from the table, else from the cells' seconds on one core."""
    if len(table) and table["core_hours"].notna().any():
        return table.groupby("method")["core_hours"].sum().astype(float)
    return runs.groupby("method")["seconds"].sum().astype(float) / 3600
