"""What the study used: corpora and costs."""

from __future__ import annotations

import json

from xnerbench.report import numbers
from xnerbench.report.results import Results
from xnerbench.report.view import View, columns, number, text


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
