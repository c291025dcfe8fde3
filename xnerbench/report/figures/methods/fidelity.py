"""How well students copy their teachers, and F1 split into what is copied and what is beyond."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from xnerbench.report import names, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results

COPIED, WHOLE = style.SKY, style.BLUE
OF_BUDGETS = (style.VERMILION, style.GREEN, style.PURPLE)


def draw(study: Results) -> Drawing:
    """Fidelity against n, a line a budget; then a panel a budget with F1 and its copied part."""
    frame = queries.surface_rows(study, "fidelity")
    frame = frame[frame["n_from"].isna()]
    if frame.empty:
        raise NothingToDraw("the scores do not say how far students agree with their teachers")
    # A mean over fewer languages is no point of the same curve.
    frame = frame[frame["n_languages"] == frame["n_languages"].max()]
    found = [b for b in study.budgets if b in set(frame["budget"])]
    budgets = queries.some_budgets(study, found, len(OF_BUDGETS))
    figure, axes = style.panels(
        1 + len(budgets), 4, panel_height=1.75, top=0.42, bottom=0.44, between=(0.42, 0)
    )
    marks = zip(budgets, OF_BUDGETS, style.MARKERS[2:], strict=False)
    entries = [_fidelity(axes[0], frame[frame["budget"] == b], b, c, m) for b, c, m in marks]
    parts = frame[frame["budget"].isin(budgets)]
    shown = parts[["f1", "teacher_f1", "copied"]].to_numpy(float)
    low, high = float(pd.Series(shown.ravel()).min()), float(pd.Series(shown.ravel()).max())
    pad = max(0.06 * (high - low), 0.5)
    for panel, budget in zip(axes[1:], budgets, strict=True):
        _parts(panel, frame[frame["budget"] == budget].sort_values("n"))
        style.f1_axis(panel, low - pad, high + pad, ticks=6)
        panel.set_title(names.budget(budget), loc="left")
    axes[1].set_ylabel("F1")
    axes[0].set_ylabel("Fidelity")
    sizes = sorted(frame["n"].unique())
    for panel in axes:
        inches = panel.get_window_extent().width / figure.dpi
        style.size_axis(panel, sizes, at=style.sparse(sizes, inches))
        panel.grid(axis="y")
    style.label_axes(figure, "Unlabelled sentences (log scale)", "", bottom=0.05)
    entries += [
        Line2D([], [], color=WHOLE, marker="o", ms=3.2, mew=0, label="F1"),
        Line2D([], [], color=COPIED, marker="s", ms=3.2, mew=0, label="copied"),
        Line2D([], [], color=style.MUTED, ls=(0, (4, 2)), label="teacher"),
    ]
    style.legend_above(figure, entries)
    first = budgets[0]
    languages = int(frame["n_languages"].max())
    left_out = (
        f" Of {len(found)} budgets {len(budgets)} are shown." if len(found) > len(budgets) else ""
    )
    caption = (
        f"{names.capital(names.method(study.primary_method))}. Left: fidelity, the entity F1 of students' tags against "
        f"their teachers' on the test sentences, with {queries.confidence(study)} intervals. Then by budget, from "
        f"{names.budget(first)}: F1, and the part of it that is copied (fidelity times the teacher's F1); between the "
        f"two lines is what students add beyond their teachers. Sizes that all {languages} languages have.{left_out} "
    )
    runs = study.ok[study.ok["method"] == study.primary_method]
    return Drawing(figure, "What students copy, and what they add", caption + facts(study, runs))


def _fidelity(axes, frame: pd.DataFrame, budget: str, colour: str, marker: str) -> Line2D:
    frame = frame.sort_values("n")
    axes.plot(frame["n"], frame["fidelity_test"], color=colour, marker=marker, mew=0)
    ends = frame[["fidelity_test_low", "fidelity_test_high"]].astype(float)
    axes.fill_between(frame["n"], ends.iloc[:, 0], ends.iloc[:, 1], color=colour, alpha=style.BAND,
                      linewidth=0)  # fmt: skip
    return Line2D([], [], color=colour, marker=marker, ms=3.2, mew=0, label=names.budget(budget))


def _parts(axes, frame: pd.DataFrame) -> None:
    copied, whole = frame["copied"].astype(float), frame["f1"].astype(float)
    axes.fill_between(frame["n"], copied, whole, color=WHOLE, alpha=style.BAND, linewidth=0)
    axes.plot(frame["n"], copied, color=COPIED, marker="s", mew=0)
    axes.plot(frame["n"], whole, color=WHOLE, marker="o", mew=0)
    axes.plot(
        frame["n"], frame["teacher_f1"].astype(float), color=style.MUTED, ls=(0, (4, 2)), lw=0.9
    )
