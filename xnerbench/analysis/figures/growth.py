"""The rise of F1 under fixed epochs, and its two parts: what data adds and what updates add."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from xnerbench.analysis import names, numbers
from xnerbench.analysis.figures import rows, style
from xnerbench.analysis.figures.drawing import Drawing, NothingToDraw, confidence, facts
from xnerbench.analysis.study import Study

ALL = "ALL"
PANELS = (
    ("epochs", "under fixed epochs"),
    ("steps", "of it by data"),
    ("epochs - steps", "of it by updates"),
)
"""Budget in the table, and what the panel is called."""


BOTH = PANELS[-1][0]


def draw(study: Study) -> Drawing:
    """A row a language, a panel the whole rise and each of its parts."""
    frame = parted(study)
    codes = [code for code in study.targets if code in set(frame["target"])]
    figure, grid = rows.canvas(
        [study.language(code) for code in codes] + ["mean of languages"],
        len(PANELS),
        style.FULL,
        top=0.2,
    )
    values = frame[["value", "low", "high"]].to_numpy(float)
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    pad = 0.06 * max(high - low, 1.0)
    for axes, (budget, title) in zip(grid, PANELS, strict=True):
        part = frame[frame["budget"] == budget].set_index("target")
        axes.set_xlim(low - pad, high + pad)
        axes.axvline(0, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.set_title(title, loc="center")
        rows.fill(axes, [_row(part, code) for code in [*codes, ALL]])
        axes.axhline(len(codes) - 0.5, color=style.MUTED, lw=0.6)
    first = frame.iloc[0]
    between = f"n = {numbers.count(first['n_from'])} to {numbers.count(first['n_to'])}"
    style.label_axes(figure, f"Rise of F1 from {between}", "")
    runs = study.ok[(study.ok["method"] == study.primary_method) & study.ok["target"].isin(codes)]
    return Drawing(
        figure=figure,
        title="Growth under fixed epochs, and its parts",
        category="Curves",
        table="growth",
        caption=(
            f"Rise of F1 of {names.method(study.primary_method)} from {between} under fixed epochs, what "
            f"is left of it at equal updates (the effect of data), and the rest (of updates), with "
            f"{confidence(study)} intervals; filled where the interval excludes zero. Last row: mean "
            "over languages. " + facts(study, runs)
        ),
    )


def parted(study: Study) -> pd.DataFrame:
    """Rises of the primary method between the farthest sizes of equal updates under `steps`.

    Raises:
        NothingToDraw: The study has one budget, or no two sizes with the same updates.
    """
    frame = study.table("growth")
    own = [study.sources_of(study.primary_method), "several"]
    frame = frame[(frame["method"] == study.primary_method) & (frame["quantity"] == "rise")]
    several = frame["sources"].astype(str).str.contains("+", regex=False)
    frame = frame[frame["sources"].isin(own) | several]
    equal = frame[
        (frame["budget"] == "steps")
        & (frame["target"] == ALL)
        & (frame["updates_from"] == frame["updates_to"])
    ]
    if equal.empty or BOTH not in set(frame["budget"]):
        raise NothingToDraw("it needs both training budgets, and two sizes with the same updates")
    widest = equal.assign(width=equal["n_to"] / equal["n_from"]).nlargest(1, "width").iloc[0]
    return frame[(frame["n_from"] == widest["n_from"]) & (frame["n_to"] == widest["n_to"])]


def _row(part: pd.DataFrame, code: str) -> rows.Row:
    if code not in part.index:
        return rows.Row(np.nan, np.nan, np.nan, note="not measured")
    found = part.loc[code]
    low, high = found["low"], found["high"]
    clear = numbers.is_number(low) and (low > 0 or high < 0)
    everyone = code == ALL
    return rows.Row(
        found["value"], low, high, rows.note(found["verdict"]), clear,
        style.INK if everyone else style.BLUE, "D" if everyone else "o",
    )  # fmt: skip
