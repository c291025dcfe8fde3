"""Several series per target: the primary method under each budget, or every method."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.lines import Line2D

from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts, panel_title
from xnerbench.report.results import Results
from xnerbench.study.budgets import updates_of

Series = tuple[str, str, str, pd.DataFrame]
"""Legend text, colour, marker, and the rows of `means` of all targets."""


OF_BUDGETS = ((style.BLUE, "o"), (style.BROWN, "D"), (style.PURPLE, "s"))


def draw_budgets(study: Results) -> Drawing:
    """F1 of the primary method under each training budget."""
    found = [b for b in study.budgets if b != "none"]
    if len(found) < 2:
        raise NothingToDraw("the study has one training budget")
    budgets = queries.some_budgets(study, found, len(OF_BUDGETS))
    means, method = study.table("means"), study.primary_method
    own = study.shown(means, method)
    series = [
        (names.budget(b), *look, own[own["budget"] == b])
        for b, look in zip(budgets, OF_BUDGETS, strict=False)
    ]
    some = (
        f"{len(budgets)} of {len(found)} training budgets"
        if len(found) > len(budgets)
        else "each training budget"
    )
    text = (
        f"Mean F1 of {names.method(method)} with {queries.confidence(study)} intervals under {some}"
    )
    text += (
        ": with fixed epochs a small size also gets few updates, so that curve mixes the effect of data with that of "
        "updates. Dashed grey: direct transfer. "
        if "epochs" in budgets
        else ". Dashed grey: direct transfer. "
    )
    fixed = any(updates_of(b) is not None for b in budgets)
    title = (
        "The same method with different numbers of updates"
        if fixed
        else "The same method under both training budgets"
    )
    return _draw(study, series, title, text, None, intervals=True)


def draw_methods(study: Results) -> Drawing:
    """F1 of every method that has sizes, under the primary budget."""
    means = study.table("means")
    means = means[(means["n"] > 0) & (means["budget"].isin([study.primary_budget, "none"]))]
    series: list[Series] = []
    for method in study.methods:
        own = study.shown(means, method)
        if len(own):
            series.append((study.label(method), *style.method(method, study.methods), own))
    if len(series) < 2:
        raise NothingToDraw("fewer than two methods have sizes")
    text = (
        "Mean F1 of every method against the number of target "
        "sentences (without labels; with labels for supervised). Dashed grey: direct transfer. "
    )
    return _draw(study, series, "Every method by language", text, study.primary_budget)


def _draw(
    study: Results,
    series: Sequence[Series],
    title: str,
    text: str,
    budget: str | None,
    *,
    intervals: bool = False,
) -> Drawing:
    shown = pd.concat([rows for *_, rows in series])
    targets = [code for code in study.targets if code in set(shown["target"])]
    if not targets:
        raise NothingToDraw("there is no table of means")
    means = study.table("means")
    direct = means[(means["method"] == DIRECT) & (means["sources"] == study.reference_source)]
    direct = direct.drop_duplicates("target").set_index("target")["f1"]
    columns = style.columns_for(len(targets))
    small = columns > 4
    legend_rows = -(-(len(series) + 1) // 4)
    figure, grid = style.panels(
        len(targets), columns, top=0.28 + 0.13 * legend_rows,
        panel_height=0.78 if small else 1.25, between=(0.29, 0.32) if small else (0.34, 0.4),
    )  # fmt: skip
    ranges = []
    for code in targets:
        own = shown[shown["target"] == code]
        columns_used = ["f1", "low", "high"] if intervals else ["f1"]
        values = pd.concat([own[c] for c in columns_used] + [direct.reindex([code])]).dropna()
        ranges.append((float(values.min()), float(values.max())))
    for axes, code, (low, high) in zip(grid, targets, style.equal_spans(ranges), strict=True):
        if code in direct.index:
            axes.axhline(direct[code], color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
        for i, (_, colour, marker, rows) in enumerate(series):
            own = rows[rows["target"] == code].sort_values("n")
            if intervals:  # side by side, so that one bar does not hide the other
                own = own.assign(n=own["n"] * 1.06 ** (2 * i - len(series) + 1))
                known = own.dropna(subset=["low", "high"])
                axes.vlines(known["n"], known["low"], known["high"], color=colour, lw=0.7)
            axes.plot(own["n"], own["f1"], color=colour, marker=marker, ms=2.4, mew=0, lw=0.9)
        style.size_axis(axes, sorted(set(shown["n"])))
        style.f1_axis(axes, low, high)
        panel_title(axes, study, code)
        axes.grid(axis="y")
    style.label_axes(figure, "Target sentences (log scale)", "F1")
    handles = [
        Line2D([], [], color=colour, marker=marker, ms=3, mew=0, label=label)
        for label, colour, marker, _ in series
    ]
    handles.append(Line2D([], [], color=style.MUTED, ls=(0, (4, 2)), label=study.label(DIRECT)))
    style.legend_above(figure, handles, min(4, len(handles)))
    runs = study.ok[study.ok["method"].isin(shown["method"]) & study.ok["target"].isin(targets)]
    return Drawing(figure, title, text + facts(study, runs, budget))
