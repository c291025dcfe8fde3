"""A quantity against linguistic distance: a point a language, its label, a line with its band."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy import stats

from xnerbench.analysis import names, numbers
from xnerbench.analysis.figures import labels, style
from xnerbench.analysis.figures.drawing import Drawing, NothingToDraw, confidence, facts
from xnerbench.analysis.figures.gain import paired
from xnerbench.analysis.study import Study

FEWEST = 6
"""Languages below which a slope is not drawn: the points are all there is to say."""


def draw_f1(study: Study) -> Drawing:
    """F1 of direct transfer and of the primary method at the largest size, against each distance."""
    return _draw(study, "f1", "F1 against linguistic distance")


def draw_gain(study: Study) -> Drawing:
    """Gain over direct transfer at the largest size, against each distance."""
    return _draw(study, "gain", "Gain over direct transfer against linguistic distance")


def _series(study: Study, what: str) -> list[tuple[str, pd.Series]]:
    """What is plotted: label and value by target (mean over seeds)."""
    method, budget = study.primary_method, study.primary_budget
    runs = paired(study, method, budget)
    if runs.empty:
        raise NothingToDraw(f"no run of {method} has a direct transfer of the same seed beside it")
    last = runs[runs["n"] == runs["n"].max()]
    size = numbers.count(last["n"].iloc[0])
    if what == "gain":
        return [(f"gain at n = {size}", last.groupby("target")["gain"].mean())]
    direct = study.ok[
        (study.ok["method"] == "direct") & (study.ok["sources"] == study.sources_of(method))
    ]
    return [("direct transfer", direct.groupby("target")["f1"].mean())]


def _draw(study: Study, what: str, title: str) -> Drawing:
    (label, values), *_ = _series(study, what)
    kinds = _kinds(study, values)
    if not kinds:
        raise NothingToDraw("there is no table of distances for these targets")
    columns = 2 if len(kinds) > 1 else 1
    many = len(values) > 16
    figure, grid = style.panels(
        len(kinds), columns,
        width=style.FULL if columns == 2 else style.COLUMN,
        panel_height=2.35 if many else 1.9,
        top=0.24, between=(0.5, 0.58), bottom=0.4, left=0.5,
    )  # fmt: skip
    y_label = "F1 of direct transfer" if what == "f1" else "Gain over direct transfer (F1)"
    fits = {}
    for i, (axes, kind) in enumerate(zip(grid, kinds, strict=True)):
        fits[kind] = _panel(axes, study, study.distances(kind), values)
        primary = " (primary)" if kind == study.primary_distance else ""
        axes.set_xlabel(f"{names.distance(kind).capitalize()} distance{primary}")
        if i % columns == 0:
            axes.set_ylabel(y_label)
    source = study.sources_of(study.primary_method)
    text = (
        f"{y_label} ({label}, mean over seeds) against distance from {study.language(source)}"
        f"{_variant(study)}; one point a language. "
    )
    if any(fits.values()):
        text += (
            f"Line and band: least squares over languages with the {confidence(study)} band of its "
            "mean; r: Pearson's correlation. Tests, with correction for the number of distances, are "
            "in the table `regressions`. "
        )
    else:
        text += f"Fewer than {FEWEST} languages: no line is drawn. "
    runs = study.ok[study.ok["target"].isin(values.index)]
    return Drawing(
        figure=figure, title=title, category="Distance",
        table="scores.csv, distances", caption=text + facts(study, runs, study.primary_budget),
    )  # fmt: skip


def _kinds(study: Study, values: pd.Series) -> list[str]:
    """Distances that at least two targets have, the primary one first."""
    found = list(dict.fromkeys(study.table("distances")["kind"].dropna()))
    known = [k for k in found if study.distances(k).index.isin(values.index).sum() > 1]
    return sorted(known, key=lambda k: (k != study.primary_distance, found.index(k)))


def _variant(study: Study) -> str:
    return f" (URIEL vectors, variant {study.distance_variant})" if study.distance_variant else ""


def _panel(axes: Axes, study: Study, distance: pd.Series, values: pd.Series) -> bool:
    frame = pd.concat([distance.rename("x"), values.rename("y")], axis=1).dropna()
    frame = frame.reindex([code for code in study.targets if code in frame.index])
    x, y = frame["x"].to_numpy(float), frame["y"].to_numpy(float)
    spread = max(np.ptp(x), 0.05), max(np.ptp(y), 1.0)
    axes.set_xlim(x.min() - 0.08 * spread[0], x.max() + 0.12 * spread[0])
    axes.set_ylim(y.min() - 0.14 * spread[1], y.max() + 0.16 * spread[1])
    axes.grid()
    fitted = len(frame) >= FEWEST and np.ptp(x) > 0
    if fitted:
        _line(axes, x, y)
    looks = style.languages(study.targets)
    for code, a, b in zip(frame.index, x, y, strict=True):
        colour, marker = looks[code]
        axes.plot(a, b, ls="none", marker=marker, ms=3.6, mew=0, color=colour, zorder=3)
    few = len(frame) <= 16
    texts = [study.language(code) if few else code for code in frame.index]
    labels.place(axes, x, y, texts, fontsize=style.SMALL if few else style.TINY)
    return fitted


def _line(axes: Axes, x: np.ndarray, y: np.ndarray, level: float = 0.95) -> None:
    """Least squares with the pointwise band of the mean (Student's t, n - 2 degrees)."""
    at = np.linspace(*axes.get_xlim(), 60)
    fit = stats.linregress(x, y)
    residual = y - (fit.intercept + fit.slope * x)
    spread = np.sqrt((residual**2).sum() / (len(x) - 2))
    leverage = 1 / len(x) + (at - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    half = stats.t.ppf((1 + level) / 2, len(x) - 2) * spread * np.sqrt(leverage)
    line = fit.intercept + fit.slope * at
    axes.fill_between(at, line - half, line + half, color=style.MUTED, alpha=0.14, lw=0)
    axes.plot(at, line, color=style.MUTED, lw=1.0)
    axes.text(1.0, 1.005, f"r = {numbers.fixed(fit.rvalue, 2)}, {len(x)} languages",
              transform=axes.transAxes, ha="right", va="bottom", fontsize=style.TINY,
              color=style.MUTED)  # fmt: skip
