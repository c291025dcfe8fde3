"""Paired differences between methods, on the same seeds and test sentences.

Difference is `method_a` minus `method_b`; `direct` is always b. p is two-sided, twice the smaller
share of draws on one side of 0; where no draw crosses 0 it is the tail of the draws' own t distribution,
if that is smaller than the draws can resolve. Over languages interval
and p are of one t distribution. `p_holm` is corrected (Holm 1979) over the
languages of one comparison, budget and size; for the rows over `ALL` languages, over the sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import t as student

from xnerbench.analysis.distances.languages import SEVERAL, sources_class
from xnerbench.analysis.inference import contrasts, means
from xnerbench.analysis.inference.bootstrap import NO_INTERVAL, Draws, interval, verdict
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import DIRECT

MEAN, BEST = "mean of the sources", "best of the sources"
"""`sources_b` where a mixture is compared with what its single sources give."""


@dataclass(frozen=True)
class Pair:
    """Two things that are compared on one target.

    Attributes:
        a: What is subtracted from.
        b: What is subtracted; of several single sources a key that no cell has, named for what is made of them.
        weights: Of the groups in the difference.
        note: What restricts it.
    """

    a: Key
    b: Key
    weights: dict[Key, float]
    note: str = ""

    @property
    def name(self) -> tuple[str, str, str, str, str, int]:
        """What the pair is called over languages: methods, sources, budget, size."""
        a, b = self.a, self.b
        sources = sources_class(a.sources), sources_class(b.sources)
        return a.method, b.method, *sources, self.budget, max(a.n, b.n)

    @property
    def budget(self) -> str:
        """The budget of whichever has one, or both of a method's own."""
        a, b = self.a, self.b
        if a.method == b.method:
            return f"{a.budget} - {b.budget}"
        return a.budget if a.budget != "none" else b.budget


def rows(
    study: dict[str, Draws], settings: Settings, families: Mapping[str, str] | None = None
) -> list[dict]:
    """Every comparison, per language and over languages.

    Args:
        study: Target -> draws.
        settings: Confidence and draws.
        families: Target -> family; without, languages count as independent.
    """
    order = _order(study)
    found: list[dict] = []
    pooled: dict[tuple, list[tuple[str, Pair]]] = {}
    for target, draws in study.items():
        for pair in [*_pairs(draws, order), *_mixtures(draws)]:
            found.append(_row(draws, pair, settings))
            pooled.setdefault(pair.name, []).append((target, pair))
    together = [
        _over_languages(study, members, settings, families)
        for members in pooled.values()
        if len({target for target, _ in members}) > 1
    ]
    _holm_within(found, ("method_a", "method_b", "sources_a", "sources_b", "budget", "n"))
    _holm_within(together, ("method_a", "method_b", "sources_a", "sources_b", "budget"))
    return found + together


def _order(study: dict[str, Draws]) -> dict[str, int]:
    """Methods by first appearance, direct transfer first: the later one is `method_a`."""
    names = dict.fromkeys(key.method for draws in study.values() for key in draws.row)
    return {name: i for i, name in enumerate(sorted(names, key=lambda name: name != DIRECT))}


def _pairs(draws: Draws, order: dict[str, int]) -> list[Pair]:
    result = []
    for one, two in combinations(draws.row, 2):
        a, b = (one, two) if order[one.method] >= order[two.method] else (two, one)
        if a.method == b.method:
            if a._replace(budget="") == b._replace(budget="") and a.budget != b.budget:
                a, b = (a, b) if a.budget > b.budget else (b, a)  # steps minus epochs
                result.append(Pair(a, b, {a: 1, b: -1}))
            continue
        same_budget = a.budget == b.budget or "none" in (a.budget, b.budget)
        same_size = a.n == b.n or 0 in (a.n, b.n)
        if same_budget and same_size and _comparable(a.sources, b.sources):
            result.append(Pair(a, b, {a: 1, b: -1}))
    return result


def _mixtures(draws: Draws) -> Iterator[Pair]:
    """Each mixture of sources against single-source methods: the mean over its sources, and the best of them.

    The best is chosen by its mean F1 on the test set, which nobody can do without labelled target text.
    """
    for a in draws.row:
        sources = a.sources.split("+")
        if len(sources) < 2:
            continue
        single: dict[str, list[Key]] = {}
        for key in draws.row:
            if key.sources in sources and key.n in (0, a.n) and key.budget in ("none", a.budget):
                single.setdefault(key.method, []).append(key)
        for keys in single.values():
            if len(keys) < 2:
                continue
            best = max(keys, key=lambda key: draws.mean[draws.row[key]])
            mean = {key: -1 / len(keys) for key in keys}
            yield Pair(a, keys[0]._replace(sources=MEAN), {a: 1, **mean}, f"of {len(keys)} sources")
            note = f"{best.sources} is the best on the test set"
            yield Pair(a, keys[0]._replace(sources=BEST), {a: 1, best: -1}, note)


