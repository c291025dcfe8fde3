"""Every arm in one table: mean F1, its differences to direct transfer and to the primary method, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import DIRECT

Known = dict[tuple[frozenset[str], str, int], list[Mapping[str, Any]]]
"""Differences by pair of methods, target and size."""


def rows(
    study: Mapping[str, Draws],
    scores: Scores,
    settings: Settings,
    differences: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """One row per method, sources, budget and size, the largest difference to direct transfer first.

    Args:
        study: Target -> draws.
        scores: For the seconds.
        settings: The primary method.
        differences: Rows of the table of that name.
    """
    means: dict[Key, dict[str, float]] = {}
    for target, draws in study.items():
        for key, place in draws.row.items():
            means.setdefault(key, {})[target] = float(draws.mean[place])
    by = ["method", "sources", "budget", "n"]
    each = scores.ok.groupby([*by, "target"])["seconds"].mean()  # languages count alike, as in F1
    seconds = each.groupby(by).mean().to_dict()
    order = list(study)
    known: Known = {}
    for told in differences:
        pair = frozenset((told["method_a"], told["method_b"]))
        known.setdefault((pair, told["target"], told["n"]), []).append(told)
    found = []
    for (method, sources, budget, n), own in means.items():
        row: dict[str, Any] = {
            "method": method,
            "sources": sources,
            "budget": budget,
            "n": n,
            "f1": float(np.mean(list(own.values()))),
            "n_languages": len(own),
        }
        if np.isfinite(cost := seconds.get((method, sources, budget, n), np.nan)):
            row["seconds"] = float(cost)
        # A mean over one language is that language.
        over = ALL if len(own) > 1 else next(target for target in order if target in own)
        for name, other in (("direct", DIRECT), ("primary", settings.primary_method)):
            row |= _against(known, method, other, sources, budget, n, over, name)
        row.setdefault("verdict", "not compared: no difference to this method in the scores")
        found.append(row)
    return sorted(found, key=lambda row: (row["n"], -(row.get("over_direct") or 0.0)))


def _against(
    known: Known,
    method: str,
    other: str | None,
    sources: str,
    budget: str,
    n: int,
    target: str,
    name: str,
) -> dict[str, Any]:
    """The difference of a method to another one, whichever of them the table subtracts."""
    if method == other:
        return {}
    for row in known.get((frozenset((method, str(other))), target, n), []):
        if row["budget"] not in (budget, "none") or sources not in (
            "none", row["sources_a"], row["sources_b"],
        ):  # fmt: skip
            continue
        sign = 1 if row["method_a"] == method else -1
        ends = sorted((row["low"], row["high"]), key=lambda end: sign * (end or 0.0))
        low, high = (None if end is None else sign * end for end in ends)
        return {
            f"over_{name}": sign * row["difference"],
            f"over_{name}_low": low,
            f"over_{name}_high": high,
            "n_families": row.get("n_families"),
            "verdict": row["verdict"],
        }
    return {}
