"""A quantity against linguistic distance: one point per language, its label, a line with its band."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from xnerbench.analysis.distances.regressions import MIN_LANGUAGES
from xnerbench.methods import roles
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import families, labels, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results

ALL_NAMED = 16
"""Up to so many languages are labelled by name, more by code."""


def draw_direct(study: Results) -> Drawing:
    """F1 of direct transfer."""
    return _draw(study, queries.DIRECT)


def draw_f1(study: Results) -> Drawing:
    """F1 of the primary method at its largest size."""
    return _draw(study, queries.F1)


def draw_gain(study: Results) -> Drawing:
    """Gain of the primary method over direct transfer at its largest size."""
    return _draw(study, queries.GAIN)


def draw_growth(study: Results) -> Drawing:
    """F1 per doubling of the unlabelled text."""
    return _draw(study, queries.GROWTH)


def draw_covariates_f1(study: Results) -> Drawing:
    """F1 of the primary method at its largest size against covariates of the target."""
    return _draw(study, queries.F1, covariates=True)


def draw_covariates_gain(study: Results) -> Drawing:
    """Gain of the primary method at its largest size against covariates of the target."""
    return _draw(study, queries.GAIN, covariates=True)


def _draw(study: Results, quantity: queries.Quantity, covariates: bool = False) -> Drawing:
    points = queries.regressed(study, "regression_points", quantity).dropna(subset=["x", "y"])
    points = points[points["target"].isin(study.targets)]
    points = points[(points["variant"] == queries.COVARIATE) == covariates]
    tests = queries.regressed(study, "regressions", quantity)
    n = 0 if tests.empty else int(tests["n_languages"].max())  # a second text is no second language
    if 0 < n < MIN_LANGUAGES:
        raise NothingToDraw(
            f"{numbers.plural(n, 'language')}: a line through languages needs {MIN_LANGUAGES}"
        )
    kinds = _kinds(study, points)
    if not kinds:
        raise NothingToDraw(f"no regression has points for {names.quantity(quantity.name)}")
    columns = 2 if len(kinds) > 1 else 1
    many = points["target"].nunique() > ALL_NAMED
    figure, grid = style.panels(
        len(kinds), columns,
        width=style.FULL if columns == 2 else style.COLUMN,
        panel_height=2.35 if many else 1.9,
        top=0.24, between=(0.5, 0.58), bottom=0.4, left=0.5,
    )  # fmt: skip
    lines = study.tables.get("regression_lines")
    lines = None if lines is None else queries.regressed(study, "regression_lines", quantity)
    for i, (axes, (kind, variant)) in enumerate(zip(grid, kinds, strict=True)):
        of_kind = {"distance": kind, "variant": variant}
        test = _matching(tests, of_kind)
        _panel(axes, study, _matching(points, of_kind), test,
               None if lines is None else _matching(lines, of_kind))  # fmt: skip
        primary = " (primary)" if kind == study.primary_distance else ""
        name = names.distance(kind)
        name = name if covariates else f"{name} distance{primary}"
        axes.set_xlabel(names.capital(name))
        if i % columns == 0:
            axes.set_ylabel(quantity.axis)
    families.legend(figure, study, [t for t in study.targets if t in set(points["target"])])
    method = roles.DIRECT if quantity.direct else study.primary_method
    runs = study.ok[(study.ok["method"] == method) & study.ok["target"].isin(points["target"])]
    budget = None if quantity.direct else study.primary_budget
    if budget:
        runs = runs[runs["budget"] == budget]
    return Drawing(
        figure=figure,
        title=quantity.title.replace("distance", "covariates") if covariates else quantity.title,
        caption=_caption(study, quantity, method, tests, covariates) + facts(study, runs, budget),
    )  # fmt: skip


def _caption(
    study: Results, quantity: queries.Quantity, method: str, tests: pd.DataFrame, covariates: bool
) -> str:
    sources = [study.language(c) for c in study.sources_of(method).split("+")]
    source = f"{'the nearest of ' if len(sources) > 1 else ''}{numbers.listed(sources)}"
    at = (
        f" at n = {numbers.count(study.sizes[-1])}"
        if quantity in (queries.F1, queries.GAIN) and study.sizes
        else ""
    )
    text = {queries.DIRECT: quantity.axis, queries.F1: f"F1 of {names.method(method)}"}.get(
        quantity, f"{quantity.axis}, {names.method(method)}"
    )
    against = (
        "covariates of the target" if covariates else f"distance from {source} (URIEL vectors)"
    )
    text += f"{at} against {against}; one point per language. "
    tests = tests[(tests["variant"] == queries.COVARIATE) == covariates]
    if not tests["low"].notna().any():
        return text + "Too few languages for a test: descriptive only. "
    per = "standard deviation" if covariates else "0.1 of distance"
    corrected = "Holm-corrected over the covariates"
    if not covariates:
        corrected = "for all but the primary distance Holm-corrected"
    return (
        f"{text}Colours and marks: language families. Line: with an effect of each family, and its "
        f"{queries.confidence(study)} band. Above each panel: its slope per {per}, and p of the same model "
        f"({corrected}). "
    )


def _kinds(study: Results, points: pd.DataFrame) -> list[tuple[str, str]]:
    """Distances with their variant, the primary one first, each in one variant only."""
    found: dict[str, str] = {}
    for kind, variant in points[["distance", "variant"]].drop_duplicates().itertuples(index=False):
        if kind not in found or variant == study.distance_variant:
            found[kind] = variant
    order = list(found)
    kinds = sorted(found.items(), key=lambda k: (k[0] != study.primary_distance, order.index(k[0])))
    x = points.groupby(["distance", "variant"])["x"]
    return [kind for kind in kinds if x.get_group(kind).nunique() > 1]


def _matching(frame: pd.DataFrame, values: dict[str, str]) -> pd.DataFrame:
    for key, value in values.items():
        frame = frame[frame[key] == value]
    return frame


def _panel(
    axes: Axes,
    study: Results,
    points: pd.DataFrame,
    test: pd.DataFrame,
    line: pd.DataFrame | None,
) -> None:
    points = points.set_index("target")
    points = points.loc[[code for code in study.targets if code in points.index]]
    x, y = points["x"].to_numpy(float), points["y"].to_numpy(float)
    spread = max(np.ptp(x), 1e-3), max(np.ptp(y), 1.0)
    axes.set_xlim(x.min() - 0.08 * spread[0], x.max() + 0.12 * spread[0])
    axes.set_ylim(y.min() - 0.14 * spread[1], y.max() + 0.16 * spread[1])
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.grid()
    if line is not None and len(line) > 1:
        line = line.sort_values("x")
        known = line.dropna(subset=["low", "high"])
        axes.fill_between(
            known["x"], known["low"], known["high"], color=style.MUTED, alpha=0.14, lw=0
        )
        axes.plot(line["x"], line["y"], color=style.MUTED, lw=1.0)
    if len(test):
        axes.text(1.0, 1.005, _tested(test.iloc[0], x), transform=axes.transAxes, ha="right",
                  va="bottom", fontsize=style.TINY, color=style.MUTED)  # fmt: skip
    looks = families.looks(study)
    for code, a, b in zip(points.index, x, y, strict=True):
        colour, marker = looks[code]
        axes.plot(a, b, ls="none", marker=marker, ms=3.6, mew=0, color=colour, zorder=3)
    few = len(points) <= ALL_NAMED
    texts = [study.language(code) if few else code for code in points.index]
    labels.place(axes, x, y, texts, fontsize=style.SMALL if few else style.TINY)


def _tested(row: pd.Series, x: np.ndarray) -> str:
    """`−1.07 per 0.1, p = 0.005, 10 languages`, as far as there are numbers."""
    parts = []
    if numbers.is_number(row["slope"]):
        unit, name = (x.std(ddof=1), "SD") if row["variant"] == queries.COVARIATE else (0.1, "0.1")
        parts.append(f"{numbers.signed(row['slope'] * unit, 2)} per {name}")
    if numbers.is_number(row["p_holm"]):
        parts.append(numbers.p_phrase(row["p_holm"]))
    if numbers.is_number(row["n_languages"]):
        parts.append(numbers.plural(int(row["n_languages"]), "language"))
    return ", ".join(parts)
