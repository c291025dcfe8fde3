"""Gain over direct transfer against unlabelled sentences, all targets in one panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xnerbench.report import names, queries
from xnerbench.report.canvas import families, labels, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results

KEY = ["target", "seed"]
ALL_NAMED, EXTREMES = 16, 7
"""Up to so many languages are all named; beyond, so many at either end."""


def paired(study: Results, method: str, budget: str) -> pd.DataFrame:
    """The gain of each run over the direct transfer it is measured against, of its seed, as `gain`."""
    direct = study.direct(study.ok).groupby(KEY)["f1"].mean()
    runs = study.ok[(study.ok["budget"] == budget) & (study.ok["n"] > 0)]
    runs = study.shown(runs, method)
    runs = runs.join(direct.rename("direct"), on=KEY).dropna(subset=["direct"])
    return runs.assign(gain=runs["f1"] - runs["direct"])


def draw(study: Results) -> Drawing:
    """One line per target (mean over seeds), labelled at its end, and the mean of all targets."""
    method, budget = study.primary_method, study.primary_budget
    runs = paired(study, method, budget)
    if runs.empty:
        raise NothingToDraw(f"no run of {method} has a direct transfer of the same seed beside it")
    table = runs.pivot_table(index="n", columns="target", values="gain", aggfunc="mean")
    codes = [code for code in study.targets if code in table]
    shown = _shown(table, codes)
    height = max(2.6, 0.55 + 0.125 * len(shown))
    width = 5.2
    figure = style.new(width, height)
    left, right, top, bottom = 0.5, 1.25, 0.12, 0.42
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )  # fmt: skip
    axes.axhline(0, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
    looks = families.looks(study)
    for code in codes:
        line = table[code].dropna()
        if code not in shown:
            axes.plot(line.index, line, color=style.MUTED, lw=0.5, alpha=0.6)
            continue
        colour, marker = looks[code]
        axes.plot(line.index, line, color=colour, marker=marker, ms=2.8, mew=0, lw=0.9, zorder=3)
    mean = table.dropna(axis=1).mean(axis=1) if len(table.dropna(axis=1).columns) > 1 else None
    if mean is not None:
        axes.plot(mean.index, mean, color=style.INK, lw=2.0, zorder=4)
    style.size_axis(axes, list(table.index), at=style.sparse(list(table.index), 3.2))
    axes.set_ylabel("Gain over direct transfer (F1)")
    axes.set_xlabel("Unlabelled target sentences (log scale)")
    axes.grid(axis="y")
    _end_labels(axes, study, table, shown, mean)
    families.legend(figure, study, shown)
    text = (
        f"Gain of {names.method(method)} over {queries.direct_transfer(study)} against the number "
        "of unlabelled target sentences; one line per language (mean over seeds), named at its end, "
        "coloured and marked by family. "
    )
    if len(shown) < len(codes):
        text += f"The {EXTREMES} largest and {EXTREMES} smallest gains are named, the others grey. "
    if mean is not None:
        complete = len(table.dropna(axis=1).columns)
        text += f"Thick: plain mean of the {complete} languages measured at every size. "
    return Drawing(
        figure=figure,
        title="Gain over direct transfer",
        caption=text + facts(study, runs, budget),
    )


def _shown(table: pd.DataFrame, codes: list[str]) -> list[str]:
    """The languages that are named: all, or those with the largest and smallest last gains."""
    if len(codes) <= ALL_NAMED:
        return codes
    last = table[codes].ffill().iloc[-1].sort_values(kind="stable").index
    extremes = {*last[:EXTREMES], *last[-EXTREMES:]}
    return [code for code in codes if code in extremes]


def _end_labels(axes: Axes, study: Results, table: pd.DataFrame, codes: list[str], mean) -> None:
    """Names to the right of the axes, moved apart, each tied to the end of its line."""
    ends = [(code, *table[code].dropna().iloc[-1:].items()) for code in codes]
    ends = [(study.language(code), families.looks(study)[code][0], n, y)
            for code, (n, y) in ends]  # fmt: skip
    if mean is not None:
        ends.append(("mean", style.INK, mean.index[-1], mean.iloc[-1]))
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    assert isinstance(axes.figure, Figure)
    inches = axes.get_position().height * axes.figure.get_figheight()
    gap = (high - low) * (style.TINY * 1.22 / 72) / inches
    places = labels.spread([y for *_, y in ends], gap, low, high)
    x0, x1 = axes.get_xlim()
    step = np.log10(x1 / x0) * 0.03
    for (name, colour, n, y), place in zip(ends, places, strict=True):
        axes.plot(
            [n, x1, x1 * 10**step], [y, y, place], color=colour, lw=0.4, clip_on=False, alpha=0.7
        )
        axes.text(x1 * 10 ** (step * 1.25), place, name, fontsize=style.TINY, va="center", ha="left",
                  fontweight="bold" if name == "mean" else "normal", clip_on=False)  # fmt: skip
