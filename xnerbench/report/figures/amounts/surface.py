"""F1 as a surface: against updates with a line per n, against n with a line per u, and as a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results, is_true

PALE, DEEP = "#9cc9ee", "#0b2b4a"
"""Ends of the scale of lines: few to many."""
LEVELS = 9
X, Y = "n", "updates"
AXES = {"n": "Unlabelled sentences", "updates": "Updates"}


def draw(study: Results) -> Drawing:
    """Three panels of the primary method's mean surface."""
    points = queries.surface_rows(study, "surface_points")
    measured = points[points["kind"] == "measured"]
    if measured.empty or "fit" not in set(points["kind"]):
        raise NothingToDraw("no size was measured at several numbers of updates")
    figure, axes = style.panels(
        3, 3, panel_height=2.15, top=0.2, bottom=0.78, right=0.62, between=(0.42, 0)
    )
    legends = [
        _lines(axes[0], points, across=Y, by=X),
        _lines(axes[1], points, across=X, by=Y),
    ]
    low, high = _limits(points)
    for panel, entries, title in zip(axes, legends, ("Sentences", "Updates"), strict=False):
        style.f1_axis(panel, low, high, ticks=8)
        panel.grid(axis="y")
        _legend(figure, panel, entries, title)
    axes[0].set_ylabel("F1")
    _map(figure, axes[2], points)
    law = _law(study)
    together = set(points["target"]) == {ALL}
    whose = "mean over languages" if together else study.language(points["target"].iloc[0])
    caption = (
        f"F1 of {names.method(study.primary_method)} over unlabelled sentences n and updates u, {whose}. Points: "
        f"measured, with {queries.confidence(study)} intervals against each other (what moves all of them alike, "
        f"such as the level of a language, is taken out); lines: the law {law}, dashed beyond the largest n or u. "
        f"{_grey(study, measured)}"
        "Right: the same law as a map, measured cells as points with their F1. "
    )
    runs = study.ok[study.ok["method"] == study.primary_method]
    return Drawing(figure, "F1 over sentences and updates", caption + facts(study, runs))


def _teacher(points: pd.DataFrame) -> float:
    """F1 of what the students copy; NaN where it is not known."""
    return float(points["teacher_f1"].astype(float).max())


def _grey(study: Results, measured: pd.DataFrame) -> str:
    """What the grey line is."""
    if np.isnan(_teacher(measured)):
        return ""
    shown = "the mixture of their teachers" if study.mixes else "direct transfer of their teachers"
    return f"Grey: {shown}, over the same languages. "


def _law(study: Results) -> str:
    frame = queries.surface_rows(study, "surface")
    chosen = frame[is_true(frame["chosen"])]
    return names.law(chosen["law"].iloc[0]) if len(chosen) else "chosen"


def _shades(n: int) -> list[str]:
    scale = LinearSegmentedColormap.from_list("lines", [PALE, style.BLUE, DEEP])
    return [to_hex(scale(i / max(n - 1, 1))) for i in range(n)]


def _lines(axes: Axes, points: pd.DataFrame, across: str, by: str) -> list[Line2D]:
    """F1 against one axis, a line for each measured value of the other; returns the legend's entries."""
    measured = points[points["kind"] == "measured"]
    values = sorted(measured[by].unique())
    entries = []
    for value, colour, marker in zip(values, _shades(len(values)), style.MARKERS, strict=False):
        own = measured[measured[by] == value].sort_values(across)
        law = points[(points[by] == value) & (points["kind"] != "measured")].sort_values(across)
        inside = law[law["kind"] == "fit"]
        beyond = law[law[across] >= inside[across].max()] if len(inside) else law
        axes.plot(inside[across], inside["f1"], color=colour, lw=1.0)
        axes.plot(beyond[across], beyond["f1"], color=colour, lw=0.8, ls=(0, (3, 2)))
        spread = np.abs(own[["low_own", "high_own"]].to_numpy(float).T - own["f1"].to_numpy(float))
        axes.errorbar(own[across], own["f1"], np.nan_to_num(spread), color=colour, marker=marker,
                      ms=3.2, mew=0, ls="none", elinewidth=0.5, capsize=0)  # fmt: skip
        entries.append(
            Line2D([], [], color=colour, marker=marker, ms=3.2, mew=0, label=numbers.count(value))
        )
    teacher = _teacher(measured)
    if not np.isnan(teacher):
        axes.axhline(teacher, color=style.MUTED, lw=0.8, ls=(0, (4, 2)), zorder=1)
    ticks = sorted(measured[across].unique())
    inches = axes.get_window_extent().width / axes.figure.dpi
    extent = [*ticks, points[across].max()]
    style.size_axis(axes, extent, at=style.sparse(ticks, inches))
    axes.set_xlabel(f"{AXES[across]} (log scale)")
    return entries


