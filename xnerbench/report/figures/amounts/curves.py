"""F1 against unlabelled sentences: one panel per target, near to far."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from xnerbench.methods.roles import DIRECT, PRIMARY, SUPERVISED
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import (
    Drawing,
    NothingToDraw,
    facts,
    panel_title,
)
from xnerbench.report.results import Results, is_true

BAND_ROOM = 0.35
"""Share of the points' range that a band may add to a panel at either end; beyond, it is cut."""

RASTER_ABOVE = 3000
"""Points beyond which the layer of single runs is drawn as pixels, to keep the SVG small."""


def draw(study: Results, method: str | None = None, budget: str | None = None) -> Drawing:
    """Every run, the mean with its interval, the chosen curve, its extrapolation, the references.

    Args:
        study: The study.
        method: The method, by default the primary one.
        budget: The training budget, by default the primary one.
    """
    method, budget = method or study.primary_method, budget or study.primary_budget
    runs = _select(study, study.ok, method, budget)
    runs = runs[runs["n"] > 0]
    if runs.empty:
        raise NothingToDraw(f"no scored run of {method} under the budget {budget}")
    targets = [code for code in study.targets if code in set(runs["target"])]
    parts = _parts(study, runs, targets, (method, budget))
    columns = style.columns_for(len(targets))
    small = columns > 4
    figure, grid = style.panels(
        len(targets),
        columns,
        top=0.52,
        panel_height=0.78 if small else 1.25,
        between=(0.29, 0.32) if small else (0.34, 0.4),
    )
    limits = style.equal_spans([_range(parts[code]) for code in targets])
    reach = pd.concat([part["band"]["n"] for part in parts.values()] + [runs["n"]]).astype(float)
    raster = len(runs) > RASTER_ABOVE
    for axes, code, (low, high) in zip(grid, targets, limits, strict=True):
        _panel(axes, parts[code], raster)
        style.size_axis(axes, [reach.min(), reach.max()])
        style.f1_axis(axes, low, high)
        panel_title(axes, study, code)
        axes.grid(axis="y")
    style.label_axes(figure, "Unlabelled target sentences (log scale)", "F1")
    used = {key for part in parts.values() for key, value in part.items() if not value.empty}
    style.legend_above(figure, _handles(study, used), 5)
    return Drawing(
        figure=figure,
        title=f"F1 against unlabelled target sentences: {names.method(method)}",
        caption=_caption(study, method, used) + facts(study, runs, budget),
    )


def _select(study: Results, frame: pd.DataFrame, method: str, budget: str) -> pd.DataFrame:
    return study.shown(frame[frame["budget"] == budget], method)


def _parts(
    study: Results, runs: pd.DataFrame, targets: list[str], series: tuple[str, str]
) -> dict[str, dict[str, pd.DataFrame]]:
    """The frames of each panel."""
    means = study.table("means").sort_values("n", kind="stable")
    fitted = _select(study, study.table("curves"), *series)
    fitted = fitted[is_true(fitted["chosen"])]
    heldout = fitted.dropna(subset=["heldout_n", "heldout_predicted"])
    supervised = means[(means["method"] == SUPERVISED) & (means["n"] > 0)]
    same = supervised[supervised["budget"] == series[1]]
    largest = heldout.groupby("target")["heldout_n"].first()
    held = runs["n"] == runs["target"].map(largest)
    frames = {
        "runs": runs[~held],
        "held": runs[held],
        "means": _select(study, means, *series),
        "band": _select(study, study.table("curve_points"), *series).sort_values(
            "n", kind="stable"
        ),
        "predicted": heldout,
        "direct": study.direct(means),
        "supervised": supervised if same.empty else same,
    }
    groups = {key: dict(list(frame.groupby("target"))) for key, frame in frames.items()}
    return {
        code: {key: groups[key].get(code, frame.iloc[:0]) for key, frame in frames.items()}
        for code in targets
    }


def _range(parts: dict[str, pd.DataFrame]) -> tuple[float, float]:
    """What a panel must show: all points and lines, and the band as far as `BAND_ROOM` allows."""
    values = [parts[key]["f1"] for key in ("runs", "held", "means", "band", "direct", "supervised")]
    values += [parts[key][end] for key in ("means", "direct") for end in ("low", "high")]
    series = pd.concat(values).dropna().astype(float)
    low, high = float(series.min()), float(series.max())
    room = BAND_ROOM * max(high - low, 2.0)
    ends = parts["band"][["low", "high"]].dropna()
    if ends.empty:
        return low, high
    return (
        min(low, max(float(ends["low"].min()), low - room)),
        max(high, min(float(ends["high"].max()), high + room)),
    )


