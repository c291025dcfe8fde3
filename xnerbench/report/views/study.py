"""What the study used and made: corpora, students, costs."""

from __future__ import annotations

import json

from xnerbench.report import names, numbers
from xnerbench.report.results import Results
from xnerbench.report.view import View, columns, number, remarks, text


def corpora(study: Results) -> View | None:
    """Sizes, licences and what was removed, one row per language and role."""
    if study.corpora.empty:
        return None
    rows = []
    for _, row in study.corpora.iterrows():
        rows.append([
            text(study.language(row["language"])), text(row["language"]), text(row["role"]),
            text(row.get("family")), text(row.get("format")), text(row.get("licence")),
            *(number(row.get(key), numbers.count) for key in (
                "train", "pool", "test", "test_entities", "removed_test", "removed_duplicates",
                "repairs")),
            number(row.get("mean_words")), number(row.get("fertility"), digits=2),
            text(_digests(row.get("sha256"))),
        ])  # fmt: skip
    words = ("Language", "Code", "Role", "Family", "Format", "Licence", "SHA-256")
    return View(
        "corpora", "Corpora",
        "Sentences used. Removed: pool sentences that are also in the test set, and repeats. "
        "Fertility: subwords per word.",
        columns(*words[:6], "Train", "Pool", "Test", "Test entities", "In test", "Repeats",
                "Repairs", "Words", "Fertility", words[6], words=words),
        rows, "corpora.csv",
    )  # fmt: skip


def students(study: Results) -> View | None:
    """How far students are trained, and what that took, one row per method, budget and size."""
    frame = study.table("students")
    if frame.empty:
        return None
    rows = [
        [
            text(names.method(row["method"])), text(names.budget(row["budget"])), number(row["n"], numbers.count),
            text(row["init"]), number(row["steps"], numbers.count),
            *(number(row[name]) for name in ("fidelity_heldout", "fidelity_lowest", "fidelity_test")),
            number(row["gain"], numbers.signed), number(row["train_seconds"], numbers.rounded, digits=3),
            remarks(row["verdict"]),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    words = ("Method", "Budget", "Starts from", "Remarks")
    return View(
        "students", "How far students are trained",
        "Fidelity: entity F1 of a student's tags against its teacher's, on pool sentences that it was not trained on "
        "and on test sentences; it reads no gold tag. Means over languages. A student that starts from its teacher has "
        "fidelity for free. Gain: F1 over direct transfer.",
        columns(*words[:2], "n", "Starts from", "Updates", "Fidelity", "Lowest", "On test", "Gain", "Seconds",
                "Remarks", words=words),
        rows, "tables/students.csv",
    )  # fmt: skip


def costs(study: Results) -> View | None:
    """Cells, time and memory by method and size."""
    frame = study.table("costs")
    if frame.empty:
        return None
    rows = [
        [
            text(row["method"]), number(row["n"], numbers.count), number(row["cells"], numbers.count),
            number(row.get("seconds"), numbers.rounded, digits=3),
            number(row["core_hours"], numbers.rounded, digits=3), number(row.get("peak_mb"), numbers.count),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    return View(
        "costs", "Cost", "Times were measured while the study ran.",
        columns("Method", "n", "Cells", "Seconds per cell", "Core-hours", "Peak MB", words=("Method",)),
        rows, "tables/costs.csv",
    )  # fmt: skip


def _digests(value: object) -> str:
    """The first digits of a file's SHA-256, or of each file's where there are several (as JSON)."""
    if not isinstance(value, str):
        return ""
    if not value.startswith("{"):
        return value[:12]
    return ", ".join(f"{name} {digest[:12]}" for name, digest in json.loads(value).items())
