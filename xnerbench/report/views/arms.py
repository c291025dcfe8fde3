"""Arms: what each gains, and what that is worth in sentences."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import numbers
from xnerbench.report.results import Results
from xnerbench.report.view import View, columns, estimate, number, remarks, text


def ranking(study: Results) -> View | None:
    """Every arm beside direct transfer and the primary method, size by size."""
    frame = study.table("ranking")
    if frame.empty or frame["method"].nunique() < 3:
        return None
    rows = [
        [
            text(row["method"]), number(row["n"], numbers.count), text(row["budget"]),
            number(row["f1"], numbers.fixed),
            _difference(row, "over_direct"), _difference(row, "over_primary"),
            number(row.get("seconds"), numbers.fixed),
            number(row.get("n_languages"), numbers.count), remarks(row.get("verdict") or ""),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    words = ("Method", "Budget", "Remarks")
    return View(
        "ranking", "Every arm",
        f"Mean F1, and differences [interval] to direct transfer and to {study.primary_method} at the same size. "
        "Arms ran on different languages where they need something that not all have: compare differences, not F1.",
        columns("Method", "n", "Budget", "F1", "Over direct", f"Over {study.primary_method}",
                "Seconds", "Languages", "Remarks", words=words),
        rows, "tables/ranking.csv",
    )  # fmt: skip


def exchange(study: Results) -> View | None:
    """What arms are worth in sentences, over languages first."""
    frame = study.table("exchange")
    if frame.empty:
        return None
    frame = frame.assign(single=frame["target"] != ALL).sort_values(
        ["single", "method", "n"], kind="stable"
    )
    rows = [
        [
            text("All languages" if row["target"] == ALL else study.language(row["target"])),
            text(row["method"]), number(row["n"], numbers.count),
            estimate(row, "gain", numbers.signed), text(_ratio(row)),
            _difference(row, "over_doubling"), remarks(row["verdict"]),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    words = ("Language", "Method", "Worth", "Remarks")
    return View(
        "exchange", "What augmentation is worth in sentences",
        f"Gain over {study.primary_method} at the same number of sentences; how many times as many sentences of it do "
        "as well (2 is what doubling buys); and the gain less what doubling brings.",
        columns("Language", "Method", "n", "Gain", "Worth", "Over doubling", "Remarks",
                words=words),
        rows, "tables/exchange.csv",
    )  # fmt: skip


def _difference(row: pd.Series, name: str):
    named = {"low": row.get(f"{name}_low"), "high": row.get(f"{name}_high"), name: row.get(name)}
    return estimate(pd.Series(named), name, numbers.signed)


def _ratio(row: pd.Series) -> str:
    low, high, ratio = row["ratio_low"], row["ratio_high"], row["ratio"]
    if pd.isna(low):
        return "" if pd.isna(ratio) else f"{ratio:.2g}"
    ends = f"[{low:.2g}, {'∞' if pd.isna(high) else format(high, '.2g')}]"
    return ends if pd.isna(ratio) else f"{ratio:.2g} {ends}"
