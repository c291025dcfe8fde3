"""Paired differences between methods, on the same seeds and test sentences.

Difference is `method_a` minus `method_b`; `direct` is always b. p is two-sided, twice the smaller
share of draws on one side of 0; where no draw crosses 0 it is the normal tail of the draws' standard
deviation, if that is smaller than the draws can resolve. `p_holm` is corrected (Holm 1979) over the
languages of one comparison, budget and size; for the rows over `ALL` languages, over the sizes.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.stats import norm

from xnerbench.analysis import contrasts
from xnerbench.analysis.bootstrap import Draws, interval, verdict
from xnerbench.analysis.goals import DIRECT
from xnerbench.analysis.seed_noise import Key
from xnerbench.analysis.settings import Settings

ALL = "ALL"


def rows(study: dict[str, Draws], settings: Settings) -> list[dict]:
    """Every comparison, per language and over languages."""
    order = _order(study)
    found: list[dict] = []
    pooled: dict[tuple, list[tuple[str, Key, Key]]] = {}
    for target, draws in study.items():
        for a, b in _pairs(draws, order):
            found.append(_row(draws, a, b, settings))
            name = (a.method, b.method, _class(a), _class(b), _budget(a, b), max(a.n, b.n))
            pooled.setdefault(name, []).append((target, a, b))
    together = [
        _over_languages(study, members, settings)
        for members in pooled.values()
        if len({target for target, _, _ in members}) > 1
    ]
    _holm_within(found, ("method_a", "method_b", "sources_a", "sources_b", "budget", "n"))
    _holm_within(together, ("method_a", "method_b", "sources_a", "sources_b", "budget"))
    return found + together


def _order(study: dict[str, Draws]) -> dict[str, int]:
    """Methods by first appearance, direct transfer first: the later one is `method_a`."""
    names = dict.fromkeys(key.method for draws in study.values() for key in draws.row)
    return {name: i for i, name in enumerate(sorted(names, key=lambda name: name != DIRECT))}


def _pairs(draws: Draws, order: dict[str, int]) -> list[tuple[Key, Key]]:
    result = []
    for one, two in combinations(draws.row, 2):
        a, b = (one, two) if order[one.method] >= order[two.method] else (two, one)
        if a.method == b.method:
            if a._replace(budget="") == b._replace(budget="") and a.budget != b.budget:
                result.append((a, b) if a.budget > b.budget else (b, a))  # steps minus epochs
            continue
        same_budget = a.budget == b.budget or "none" in (a.budget, b.budget)
        same_size = a.n == b.n or 0 in (a.n, b.n)
        if same_budget and same_size and _comparable(a.sources, b.sources):
            result.append((a, b))
    return result


def _comparable(one: str, two: str) -> bool:
    """Same sources, one without sources, or one source among the other's."""
    first, second = ({*s.split("+")} - {"", "none"} for s in (one, two))
    return not first or not second or first <= second or second <= first


def _class(key: Key) -> str:
    """Sources as compared over languages: several sources differ by target, a single one is named."""
    return "several" if "+" in key.sources else key.sources


def _budget(a: Key, b: Key) -> str:
    if a.method == b.method:
        return f"{a.budget} - {b.budget}"
    return a.budget if a.budget != "none" else b.budget


def _row(draws: Draws, a: Key, b: Key, settings: Settings) -> dict:
    found = contrasts.of(draws, {a: 1, b: -1})
    seeds = int(np.isfinite(found.runs).sum())
    has_interval = draws.has_interval(a, b)
    low, high = interval(found.draws, settings.confidence) if has_interval else (None, None)
    notes = draws.levels(a, b)
    if not seeds:
        notes = "; ".join(filter(None, ["no seed in common", notes]))
    return {
        "method_a": a.method,
        "method_b": b.method,
        "sources_a": a.sources,
        "sources_b": b.sources,
        "target": draws.target,
        "budget": _budget(a, b),
        "n": max(a.n, b.n),
        "difference": found.value,
        "low": low,
        "high": high,
        "p": p_value(found.value, found.draws) if has_interval else None,
        "n_seeds": seeds,
        "n_sentences": draws.n_sentences or None,
        "n_languages": 1,
        "verdict": verdict(notes),
    }


def p_value(value: float, draws: np.ndarray) -> float:
    """Two-sided p of a difference from its draws; see the module."""
    n = len(draws)
    tail = min(int((draws <= 0).sum()), int((draws >= 0).sum()))
    p = min(1.0, 2 * (tail + 1) / (n + 1))
    spread = float(draws.std())
    if tail == 0 and spread > 0:
        p = min(p, 2 * float(norm.sf(abs(value) / spread)))
    return p


def holm(p: list[float | None]) -> list[float | None]:
    """Holm's step-down correction; `None` stays out of the family."""
    known = sorted((value, i) for i, value in enumerate(p) if value is not None)
    result: list[float | None] = [None] * len(p)
    largest = 0.0
    for rank, (value, i) in enumerate(known):
        largest = max(largest, min(1.0, value * (len(known) - rank)))
        result[i] = largest
    return result


def _holm_within(found: list[dict], names: tuple[str, ...]) -> None:
    families: dict[tuple, list[dict]] = {}
    for row in found:
        families.setdefault(tuple(row[name] for name in names), []).append(row)
    for family in families.values():
        for row, corrected in zip(family, holm([r["p"] for r in family]), strict=True):
            row["p_holm"] = corrected


def _over_languages(
    study: dict[str, Draws], members: list[tuple[str, Key, Key]], settings: Settings
) -> dict:
    """The mean difference over languages, see `contrasts.over_languages`."""
    found = contrasts.over_languages(
        [contrasts.of(study[target], {a: 1, b: -1}) for target, a, b in members], settings
    )
    low, high = interval(found.draws, settings.confidence) if found.moves else (None, None)
    _, a, b = members[0]
    sources = [{one.sources for _, one, _ in members}, {two.sources for _, _, two in members}]
    names = [s.pop() if len(s) == 1 else "several" for s in sources]
    return {
        "method_a": a.method,
        "method_b": b.method,
        "sources_a": names[0],
        "sources_b": names[1],
        "target": ALL,
        "budget": _budget(a, b),
        "n": max(a.n, b.n),
        "difference": found.value,
        "low": low,
        "high": high,
        "p": p_value(found.value, found.draws) if found.moves else None,
        "n_seeds": found.n_seeds,
        "n_sentences": found.n_sentences,
        "n_languages": found.n_languages,
        "verdict": verdict(found.note, "" if found.moves else contrasts.NO_INTERVAL),
    }
