"""Sentence numbers read off the curves: break-even size, and worth in labelled sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

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
    codes = [code for code in study.targets if code in frame.index]
    if not codes:
        raise NothingToDraw("there is no break-even size in the table of derived quantities")
    figure, (axes,) = rows.canvas([study.language(code) for code in codes], 1, 4.6, top=0.24)
    followed = (study.config.get("analysis") or {}).get("extrapolate", 10) * study.sizes[-1]
    known = [frame.loc[codes, c] for c in ("value", "low", "high")]
    _axis(axes, [*known, pd.Series([*study.sizes, followed])])
    measured = study.sizes[0], study.sizes[-1]
    axes.axvspan(*measured, color=style.MUTED, alpha=0.08, lw=0, zorder=0)
    axes.text(np.sqrt(measured[0] * measured[1]), 1.0, "measured range", fontsize=style.TINY,
              color=style.MUTED, ha="center", va="bottom", transform=axes.get_xaxis_transform())  # fmt: skip
    axes.grid(axis="x")
    looks = families.looks(study)
    rows.fill(axes, [_row(frame.loc[code], looks[code]) for code in codes])
    axes.set_xlabel("Break-even size: unlabelled target sentences (log scale)")
    families.legend(figure, study, codes)
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
    codes = [code for code in study.targets if code in frame.index]
    figure, (axes,) = rows.canvas([study.language(code) for code in codes], 1, 4.6, top=0.12)
    _axis(axes, [frame.loc[codes, c] for c in ("value", "low", "high")])
    axes.grid(axis="x")
    looks = families.looks(study)
    found = [_row(frame.loc[code], looks[code]) for code in codes]
    below = "the control stays below"
    rows.fill(
        axes, [replace(row, note=below) if row.note.startswith(NOT_SHOWN) else row for row in found]
    )
    axes.set_xlabel("Labelled target sentences of equal worth (log scale)")
    families.legend(figure, study, codes)
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


def _row(found: pd.Series, look: tuple[str, str]) -> rows.Row:
    colour, marker = look
    clear = numbers.is_number(found["low"]) and numbers.is_number(found["high"])
    return rows.Row(found["value"], found["low"], found["high"], rows.note(found["verdict"]), clear,
                    colour, marker, at_most="at or before" in str(found["verdict"]))  # fmt: skip


def _axis(axes: Axes, values: list[pd.Series]) -> None:
    found = pd.concat([v.astype(float) for v in values]).replace([np.inf, -np.inf], np.nan).dropna()
    found = found[(found >= FIRST) & (found <= LAST)]
    style.size_axis(axes, [found.min(), found.max()] if len(found) else [10, 1000], pad=1.5)
