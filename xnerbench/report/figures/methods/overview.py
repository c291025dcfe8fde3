"""All methods and budgets at a glance: mean F1 over languages against target sentences."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from xnerbench.report import names
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results

DASHES = ((4, 2), (1, 1.4), (6, 1.6, 1, 1.6), (2, 1), (3, 1, 1, 1, 1, 1))
"""Of methods that see no target text, in their order: there can be more of them than colours."""
ROW = 0.17
"""Inches of the legend that one line of it takes: with many methods the legend decides how high the figure is."""


def draw(study: Results) -> Drawing:
    """One line per method (one panel per budget); the languages are those that every line has."""
    if study.ok.empty:
        raise NothingToDraw("no cell has a score")
    cells = _means(study)
    if not (cells["n"] > 0).any():
        raise NothingToDraw("no method was scored at a size")
    budgets = [b for b in study.budgets if b != "none"] or ["none"]
    common = _common(cells)
    if not common:
        raise NothingToDraw("no language was scored by every method at every size")
    cells = cells[cells["target"].isin(common)]
    methods = [m for m in study.methods if m in set(cells.loc[cells["n"] > 0, "method"])]
    flat = [m for m in study.methods if m in set(cells.loc[cells["n"] == 0, "method"])]
    dashes = {m: (0, DASHES[i % len(DASHES)]) for i, m in enumerate(flat)}
    width = style.FULL if len(budgets) > 1 else 5.2
    rows = sum(1 + names.wrapped(study.label(m)).count("\n") for m in [*flat, *methods])
    figure, grid = style.panels(
        len(budgets), len(budgets), width=width, panel_height=max(2.4, ROW * rows), top=0.24,
        right=1.75, between=(0.25, 0),
    )  # fmt: skip
    ends: list[float] = []
    for axes, budget in zip(grid, budgets, strict=True):
        for method in flat:
            part = cells[(cells["method"] == method) & (cells["n"] == 0)]
            colour = style.method(method, study.methods)[0]
            axes.axhline(part["f1"].mean(), color=colour, lw=0.9, ls=dashes[method])
            ends.append(part["f1"].mean())
        for method in methods:
            part = cells[(cells["method"] == method) & (cells["n"] > 0)]
            part = part[part["budget"].isin([budget, "none"])]
            if part.empty:
                continue
            mean = part.groupby("n")["f1"].mean()
            colour, marker = style.method(method, study.methods)
            axes.plot(mean.index, mean, color=colour, marker=marker, ms=3.4, mew=0)
            ends.extend(mean)
        inches = axes.get_position().width * width
        style.size_axis(axes, study.sizes, at=style.sparse(study.sizes, inches))
        axes.grid(axis="y")
        if len(budgets) > 1:
            axes.set_title(names.capital(names.budget(budget)), loc="left")
    low, high = min(ends), max(ends)
    pad = max(0.06 * (high - low), 0.5)
    for axes in grid:
        style.f1_axis(axes, low - pad, high + pad, ticks=8)
    grid[len(grid) // 2].set_xlabel(
        "Target sentences (log scale)",
        x=0.5 if len(grid) % 2 else 0.0,
        ha="center",
    )
    of_all = f", mean of {len(common)} languages" if len(common) > 1 else ""
    grid[0].set_ylabel(f"F1{of_all}")
    entries = []
    for method in [*flat, *methods]:
        colour, marker = style.method(method, study.methods)
        dash = {"ls": dashes[method]} if method in flat else {"marker": marker, "ms": 3.4, "mew": 0}
        label = names.wrapped(study.label(method))
        entries.append(Line2D([], [], color=colour, label=label, **dash))
    figure.legend(handles=entries, loc="center left", bbox_to_anchor=((width - 1.68) / width, 0.53),
                  borderaxespad=0.0, labelspacing=0.7)  # fmt: skip
    runs = study.ok[study.ok["target"].isin(common)]
    text = (
        "Plain mean of F1 over the languages scored by every method at every size, against the number of target "
        "sentences: unlabelled ones, and labelled ones for methods that learn from labels. Dashed: methods that see "
        "no target text. "
    )
    return Drawing(figure, "All methods: mean F1 over languages", text + facts(study, runs))


def _means(study: Results) -> pd.DataFrame:
    """Mean over seeds by method (with the sources it is shown with), target, budget and size."""
    runs = study.ok
    shown = pd.concat([study.shown(runs, method) for method in study.methods])
    return shown.groupby(["method", "budget", "n", "target"], as_index=False)["f1"].mean()


def _common(cells: pd.DataFrame) -> list[str]:
    counts = cells.groupby(["method", "budget", "n"])["target"].agg(set)
    return sorted(set.intersection(*counts)) if len(counts) else []
