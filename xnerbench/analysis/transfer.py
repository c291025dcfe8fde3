"""The transfer matrix: every source on every target, by entity type, for studies with several sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import DIRECT, SUPERVISED

ALL = "ALL"
"""All entity types together (micro F1)."""


def rows(scores: Scores, settings: Settings) -> list[dict[str, Any]]:
    """One row per method, source, target and type; none where a study has one source.

    Methods are direct transfer, and the primary method in its primary budget at the largest size that all
    sources of a target share. F1 is the mean over seeds.
    """
    frame = scores.ok
    single = frame[~frame["sources"].str.contains("+", regex=False)]
    found: list[dict[str, Any]] = []
    for method in dict.fromkeys([DIRECT, settings.primary_method]):
        own = single[single["method"] == method]
        if method != DIRECT:
            own = own[own["budget"] == settings.primary_budget]
        if own["sources"].nunique() > 1:
            for target, mine in own.groupby("target", sort=False):
                found += _of_target(mine, str(target), frame, scores.labels)
    return found


def _of_target(
    frame: pd.DataFrame, target: str, whole: pd.DataFrame, labels: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Rows of one method on one target."""
    sizes = frame.groupby("sources", sort=False)["n"].agg(set)
    shared = set.intersection(*sizes)
    if not shared:
        return
    n = max(shared)
    frame = frame[frame["n"] == n]
    control = whole[(whole["method"] == SUPERVISED) & (whole["target"] == target)]
    control = control[control["n"] == control["n"].max()]
    for kind in (ALL, *labels):
        column = "f1" if kind == ALL else f"f1_{kind}"
        means = frame.groupby("sources", sort=False)[column].mean().dropna()
        ceiling = control[column].mean()
        for source, f1 in means.items():
            of_source = frame[frame["sources"] == source]
            yield {
                "method": frame["method"].iloc[0],
                "source": source,
                "target": target,
                "budget": frame["budget"].iloc[0],
                "n": int(n),
                "type": kind,
                "f1": f1,
                "gap": f1 - means.max(),
                "gap_supervised": f1 - ceiling,
                "n_labelled": int(control["n"].max()) if len(control) else None,
                "n_seeds": int(of_source[column].notna().sum()),
            }
