"""F1 over sentences and updates: laws, both orders of every rise, what to buy, fidelity."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results, is_true
from xnerbench.report.view import Cell, View, columns, estimate, number, remarks, text

MOST = 6
"""Parameters of a law."""


def laws(study: Results) -> View | None:
    """Every law of the primary method's mean surface."""
    frame = queries.surface_rows(study, "surface")
    if frame.empty:
        return None
    rows = [
        [
            text(names.law(row["law"]) + (" (chosen)" if bool(chosen) else "")),
            text(_parameters(row)),
            *(number(row[f"error_{corner}"]) for corner in ("n", "u", "both", "cell")),
            number(row["error"], numbers.fixed, digits=2), number(row["aicc"]),
            remarks(row["verdict"]),
        ]
        for (_, row), chosen in zip(frame.iterrows(), is_true(frame["chosen"]), strict=True)
    ]  # fmt: skip
    words = ("Law", "Parameters [interval]", "Remarks")
    return View(
        "surface", "F1 over sentences n and updates u: laws",
        f"Mean over languages, {names.method(study.primary_method)}; e is 1 − F1 as a share. Errors: mean "
        "absolute error in F1 at the largest n, the most updates, both, by a fit without them, and the last cell, "
        "where the cells left determine the law; of the errors that all have, the simplest law within 0.25 of the best "
        "mean is chosen. R*: after how many passes a sentence has given most of what it has.",
        columns(*words[:2], "Error at n", "Error at u", "Error at both", "Last cell", "Mean error", "AICc", "Remarks",
                words=words),
        rows, "tables/surface.csv",
    )  # fmt: skip


def _parameters(row: pd.Series) -> str:
    parts = []
    for i in range(1, MOST + 1):
        name, value = row.get(f"p{i}_name"), row.get(f"p{i}")
        if not name or name != name:
            continue
        shown = "on a bound"
        if numbers.is_number(value):
            shown = numbers.rounded(value, digits=3)
            low, high = row.get(f"p{i}_low"), row.get(f"p{i}_high")
            if numbers.is_number(low) and numbers.is_number(high):
                shown += f" [{numbers.rounded(low)}, {numbers.rounded(high)}]"
        parts.append(f"{name} = {shown}")
    return ", ".join(parts)


def decomposition(study: Results) -> View | None:
    """Every rise in both orders, side by side."""
    frame = queries.surface_rows(study, "decomposition")
    if frame.empty:
        return None
    keys = ["n_from", "n_to", "updates_from", "updates_to"]
    rows = []
    for ends, pair in frame.groupby(keys, sort=False):
        orders = {row["order"]: row for _, row in pair.iterrows()}
        first, second = orders["text first"], orders["updates first"]
        rows.append([
            *(number(end, numbers.count) for end in ends), _part(first, "rise"),
            *(_part(row, name) for row in (first, second) for name in ("by_text", "by_updates")),
            Cell(_shares(first, second), None), remarks(first["verdict"]),
        ])  # fmt: skip
    words = ("Share of updates", "Remarks")
    return View(
        "decomposition", "Rises split into text and updates, in both orders",
        f"{names.method(study.primary_method)}, mean over languages; F1 [interval]. Text first: more text at few "
        "updates, then more updates; updates first the other way round. The two differ by the interaction, and "
        "neither is the right one.",
        columns("From n", "To n", "Updates from", "Updates to", "Rise", "Text, first",
                "Updates, then", "Text, then", "Updates, first", *words, words=words),
        rows, "tables/decomposition.csv",
    )  # fmt: skip


def _part(row: pd.Series, name: str) -> Cell:
    found = {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}
    return estimate(found, "value", numbers.signed)


def _shares(first: pd.Series, second: pd.Series) -> str:
    known = [row["share"] for row in (first, second) if numbers.is_number(row["share"])]
    if len(known) < 2:
        return numbers.NONE
    return " or ".join(f"{numbers.fixed(share, 0)} %" for share in known)


def worth(study: Results) -> View | None:
    """What doubling is worth, and where updates stop to help."""
    frame = queries.surface_rows(study, "worth")
    if frame.empty:
        return None
    rows = []
    for _, row in frame.iterrows():
        size = row["quantity"] == "stops_at_u"
        style = numbers.rounded if size else numbers.signed
        rows.append([
            text(names.WORTH[row["quantity"]]), text(names.law(row["law"])),
            number(row["n"], numbers.count), number(row["updates"], numbers.count),
            estimate(row, "value", style), remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Quantity", "By", "Remarks")
    return View(
        "worth", "What to buy: text or updates",
        f"{names.method(study.primary_method)}, mean over languages; value [interval]. Measured: per doubling, from "
        "the neighbouring cells. Of a law: beyond the largest n and u, an extrapolation.",
        columns(*words[:2], "n", "Updates", "Value", "Remarks", words=words),
        rows, "tables/worth.csv",
    )  # fmt: skip


def fidelity(study: Results) -> View | None:
    """How well students copy their teachers, and what they add."""
    frame = study.table("fidelity")
    frame = frame[frame["target"] == ALL] if (frame["target"] == ALL).any() else frame
    if frame.empty:
        return None
    rows = []
    for _, row in frame.iterrows():
        rise = numbers.is_number(row["n_from"])
        style = numbers.signed if rise else numbers.fixed
        rows.append([
            text(row["method"]), text(row["budget"]), number(row["n_from"], numbers.count),
            number(row["n"], numbers.count), number(row["f1"], style),
            *(_of(row, name, style) for name in ("fidelity_test", "copied", "beyond")),
            number(row["fidelity_heldout"], style), number(row["n_collapsed"], numbers.count),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Method", "Budget", "Remarks")
    return View(
        "fidelity", "Fidelity: what students copy, and what they add",
        "Fidelity: entity F1 against the teacher's tags. Copied: fidelity times the teacher's F1; beyond: the rest of "
        "F1. With a first size: rises from it.",
        columns("Method", "Budget", "From n", "n", "F1", "Fidelity", "Copied", "Beyond",
                "Fidelity, held-out", "Collapsed", "Remarks", words=words),
        rows, "tables/fidelity.csv",
    )  # fmt: skip


def _of(row: pd.Series, name: str, style) -> Cell:
    found = {"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}
    return estimate(found, "value", style)
