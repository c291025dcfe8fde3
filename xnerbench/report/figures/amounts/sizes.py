"""Sentence numbers read off the curves: break-even size, and worth in labelled sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xnerbench.analysis.planning.goals import NOT_SHOWN
from xnerbench.methods.roles import DIRECT, SUPERVISED
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import families, rows, style
from xnerbench.report.canvas.drawing import (
    Drawing,
    NothingToDraw,
    facts,
)
from xnerbench.report.results import Results

FIRST, LAST = 1.0, 1e6
"""Sentence numbers beyond which an axis is cut (and an arrow drawn)."""


def draw_break_even(study: Results) -> Drawing:
    """Unlabelled sentences at which the student overtakes direct transfer, with interval or verdict."""
    frame = queries.derived(study, "break_even").drop_duplicates("target").set_index("target")
    if not frame.index.isin(study.targets).any():
        raise NothingToDraw("there is no break-even size in the table of derived quantities")
    followed = (study.config.get("analysis") or {}).get("extrapolate", 10) * study.sizes[-1]
    figure, axes = _sized(study, frame, pd.Series([*study.sizes, followed]), top=0.24)
    measured = study.sizes[0], study.sizes[-1]
    axes.axvspan(*measured, color=style.MUTED, alpha=0.08, lw=0, zorder=0)
    axes.text(np.sqrt(measured[0] * measured[1]), 1.0, "measured range", fontsize=style.TINY,
              color=style.MUTED, ha="center", va="bottom", transform=axes.get_xaxis_transform())  # fmt: skip
    _fill(study, figure, frame)
    axes.set_xlabel("Break-even size: unlabelled target sentences (log scale)")
    runs = study.ok[study.ok["method"].isin([study.primary_method, DIRECT])]
    return Drawing(
        figure=figure,
        title="Break-even size",
        caption=(
            f"Unlabelled sentences at which {names.method(study.primary_method)} overtakes "
            f"{queries.direct_transfer(study)}, with {queries.confidence(study)} intervals (an arrow where the "
            "interval goes on; marked ≤ where the smallest size is enough; dotted where only some of the "
            "bootstrap draws reach it), or in words why there is no number. Shaded: the sizes that were measured. "
            + facts(study, runs, study.primary_budget)
        ),
    )


def draw_exchange(study: Results) -> Drawing:
    """How many labelled sentences the largest unlabelled set is worth, with interval or verdict."""
    frame = queries.derived(study, "exchange_rate").dropna(
        subset="at_n"
    )  # no size: no supervised control
    if frame.empty:
        raise NothingToDraw("there is no exchange rate (it needs the supervised control)")
    size = frame["at_n"].max()
    frame = frame[frame["at_n"] == size].drop_duplicates("target").set_index("target")
    figure, axes = _sized(study, frame, top=0.12)
    _fill(study, figure, frame, not_shown="the control stays below")
    axes.set_xlabel("Labelled target sentences of equal worth (log scale)")
    runs = study.ok[study.ok["method"].isin([study.primary_method, SUPERVISED])]
    return Drawing(
        figure=figure,
        title="Exchange rate: unlabelled for labelled sentences",
        caption=(
            f"Labelled target sentences that reach the F1 of {names.method(study.primary_method)} "
            f"with {numbers.count(size)} unlabelled ones, from the supervised control's curve on the "
            f"same nested subsets, with {queries.confidence(study)} intervals, or in words why there is no "
            "number. Marked ≤: no more than the control's smallest size. "
            + facts(study, runs, study.primary_budget)
        ),
    )


def _sized(
    study: Results, frame: pd.DataFrame, *also: pd.Series, top: float
) -> tuple[Figure, Axes]:
    """An empty figure with a row for each language, whose axis holds their sizes and what else must fit on it."""
    codes = _shown(study, frame)
    figure, (axes,) = rows.canvas([study.language(code) for code in codes], 1, 4.6, top=top)
    _axis(axes, [*(frame.loc[codes, c] for c in ("value", "low", "high")), *also])
    return figure, axes


def _shown(study: Results, frame: pd.DataFrame) -> list[str]:
    return [code for code in study.targets if code in frame.index]


def _fill(study: Results, figure: Figure, frame: pd.DataFrame, not_shown: str = "") -> None:
    """The languages' sizes, with `not_shown` in place of the words that one is not shown."""
    codes, looks = _shown(study, frame), families.looks(study)
    found = [_row(frame.loc[code], looks[code]) for code in codes]
    if not_shown:
        hidden = [row.note.startswith(NOT_SHOWN) for row in found]
        found = [
            replace(row, note=not_shown) if h else row for row, h in zip(found, hidden, strict=True)
        ]
    figure.axes[0].grid(axis="x")
    rows.fill(figure.axes[0], found)
    families.legend(figure, study, codes)


def _row(found: pd.Series, look: tuple[str, str]) -> rows.Row:
    colour, marker = look
    clear = numbers.is_number(found["low"]) and numbers.is_number(found["high"])
    return rows.Row(found["value"], found["low"], found["high"], rows.note(found["verdict"]), clear,
                    colour, marker, at_most="at or before" in str(found["verdict"]))  # fmt: skip


def _axis(axes: Axes, values: list[pd.Series]) -> None:
    found = pd.concat([v.astype(float) for v in values]).replace([np.inf, -np.inf], np.nan).dropna()
    found = found[(found >= FIRST) & (found <= LAST)]
    style.size_axis(axes, [found.min(), found.max()] if len(found) else [10, 1000], pad=1.5)
