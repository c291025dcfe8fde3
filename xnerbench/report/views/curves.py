"""Growth, fitted curves, and what is read off them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import names, numbers
from xnerbench.report.results import Results, is_true
from xnerbench.report.view import View, columns, estimate, number, remarks, text


def growth(study: Results) -> View | None:
    """Growth over languages, the primary method first: slopes, rises and what updates make of them."""
    frame = study.table("growth")
    frame = frame[frame["target"] == ALL]
    if frame.empty:
        return None
    methods = names.method_order(list(frame["method"]))
    quantities = ["slope", "rise", "share"]
    frame = frame.assign(
        other=frame["method"] != study.primary_method,
        rank=frame["method"].map(methods.index),
        what=frame["quantity"].map(quantities.index),
    ).sort_values(["other", "rank", "what", "n_from", "n_to"], kind="stable")
    rows = []
    for _, row in frame.iterrows():
        per_doubling = row["quantity"] == "slope"
        rows.append([
            text(names.GROWTH[row["quantity"]]), text(row["method"]), text(row["budget"]),
            number(row["n_from"], numbers.count), number(row["n_to"], numbers.count),
            number(row["updates_from"], numbers.count), number(row["updates_to"], numbers.count),
            estimate(row, "value", numbers.signed, digits=2 if per_doubling else 1),
            number(row["n_languages"], numbers.count), remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Quantity", "Method", "Budget", "Remarks")
    return View(
        "growth", "Growth with the number of sentences, mean over languages",
        "Value [interval]. Budget epochs − steps: what more updates add, on top of more data. Updates: of the "
        "student at either size. The CSV has every language.",
        columns(*words[:3], "From n", "To n", "Updates from", "Updates to", "Value", "Languages",
                "Remarks", words=words),
        rows, "tables/growth.csv",
    )  # fmt: skip


def fitted(study: Results, method: str | None = None) -> View | None:
    """The chosen curve of each series, the primary method first.

    Args:
        study: The study.
        method: Only this method's.
    """
    frame = study.table("curves")
    frame = frame if method is None else frame[frame["method"] == method]
    if frame.empty:
        return None
    keys = ["method", "sources", "target", "budget"]
    chosen = frame[is_true(frame["chosen"])]
    none = frame.drop_duplicates(keys)
    fitted = set(chosen[keys].itertuples(index=False, name=None))
    none = none[[row not in fitted for row in none[keys].itertuples(index=False, name=None)]]
    rows = []
    for _, row in _ordered(study, pd.concat([chosen, none])).iterrows():
        has = tuple(row[k] for k in keys) in fitted
        rows.append([
            text(study.language(row["target"])), text(row["method"]), text(row["sources"]),
            text(row["budget"]), text(names.form(row["form"]) if has else numbers.NONE),
            text(_parameters(row) if has else ""),
            number(row.get("n_sizes"), numbers.count), number(row.get("aicc") if has else None),
            number(100 * row["chosen_in"] if has and "chosen_in" in row else None, digits=0),
            number(row.get("heldout_error") if has else None, numbers.signed),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Language", "Method", "Sources", "Budget", "Form", "Parameters (standard error)",
             "Remarks")  # fmt: skip
    return View(
        "curves", "Fitted curves",
        "The form that AICc chooses for each series, and the share of 200 bootstrap draws in which it would be chosen. "
        "F1 is a share (0 to 1) in the parameters. "
        "Held-out error: F1 of the largest size predicted without it, minus observed.",
        columns(*words[:6], "Sizes", "AICc", "Chosen in %", "Held-out error", "Remarks", words=words),
        rows, "tables/curves.csv",
    )  # fmt: skip


def fitted_primary(study: Results) -> View | None:
    """The primary method's curves only."""
    return fitted(study, study.primary_method)


DERIVED: tuple[tuple[str, str, Callable[..., str], dict], ...] = (
    ("gain", "Gain", numbers.signed, {}),
    ("slope", "F1 per doubling", numbers.signed, {"digits": 2}),
    ("f_inf", "Asymptote", numbers.fixed, {}),
    ("gain_inf", "Asymptotic gain", numbers.signed, {}),
    ("break_even", "Break-even", numbers.rounded, {}),
    ("n95", "n95", numbers.rounded, {}),
    ("exchange_rate", "Worth labelled", numbers.rounded, {}),
)


def medians(study: Results) -> View | None:
    """Sizes over languages, those that do not get there counted."""
    frame = study.table("medians")
    if frame.empty:
        return None
    rows = []
    for _, row in frame.iterrows():
        counts = (row["n_reached"], row["n_at_most"], row["n_not_shown"], row["n_unknown"])
        rows.append([
            text(names.quantity(row["quantity"])), text(row["method"]), text(row["budget"]),
            number(row["at_n"], numbers.count), estimate(row, "median", numbers.rounded),
            *(number(n, numbers.count) for n in counts), remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Quantity", "Method", "Budget", "Remarks")
    return View(
        "medians", "Sizes over languages",
        "Median [interval] over languages, in sentences. Languages that do not get there within the range count as "
        "later ones (Kaplan-Meier).",
        columns("Quantity", "Method", "Budget", "n", "Median", "With a size", "At once", "Not shown", "Unknown",
                "Remarks", words=words),
        rows, "tables/medians.csv",
    )  # fmt: skip


def derived(study: Results) -> View | None:
    """What is read off the primary method's curves, one row per target."""
    frame = study.table("derived")
    frame = study.shown(frame[frame["budget"] == study.primary_budget], study.primary_method)
    if frame.empty:
        return None
    present = [d for d in DERIVED if d[0] in set(frame["quantity"])]
    rows = []
    for target in study.targets:
        own = frame[frame["target"] == target]
        cells = []
        for quantity, _, style, options in present:
            found = own[own["quantity"] == quantity].sort_values("at_n", na_position="first")
            row = found.iloc[-1] if len(found) else {}
            cells.append(estimate(row, "value", style, **options))
        rows.append([text(study.language(target)), text(target), *cells])
    size = numbers.count(study.sizes[-1]) if study.sizes else numbers.NONE
    return View(
        "derived", f"Read off the curves: {names.method(study.primary_method)}",
        f"Value [interval]. Gain over direct transfer and worth in labelled sentences are at "
        f"n = {size}; break-even and n95 are unlabelled sentences. An end that is not reached is written as …",
        columns("Language", "Code", *(title for _, title, *_ in present),
                words=("Language", "Code")),
        rows, "tables/derived.csv",
    )  # fmt: skip


def _parameters(row: pd.Series) -> str:
    parts = []
    for i in (1, 2, 3):
        name, value, error = row.get(f"p{i}_name"), row.get(f"p{i}"), row.get(f"p{i}_se")
        if not name or name != name or not numbers.is_number(value):
            continue
        shown = f"{name} = {numbers.rounded(value, digits=3)}"
        parts.append(shown + (f" ({numbers.rounded(error)})" if numbers.is_number(error) else ""))
    return ", ".join(parts)


def _ordered(study: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Primary method and budget first, then methods in their order, targets from near to far."""
    methods = {code: i for i, code in enumerate(names.method_order(list(frame["method"])))}
    targets = {code: i for i, code in enumerate(study.targets)}
    keys = frame.assign(
        a=frame["method"] != study.primary_method, b=frame["method"].map(methods),
        c=frame["budget"] != study.primary_budget, d=frame["target"].map(targets),
    )  # fmt: skip
    return frame.loc[keys.sort_values(["a", "b", "c", "d"], kind="stable").index]