def _comparable(one: str, two: str) -> bool:
    """Same sources, one without sources, or one source among the other's."""
    first, second = ({*s.split("+")} - {"", "none"} for s in (one, two))
    return not first or not second or first <= second or second <= first


def _row(draws: Draws, pair: Pair, settings: Settings) -> dict:
    a, b = pair.a, pair.b
    found = contrasts.of(draws, pair.weights)
    seeds = int(np.isfinite(found.runs).sum())
    has_interval = draws.has_interval(*pair.weights)
    low, high = interval(found.draws, settings.confidence) if has_interval else (None, None)
    notes = [pair.note, "" if seeds else "no seed in common", draws.levels(*pair.weights)]
    if a.method == b.method and not found.runs[np.isfinite(found.runs)].any() and seeds:
        notes = [pair.note, "the cells of both budgets are the same"]
    return {
        "method_a": a.method,
        "method_b": b.method,
        "sources_a": a.sources,
        "sources_b": b.sources,
        "target": draws.target,
        "budget": pair.budget,
        "n": max(a.n, b.n),
        "difference": found.value,
        "low": low,
        "high": high,
        "p": p_value(found.value, found.draws, found.freedom) if has_interval else None,
        "n_seeds": seeds,
        "n_sentences": draws.n_sentences or None,
        "n_languages": 1,
        "verdict": verdict(*notes),
    }


def p_value(value: float, draws: np.ndarray, freedom: float = np.inf) -> float:
    """Two-sided p of a difference from its draws and the degrees of freedom of their t; see the module."""
    n = len(draws)
    tail = min(int((draws <= 0).sum()), int((draws >= 0).sum()))
    p = min(1.0, 2 * (tail + 1) / (n + 1))
    reach = float(np.quantile(np.abs(draws - value), 0.95))
    if tail == 0 and reach > 0:
        scale = reach / student.ppf(0.975, freedom)
        p = min(p, 2 * float(student.sf(abs(value) / scale, freedom)))
    return p


def holm(p: list[float | None]) -> list[float | None]:
    """Holm's step-down correction (Holm, 1979); `None` stays out of the family.

    As statsmodels' `multipletests`, which collects garbage at every call: that took most of the time of a study with
    many small families.
    """
    known = [i for i, value in enumerate(p) if value is not None]
    result: list[float | None] = [None] * len(p)
    if known:
        values = np.array([p[i] for i in known])
        order = np.argsort(values)
        stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
        for place, value in zip(order, np.minimum(stepped, 1.0), strict=True):
            result[known[place]] = float(value)
    return result


def _holm_within(found: list[dict], names: tuple[str, ...]) -> None:
    families: dict[tuple, list[dict]] = {}
    for row in found:
        families.setdefault(tuple(row[name] for name in names), []).append(row)
    for family in families.values():
        for row, corrected in zip(family, holm([r["p"] for r in family]), strict=True):
            row["p_holm"] = corrected


def _over_languages(
    study: dict[str, Draws],
    members: list[tuple[str, Pair]],
    settings: Settings,
    families: Mapping[str, str] | None,
) -> dict:
    """The mean difference over languages, see `means.over_languages`."""
    found = means.over_languages(
        [contrasts.of(study[target], pair.weights) for target, pair in members],
        settings,
        means.families_of(families, (target for target, _ in members)),
    )
    low, high = found.interval(settings.confidence)
    pair = members[0][1]
    sources = [{p.a.sources for _, p in members}, {p.b.sources for _, p in members}]
    names = [s.pop() if len(s) == 1 else SEVERAL for s in sources]
    return {
        "method_a": pair.a.method,
        "method_b": pair.b.method,
        "sources_a": names[0],
        "sources_b": names[1],
        "target": ALL,
        "budget": pair.budget,
        "n": max(pair.a.n, pair.b.n),
        "difference": found.value,
        "low": low,
        "high": high,
        "p": found.p,
        "n_seeds": found.n_seeds,
        "n_sentences": found.n_sentences,
        "n_languages": found.n_languages,
        **found.beside(settings.confidence),
        "verdict": verdict(
            found.note, "" if found.moves else NO_INTERVAL, found.doubt(settings.confidence)
        ),
    }
