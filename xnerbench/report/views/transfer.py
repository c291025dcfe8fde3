"""The transfer matrix as a table."""

from __future__ import annotations

from xnerbench.analysis.transfer import ALL
from xnerbench.report import numbers
from xnerbench.report.results import Results
from xnerbench.report.view import View, columns, number, text


def transfer(study: Results, kind: str | None = None) -> View | None:
    """Targets and types by sources: F1, and what the best source has over the others.

    Args:
        study: The study.
        kind: Only this type.
    """
    frame = study.table("transfer")
    if frame.empty:
        return None
    listed = [s for s in study.config.get("sources") or [] if s in set(frame["source"])]
    sources = listed + sorted(set(frame["source"]) - set(listed))
    rows = []
    for (method, target, of), own in frame.groupby(["method", "target", "type"], sort=False):
        if kind is not None and of != kind:
            continue
        by = own.set_index("source")
        f1 = [by["f1"].get(source) for source in sources]
        rows.append([
            text(study.language(str(target))), text(method), number(own["n"].iloc[0], numbers.count),
            text("all" if of == ALL else of), *(number(value) for value in f1),
            text(study.language(str(by["f1"].idxmax()))),
            number(-own["gap"].min()), number(own["gap_supervised"].max(), numbers.signed),
        ])  # fmt: skip
    words = ("Target", "Method", "Type", "Best source")
    return View(
        "transfer",
        "Transfer from each source to each target",
        "F1 from each source, means over seeds. Spread: from the best source to the worst. To supervised: the best "
        "source against a tagger trained on labelled text of the target. The best source is chosen on the test set.",
        columns("Target", "Method", "n", "Type", *sources, "Best source", "Spread", "To supervised",
                words=words),
        rows, "tables/transfer.csv",
    )  # fmt: skip


def transfer_overall(study: Results) -> View | None:
    """Only all types together."""
    return transfer(study, ALL)
