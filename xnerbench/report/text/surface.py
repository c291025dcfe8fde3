"""Which of text and updates is worth buying, and at which u updates stop to help."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.surface.worth import DOUBLINGS, INCOMPLETE, LITTLE, MEASURED
from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results


def worth(study: Results) -> list[str]:
    """What one more doubling is worth at the largest cell: by measured neighbours, then by the law."""
    frame = queries.surface_rows(study, "worth")
    full = ~frame["verdict"].astype(str).str.contains(INCOMPLETE)
    told = []
    for law, rows in frame[full & frame["quantity"].isin(DOUBLINGS)].groupby("law", sort=False):
        by = rows.set_index("quantity")
        if len(by) < len(DOUBLINGS) or by["low"].isna().any():
            continue
        text, updates, apart = (by.loc[quantity] for quantity in DOUBLINGS)
        lead = (
            f"At {numbers.count(text['n'])} sentences and {numbers.count(text['updates'])} updates the last "
            f"doublings measured gave {names.method(study.primary_method)}"
            if law == MEASURED
            else f"the law {names.law(law)} gives for one doubling more"
        )
        told.append(
            f"{lead} {_with_interval(text)} F1 for text and {_with_interval(updates)} for updates: "
            f"{_buy(text, updates, apart)}"
        )
    if not told:
        return []
    whose = (
        "" if (frame["target"] == ALL).all() else f" ({study.language(frame['target'].iloc[0])})"
    )
    return ["; ".join(told) + f"{whose}."]


def _buy(text: pd.Series, updates: pd.Series, apart: pd.Series) -> str:
    """What the intervals say is worth buying."""
    if max(text["high"], updates["high"]) < LITTLE:
        return "neither is worth buying"
    if apart["low"] > 0:
        return "text is worth buying" if text["low"] > 0 else "text rather than updates"
    if apart["high"] < 0:
        return "updates are worth buying" if updates["low"] > 0 else "updates rather than text"
    return "no evidence which is worth more"


def _with_interval(row: pd.Series) -> str:
    ends = numbers.interval(row["low"], row["high"], numbers.signed)
    return f"{numbers.signed(row['value'])} ({ends})"
