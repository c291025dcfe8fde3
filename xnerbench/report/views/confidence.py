"""F1 without labels: how far what is read off confidence errs, beside what distance and the mean do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers
from xnerbench.report.results import Results, is_true
from xnerbench.report.view import Cell, View, columns, number, text

RIVALS = {"Mean": "", "Distance and fertility": "fertility + distance"}
"""Columns that what is chosen has to beat, and the signals of their rows."""

WHOSE = {"heldout": "its own: "}
"""Whose confidence is read, by the text of a row; the teacher's unless said."""

FORMS = {
    "confidence alone": "Confidence alone",
    "measured": "As measured",
    "mean": "+ mean gain",
    "median": "+ median gain",
    "direct": "+ line in F1",
    "confidence": "+ line in confidence",
}
"""What a student's F1 is told from, by the name in the table."""

WHAT = {"source": "source", "updates": "number of updates", "student": "student"}
RULES = {
    "usual": "no choice",
    "mean": "mean of the candidates",
    "best": "best by test F1",
    "nearest": "nearest language",
    "confidence": "confidence",
    "tempered": "confidence, temperature scaled",
    "relative": "the same, relative to the teacher's mean",
    "agreement": "agreement with the mixture",
    "similarity": "similarity weights",
    "neighbours": "nearest neighbours (NN-Rank)",
    "fidelity": "fidelity on held-out text",
}


def calibration(study: Results) -> View | None:
    """One row per outcome: the chosen signals and their error on families that were left out."""
    frame = study.table("calibration")
    if frame.empty:
        return None
    rows = []
    for (method, sources, budget, n, whose), own in frame.groupby(
        ["method", "sources", "budget", "n", "text"], sort=False
    ):
        chosen = own[is_true(own["chosen"])].iloc[0]
        rows.append(
            [
                *_outcome(method, sources, budget, n),
                text(WHOSE.get(str(whose), "") + signals_of(chosen)),
                number(chosen["n_languages"], numbers.count),
                number(chosen["error_honest"]),
                *(number(_error(own, signals)) for signals in RIVALS.values()),
                number(chosen["r"], digits=2),
                number(100 * chosen["coverage"], digits=0),
            ]
        )
    words = ("Method", "Sources", "Budget", "Read off")
    return View(
        "calibration",
        "F1 read off confidence, without labels",
        "Mean absolute error in F1 on languages whose whole family was left out, the choice of signals included; "
        "beside it that of the others' mean and of distance and fertility. Held: share of languages in the interval "
        "that was made without their family. What a student's F1 is read off is its teacher's, unless it is said to be "
        "its own: that on pool text which it was not trained on.",
        columns(
            "Method", "Sources", "Budget", "n", "Read off", "Languages", "Error", *RIVALS, "r", "Held %", words=words
        ),
        rows,
        "tables/calibration.csv",
    )  # fmt: skip


def measured(study: Results) -> View | None:
    """One row per outcome: how far each way to use a measured direct transfer errs."""
    frame = study.table("calibration_measured")
    if frame.empty:
        return None
    rows = []
    for (method, sources, budget, n), own in frame.groupby(
        ["method", "sources", "budget", "n"], sort=False
    ):
        errors = dict(zip(own["form"], own["error_family"], strict=True))
        chosen = own[is_true(own["chosen"])].iloc[0]
        rows.append(
            [
                *_outcome(method, sources, budget, n),
                number(chosen["n_languages"], numbers.count),
                *(number(errors.get(form)) for form in FORMS),
                text(FORMS[chosen["form"]]),
                number(chosen["error_honest"]),
            ]
        )
    words = ("Method", "Sources", "Budget", "Taken")
    return View(
        "calibration_measured",
        "F1 of students where direct transfer was measured",
        "Mean absolute error in F1 on languages whose whole family was left out: without the measurement, with it "
        "carried forward as it is, and plus a gain: the others' mean or median, or a line in the measured F1 or in "
        "confidence. Last, what is taken and its error, the choice included.",
        columns(
            "Method", "Sources", "Budget", "n", "Languages", *FORMS.values(), "Taken", "Error", words=words
        ),
        rows,
        "tables/calibration_measured.csv",
    )  # fmt: skip


def _outcome(method: Any, sources: Any, budget: Any, n: Any) -> list[Cell]:
    """What F1 is read off for: the cells that name it."""
    return [
        text(names.method(str(method))),
        text(sources),
        text("" if budget == "none" else names.budget(str(budget))),
        number(n, numbers.count),
    ]


def groups(study: Results) -> View | None:
    """Where what is read off confidence fails, of direct transfer."""
    frame = study.table("calibration_groups")
    frame = frame[frame["method"] == DIRECT] if len(frame) else frame
    if frame.empty:
        return None
    rows = [
        [
            text(row["sources"]),
            text(row["by"]),
            text(row["group"]),
            number(row["n_languages"], numbers.count),
            number(row["error"]),
            number(row["bias"], numbers.signed),
            number(row["others"]),
        ]
        for _, row in frame.iterrows()
    ]
    return View(
        "calibration_groups",
        "Where that fails",
        "Mean absolute error in F1 of direct transfer as read off confidence, by group of languages, each predicted "
        "without its family; and whether it says too much (above 0) or too little. The CSV has students, too.",
        columns(
            "Sources", "By", "Group", "Languages", "Error", "Predicted − observed", "Error elsewhere",
            words=("Sources", "By", "Group"),
        ),
        rows,
        "tables/calibration_groups.csv",
    )  # fmt: skip


def choices(study: Results) -> View | None:
    """What choosing without labels gains."""
    frame = study.table("choices")
    if frame.empty:
        return None
    rows = [
        [
            text(WHAT.get(row["what"], row["what"])),
            number(row["n"], numbers.count),
            text(RULES.get(row["rule"], names.method(row["rule"]))),
            number(row["n_languages"], numbers.count),
            number(row["f1"]),
            number(100 * row["best_taken"], digits=0),
            number(row["gain"], numbers.signed),
            text(numbers.interval(row["low"], row["high"], numbers.signed)),
            number(row["lost"]),
        ]
        for _, row in frame.iterrows()
    ]
    return View(
        "choices",
        "Choosing without labels",
        "Mean F1 of what a rule takes, its gain over not choosing with its interval, and what it stays below the best "
        "candidate, which only test scores know. Mixtures take all sources at once.",
        columns(
            "Choice", "n", "Rule", "Languages", "F1", "Best taken %", "Gain", "Interval", "Below the best",
            words=("Choice", "Rule", "Interval"),
        ),
        rows,
        "tables/choices.csv",
    )  # fmt: skip


def signals_of(row: pd.Series) -> str:
    """What a row reads, in words."""
    return f"{names.signals(str(row['signals']))} ({row['form']})"


def _error(own: pd.DataFrame, signals: str) -> float | None:
    found = own[own["signals"].fillna("") == signals]
    return float(found["error_family"].min()) if len(found) else None
