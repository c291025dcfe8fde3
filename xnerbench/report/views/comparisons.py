"""Paired differences between methods."""

from __future__ import annotations

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers
from xnerbench.report.results import Results
from xnerbench.report.view import View, columns, estimate, number, remarks, text


def differences(study: Results, target: str | None = None) -> View | None:
    """Paired differences, over all languages first.

    Args:
        study: The study.
        target: Only this target, or `ALL` for those over all languages.
    """
    frame = study.table("differences")
    frame = frame if target is None else frame[frame["target"] == target]
    if frame.empty:
        return None
    last = frame.groupby(["method_a", "method_b", "budget"])["n"].transform("max")
    named = frame[["method_a", "method_b"]].isin([DIRECT, study.primary_method]).any(axis=1)
    frame = frame[(frame["target"] == ALL) | ((frame["n"] == last) & named)]
    methods = names.method_order([*frame["method_a"], *frame["method_b"]])
    order = {code: i for i, code in enumerate([ALL, *study.targets])}
    frame = frame.assign(
        single=frame["target"] != ALL,
        other=frame["budget"] != study.primary_budget,
        b=frame["method_b"].map(methods.index),
        a=frame["method_a"].map(methods.index),
        rank=frame["target"].map(order),
    ).sort_values(["single", "other", "b", "a", "rank", "n"], kind="stable")
    rows = []
    for _, row in frame.iterrows():
        everyone = row["target"] == ALL
        rows.append([
            text("All languages" if everyone else study.language(row["target"])),
            text(f"{row['method_a']} {numbers.MINUS} {row['method_b']}"),
            text(_both(row.get("sources_a"), row.get("sources_b"))), text(row["budget"]),
            number(row["n"], numbers.count), estimate(row, "difference", numbers.signed),
            number(row.get("p"), numbers.p_value), number(row["p_holm"], numbers.p_value),
            number(row.get("n_seeds"), numbers.count), number(row.get("n_languages"), numbers.count),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Language", "Methods", "Sources", "Budget", "Remarks")
    return View(
        "differences", "Paired differences between methods",
        "Difference in F1 [interval], on the same seeds and test sentences. p (Holm) is corrected "
        "over the languages of a comparison. By language only at the largest size and against direct "
        "transfer or the primary method; the CSV has all.",
        columns(*words[:4], "n", "Difference", "p", "p (Holm)", "Seeds", "Languages", "Remarks",
                words=words),
        rows, "tables/differences.csv",
    )  # fmt: skip


def differences_overall(study: Results) -> View | None:
    """Only those over all languages."""
    return differences(study, ALL)


def _both(a: object, b: object) -> str:
    shown = list(dict.fromkeys(str(x) for x in (a, b) if x and x == x and str(x) != "none"))
    return " / ".join(shown)
