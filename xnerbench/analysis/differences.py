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

from xnerbench.analysis.bootstrap import Draws, interval, verdict
from xnerbench.analysis.goals import DIRECT
from xnerbench.analysis.seed_noise import Key, t_scale
from xnerbench.analysis.settings import Settings

ALL = "ALL"
MIN_LANGUAGES = 6
"""With fewer languages they are not resampled: the mean is about exactly these."""


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
    value = float(draws.mean[draws.row[a]] - draws.mean[draws.row[b]])
    moved = draws.unclipped(a) - draws.unclipped(b)
    seeds = int(np.isfinite(draws.runs[draws.row[a]] + draws.runs[draws.row[b]]).sum())
    has_interval = draws.has_interval(a, b)
    low, high = interval(moved, settings.confidence) if has_interval else (None, None)
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
        "difference": value,
        "low": low,
        "high": high,
        "p": p_value(value, moved) if has_interval else None,
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
    """The mean difference over languages.

    With at least `MIN_LANGUAGES` the languages are a sample: the mean is moved as Student's t over
    languages, which holds the sentences' and the seeds' accidents of each language. What a seed does
    to all languages alike (they share a teacher) is added: the variance of the means per seed, less
    what languages that are independent given the seed would leave in it (two-way analysis of
    variance). With fewer languages the mean moves as t over seeds, and with the sentences.
    """
    values, per_seed, sentence = [], [], []
    for target, a, b in members:
        draws = study[target]
        i, j = draws.row[a], draws.row[b]
        values.append(draws.mean[i] - draws.mean[j])
        per_seed.append(draws.runs[i] - draws.runs[j])
        sentence.append(draws.sentence_part[i] - draws.sentence_part[j])
    value = float(np.mean(values))
    t, n_draws = len(values), settings.bootstrap
    rng = np.random.default_rng([settings.seed, 4])
    seeds = np.array(per_seed)[:, np.isfinite(per_seed).all(0)]
    moved = np.full(n_draws, value)
    n_seeds = seeds.shape[1]
    if n_seeds > 1:
        deviations = seeds.mean(0) - seeds.mean()
        if t >= MIN_LANGUAGES:
            deviations = deviations * _common_share(seeds)
        z = rng.standard_normal((n_draws, n_seeds))
        scale = t_scale(rng.uniform(1e-6, 1 - 1e-6, n_draws), n_seeds - 1)
        moved = moved + z @ deviations / np.sqrt(n_seeds * (n_seeds - 1)) * scale
    if t >= MIN_LANGUAGES:
        deviations = np.array(values) - value
        z = rng.standard_normal((n_draws, t))
        scale = t_scale(rng.uniform(1e-6, 1 - 1e-6, n_draws), t - 1)
        moved = moved + z @ deviations / np.sqrt(t * (t - 1)) * scale
        note = "languages as a sample"
    else:
        moved = moved + np.mean(sentence, axis=0)
        note = f"about these {t} languages only"
    moves = bool(np.ptp(moved) > 0)
    low, high = interval(moved, settings.confidence) if moves else (None, None)
    target, a, b = members[0]
    sources = [{one.sources for _, one, _ in members}, {two.sources for _, _, two in members}]
    names = [s.pop() if len(s) == 1 else "several" for s in sources]
    counted = [study[m[0]].n_sentences for m in members]
    return {
        "method_a": a.method,
        "method_b": b.method,
        "sources_a": names[0],
        "sources_b": names[1],
        "target": ALL,
        "budget": _budget(a, b),
        "n": max(a.n, b.n),
        "difference": value,
        "low": low,
        "high": high,
        "p": p_value(value, moved) if moves else None,
        "n_seeds": n_seeds,
        "n_sentences": sum(counted) if all(counted) else None,
        "n_languages": t,
        "verdict": verdict(note, "" if moves else "no interval: one seed and no counts"),
    }


def _common_share(seeds: np.ndarray) -> float:
    """Standard deviation of what is common to all languages, as a share of that of seed means.

    Args:
        seeds: Differences, [languages, seeds], at least two of each.
    """
    t, r = seeds.shape
    centred = seeds - seeds.mean(1, keepdims=True)
    means = centred.mean(0)
    observed = (means**2).sum() / (r - 1)
    independent = ((centred - means) ** 2).sum() / ((t - 1) * (r - 1)) / t
    return float(np.sqrt(max(0.0, 1 - independent / observed))) if observed > 0 else 0.0
