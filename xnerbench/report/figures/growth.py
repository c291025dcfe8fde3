"""The rise of F1 under fixed epochs, and its two parts: what data adds and what updates add."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.curves.growth import BY_UPDATES
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import names, numbers
from xnerbench.report.figures import rows, style
from xnerbench.report.figures.drawing import Drawing, NothingToDraw, confidence, facts
from xnerbench.report.results import Results

PANELS = (
    ("epochs", "under fixed epochs"),
    ("steps", "of it by data"),
    (BY_UPDATES, "of it by updates"),
)
"""Budget in the table, and what the panel is called."""


def draw(study: Results) -> Drawing:
    """A row a language, a panel the whole rise and each of its parts."""
    frame = parted(study)
    codes = [code for code in study.targets if code in set(frame["target"])]
    panels = [(title, frame[frame["budget"] == budget]) for budget, title in PANELS]
    figure = rows.by_language(study, codes, panels, "value")
    first = frame.iloc[0]
    between = f"n = {numbers.count(first['n_from'])} to {numbers.count(first['n_to'])}"
    style.label_axes(figure, f"Rise of F1 from {between}", "")
    runs = study.ok[(study.ok["method"] == study.primary_method) & study.ok["target"].isin(codes)]
    return Drawing(
        figure=figure,
        title="Growth under fixed epochs, and its parts",
        caption=(
            f"Rise of F1 of {names.method(study.primary_method)} from {between} under fixed epochs, what "
            f"is left of it at equal updates (the effect of data), and the rest (of updates), with "
            f"{confidence(study)} intervals; filled where the interval excludes zero. Last row: mean "
            "over languages. " + facts(study, runs)
        ),
    )


def parted(study: Results) -> pd.DataFrame:
    """Rises of the primary method between the farthest sizes of equal updates under `steps`.

    Raises:
        NothingToDraw: The study has one budget, or no two sizes with the same updates.
    """
    frame = study.table("growth")
    frame = study.shown(frame[frame["quantity"] == "rise"], study.primary_method)
    equal = frame[
        (frame["budget"] == "steps")
        & (frame["target"] == ALL)
        & (frame["updates_from"] == frame["updates_to"])
    ]
    if equal.empty or BY_UPDATES not in set(frame["budget"]):
        raise NothingToDraw("it needs both training budgets, and two sizes with the same updates")
    widest = equal.assign(width=equal["n_to"] / equal["n_from"]).nlargest(1, "width").iloc[0]
    return frame[(frame["n_from"] == widest["n_from"]) & (frame["n_to"] == widest["n_to"])]