def _panel(axes: Axes, parts: dict[str, pd.DataFrame], raster: bool) -> None:
    colour, marker = style.method(PRIMARY)
    for _, row in parts["direct"].head(1).iterrows():
        axes.axhspan(row["low"], row["high"], color=style.MUTED, alpha=0.14, lw=0)
        axes.axhline(row["f1"], color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
    if not parts["supervised"].empty:
        hue, shape = style.method(SUPERVISED)
        axes.plot(parts["supervised"]["n"], parts["supervised"]["f1"], color=hue, lw=0.8,
                  marker=shape, ms=2.4, zorder=2)  # fmt: skip
    band = parts["band"]
    for kind, dash in (("fit", "-"), ("extrapolation", (0, (2.2, 1.4)))):
        piece = band[band["kind"] == kind]
        if piece.empty:
            continue
        if kind == "extrapolation":  # starts where the fit ends, without a gap
            piece = pd.concat([band[band["kind"] == "fit"].tail(1), piece])
        known = piece.dropna(subset=["low", "high"])
        axes.fill_between(
            known["n"], known["low"], known["high"], color=colour, alpha=style.BAND, lw=0
        )
        axes.plot(piece["n"], piece["f1"], color=colour, ls=dash, lw=1.1, zorder=3)
    for key, hue in (("runs", colour), ("held", style.HELD_OUT)):
        at = _beside(parts[key])
        axes.plot(at, parts[key]["f1"], ls="none", marker=".", ms=3.0, mew=0, color=hue,
                  alpha=0.8, zorder=3.2, rasterized=raster)  # fmt: skip
    means = parts["means"]
    if not means.empty:
        known = means.dropna(subset=["low", "high"])
        axes.vlines(known["n"], known["low"], known["high"], color=colour, lw=0.8, zorder=3.4)
        axes.plot(means["n"], means["f1"], ls="none", marker=marker, ms=2.8, mew=0.7,
                  color=colour, mfc=style.PAPER, zorder=3.5)  # fmt: skip
    predicted = parts["predicted"]
    axes.plot(predicted["heldout_n"] if len(predicted) else [],
              predicted["heldout_predicted"] if len(predicted) else [],
              ls="none", marker="x", ms=4.2, mew=1.0, color=style.HELD_OUT, zorder=3.6)  # fmt: skip


def _beside(runs: pd.DataFrame) -> pd.Series:
    """Sizes moved by a few per cent, so that the runs are beside their mean and not under it."""
    order = runs["seed"].rank(method="dense")
    return runs["n"] * 1.16 ** np.where(order % 2 == 1, 1.0, -1.0)


def _handles(study: Results, used: set[str]) -> list:
    colour, marker = style.method(PRIMARY)
    hue, shape = style.method(SUPERVISED)
    level = queries.confidence(study)
    entries = [
        ("runs", Line2D([], [], ls="none", marker=".", color=colour, label="one run")),
        ("means", Line2D([], [], ls="none", marker=marker, color=colour, mfc=style.PAPER,
                         label=f"mean, {level} interval")),
        ("band", Line2D([], [], color=colour, label="fitted curve")),
        ("band", Line2D([], [], color=colour, ls=(0, (2.2, 1.4)), label="extrapolation")),
        ("band", Patch(color=colour, alpha=style.BAND, lw=0, label=f"{level} band")),
        ("held", Line2D([], [], ls="none", marker=".", color=style.HELD_OUT, label="held out")),
        ("predicted", Line2D([], [], ls="none", marker="x", color=style.HELD_OUT, label="its prediction")),
        ("direct", Line2D([], [], color=style.MUTED, ls=(0, (4, 2)), label=names.method(DIRECT))),
        ("supervised", Line2D([], [], color=hue, marker=shape, ms=2.4, label="supervised")),
    ]  # fmt: skip
    return [handle for key, handle in entries if key in used]


def _caption(study: Results, method: str, used: set[str]) -> str:
    level = queries.confidence(study)
    sources = [study.language(c) for c in study.sources_of(method).split("+")]
    order = ""
    if len(study.distances()):
        order = f", from near to far by {names.distance(study.primary_distance)} distance"
    text = (
        f"F1 of {names.method(method)} ({'sources' if len(sources) > 1 else 'source'}: "
        f"{numbers.listed(sources)}) against the number of "
        f"unlabelled target sentences{order}. Small dots (set beside their size) are single runs, "
        f"circles their means with {level} intervals. "
    )
    if "band" in used:
        text += (
            f"Line: the curve chosen by AICc, with its {level} band, dashed where extrapolated. "
        )
    if "held" in used:
        text += (
            "Orange dots: the largest size, which the cross marked prediction was made without. "
        )
    if "direct" in used:
        text += f"Dashed grey: {queries.direct_transfer(study)}. "
    if "supervised" in used:
        text += "Green: supervised training on the gold tags of the same subsets. "
    return text + "All panels span the same number of F1 points; a band that goes on is cut. "
