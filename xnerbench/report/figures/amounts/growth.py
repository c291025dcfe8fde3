"""The rise of F1 under fixed epochs, and its two parts: what data adds and what updates add."""

from __future__ import annotations

from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import families, rows, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results


def draw(study: Results) -> Drawing:
    """One row per language, one panel for the whole rise and one for each part."""
    frame = queries.growth_parts(study)
    if frame.empty:
        raise NothingToDraw("it needs both training budgets, and two sizes with the same updates")
    codes = [code for code in study.targets if code in set(frame["target"])]
    panels = [(title, frame[frame["budget"] == budget]) for budget, title in queries.GROWTH_PARTS]
    figure = rows.by_language(study, codes, panels, "value")
    first = frame.iloc[0]
    between = f"n = {numbers.count(first['n_from'])} to {numbers.count(first['n_to'])}"
    style.label_axes(figure, f"Rise of F1 from {between}", "")
    families.legend(figure, study, codes)
    runs = study.ok[(study.ok["method"] == study.primary_method) & study.ok["target"].isin(codes)]
    return Drawing(
        figure=figure,
        title="Growth under fixed epochs, and its parts",
        caption=(
            f"Rise of F1 of {names.method(study.primary_method)} from {between} under fixed epochs, what "
            f"is left of it at equal updates (the effect of data), and the rest (of updates), with "
            f"{queries.confidence(study)} intervals; filled where the interval excludes zero. Colours and "
            "marks: language families. Last row: mean over languages, in which relatives share their weight. "
            + facts(study, runs)
        ),
    )