def _limits(points: pd.DataFrame) -> tuple[float, float]:
    values = points.loc[
        points["kind"] == "measured", ["f1", "low_own", "high_own", "teacher_f1"]
    ].to_numpy(float)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    pad = max(0.05 * (high - low), 0.5)
    return max(low - pad, -2.0), min(high + 2 * pad, 100.0)


def _legend(figure: Figure, axes: Axes, entries: list[Line2D], title: str) -> None:
    box = axes.get_position()
    figure.legend(handles=entries, loc="upper center", ncols=min(len(entries), 4), title=title,
                  bbox_to_anchor=(box.x0 + box.width / 2, 0.4 / figure.get_figheight()),
                  borderaxespad=0.0, columnspacing=0.9, handlelength=1.2,
                  title_fontsize=style.SMALL, alignment="center")  # fmt: skip


def _map(figure: Figure, axes: Axes, points: pd.DataFrame) -> None:
    """Contours of the law over both axes, and the measured cells with their F1."""
    law = points[points["kind"] != "measured"].pivot_table(index=Y, columns=X, values="f1")
    measured = points[points["kind"] == "measured"]
    low, high = law.to_numpy().min(), law.to_numpy().max()
    levels = np.linspace(low, max(high, low + 1), LEVELS + 1)
    places = 0 if levels[1] - levels[0] >= 1 else 1  # as many as tell the levels apart
    scale = LinearSegmentedColormap.from_list("map", ["#f4f8fc", "#a9cdeb", "#3f86c2"])
    drawn = axes.contourf(law.columns, law.index, law, levels=levels, cmap=scale)
    axes.contour(law.columns, law.index, law, levels=levels, colors="#4d5560", linewidths=0.4)
    axes.set_yscale("log")
    sizes, made = sorted(measured[X].unique()), sorted(measured[Y].unique())
    inches = axes.get_window_extent()
    style.size_axis(
        axes, [*sizes, law.columns.max()], pad=1.0, at=style.sparse(sizes, inches.width / 100)
    )
    axes.set_ylim(law.index.min() / 1.15, law.index.max())
    ticks = style.sparse(made, inches.height / 100)
    axes.set_yticks(ticks, [style.short(u) for u in ticks])
    axes.minorticks_off()
    axes.scatter(measured[X], measured[Y], s=7, color="#20252b", zorder=3, linewidths=0)
    for n, u, f1 in zip(measured[X], measured[Y], measured["f1"], strict=True):
        first = n == sizes[0]  # on the axis, where half a number would hide the ticks
        axes.annotate(numbers.fixed(f1, places), (n, u), (2 if first else 0, 2.5),
                      textcoords="offset points", ha="left" if first else "center",
                      fontsize=style.TINY, color="#20252b")  # fmt: skip
    axes.set_xlabel(f"{AXES[X]} (log scale)")
    axes.set_ylabel(AXES[Y])
    box = axes.get_position()
    bar = figure.add_axes((box.x1 + 0.012, box.y0, 0.012, box.height))
    figure.colorbar(drawn, cax=bar, format=f"%.{places}f")
    bar.set_title("F1", fontsize=style.SMALL)
    bar.tick_params(labelsize=style.TINY, length=1.5)
