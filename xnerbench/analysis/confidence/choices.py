"""Choices made without labels: which source, how many updates, which student; and what they gain.

A choice has candidates, a rule that gives each a number without any gold tag of the target, and takes the largest. It
is judged afterwards by F1: against what one takes without choosing, against the best candidate (which nobody knows),
and, of several sources, against mixing them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis.confidence import panel
from xnerbench.analysis.distances import between
from xnerbench.analysis.fit import Analysis
from xnerbench.analysis.inference import contrasts, means
from xnerbench.analysis.inference.bootstrap import verdict
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.methods.roles import DIRECT
from xnerbench.study.budgets import updates_of

Taken = Mapping[Key, float]
"""What a rule takes, as weights of groups."""
Rule = Callable[[str, Key], float]
"""What a rule gives a candidate on a target; NaN where it has nothing to say."""


@dataclass(frozen=True)
class Choice:
    """One language's candidates.

    Attributes:
        what: `source`, `updates` or `student`.
        n: Unlabelled sentences.
        target: The language.
        usual: What is taken without choosing.
        candidates: Among them.
        mixtures: All candidates at once, by method; of sources only.
    """

    what: str
    n: int
    target: str
    usual: Key
    candidates: tuple[Key, ...]
    mixtures: Mapping[str, Key]


def rows(study: Analysis) -> list[dict[str, Any]]:
    """One row per kind of choice, size and rule, over the languages on which the rule has something to say."""
    by_kind: dict[tuple[str, int], list[Choice]] = {}
    for choice in (*_of_sources(study), *_of_updates(study), *_of_students(study)):
        by_kind.setdefault((choice.what, choice.n), []).append(choice)
    found = []
    for (what, n), choices in by_kind.items():
        for rule, picks in _picks(study, what, choices).items():
            found.append({"what": what, "n": n, "rule": rule} | _judged(study, picks))
    return found


# --- candidates


def _of_sources(study: Analysis) -> Iterator[Choice]:
    for target, draws in study.draws.items():
        own = [key for key in draws.row if key.method == DIRECT and "+" not in key.sources]
        if len(own) < 2:
            continue
        every = {key.sources for key in own}
        mixtures = {
            key.method: key
            for key in draws.row
            if key.n == 0 and set(key.sources.split("+")) == every
        }
        yield Choice("source", 0, target, own[0], tuple(own), mixtures)


def _of_updates(study: Analysis) -> Iterator[Choice]:
    """Numbers of updates of the primary method."""
    for target, draws in study.draws.items():
        groups: dict[tuple[str, int], list[Key]] = {}
        for key in draws.row:
            if key.method == study.settings.primary_method and _updates(key):
                groups.setdefault((key.sources, key.n), []).append(key)
        for (_, n), own in groups.items():
            if len(own) > 1:
                last = max(own, key=_updates)
                yield Choice("updates", n, target, last, tuple(own), {})


def _updates(key: Key) -> int:
    return updates_of(key.budget) or 0


def _of_students(study: Analysis) -> Iterator[Choice]:
    """Students of one teacher under the primary budget, without those that read labels of the target."""
    settings = study.settings
    for target, draws in study.draws.items():
        groups: dict[tuple[str, int], list[Key]] = {}
        for key in draws.row:
            primary = key.n > 0 and key.budget == settings.primary_budget
            if primary and "+" not in key.sources and not study.method(key.method).reads_gold:
                groups.setdefault((key.sources, key.n), []).append(key)
        for (sources, n), own in groups.items():
            usual = Key(str(settings.primary_method), sources, str(settings.primary_budget), n)
            if len(own) > 1 and usual in own:
                yield Choice("student", n, target, usual, tuple(own), {})


# --- rules


def _picks(
    study: Analysis, what: str, choices: list[Choice]
) -> dict[str, list[tuple[Choice, Taken]]]:
    """Rule -> what it takes of each choice; a rule that takes nothing anywhere is absent."""
    found: dict[str, list[tuple[Choice, Taken]]] = {
        "usual": [(choice, {choice.usual: 1.0}) for choice in choices],
        "mean": [
            (choice, dict.fromkeys(choice.candidates, 1 / len(choice.candidates)))
            for choice in choices
        ],
        "best": [(choice, {_best(study, choice): 1.0}) for choice in choices],
    }
    for name, rule in _rules(study, what, choices):
        for choice in choices:
            values = np.array([rule(choice.target, key) for key in choice.candidates], float)
            if np.isfinite(values).all():
                taken = choice.candidates[int(np.argmax(values))]
                found.setdefault(name, []).append((choice, {taken: 1.0}))
    for choice in choices:
        for method, key in choice.mixtures.items():
            found.setdefault(method, []).append((choice, {key: 1.0}))
    return found


def _best(study: Analysis, choice: Choice) -> Key:
    draws = study.draws[choice.target]
    return max(choice.candidates, key=lambda key: draws.mean[draws.row[key]])


def _rules(study: Analysis, what: str, choices: list[Choice]) -> Iterator[tuple[str, Rule]]:
    if what == "source":
        yield "nearest", _nearest(study)
        if study.signals is not None:
            runs = study.scores.ok
            asked = panel.of_seeds(study.signals, runs[runs["method"] == DIRECT])
            raw = _teachers(asked, "none")
            tempered = _teachers(asked, "temperature")["begin_mean"]
            yield "confidence", _of_source(raw["begin_mean"])
            yield "tempered", _of_source(tempered)
            yield "agreement", _of_source(-raw["disagreement_mixture"])
            yield "relative", _of_source(_relative(tempered, choices))
        if study.weights is not None:
            for name, column in (("similarity", "alpha"), ("neighbours", "neighbours")):
                if column in study.weights:  # earlier versions of the suite knew no neighbours
                    yield name, _weights(study, study.weights, column)
        return
    fidelity = study.scores.ok
    if "fidelity_heldout" in fidelity:
        yield "fidelity", _of_cells(fidelity, "fidelity_heldout")
    if study.signals is not None:
        yield "confidence", _of_cells(panel.about(study.signals, "heldout"), "begin_mean")


def _nearest(study: Analysis) -> Rule:
    settings, found = study.settings, study.languages.distances
    by_source: dict[str, dict[str, float]] = {}

    def rule(target: str, key: Key) -> float:
        if key.sources not in by_source:
            by_source[key.sources] = between.of_sources(
                found, key.sources, settings.primary_distance, settings.distance_variant
            )
        return -by_source[key.sources].get(target, np.nan)

    return rule


def _teachers(signals: pd.DataFrame, scaling: str) -> pd.DataFrame:
    """Signals of single sources' teachers on the pool, mean over seeds, by (target, sources)."""
    own = panel.about(signals, "pool", scaling)
    own = own[own["method"] == DIRECT]
    return own.groupby(["target", "sources"])[["begin_mean", "disagreement_mixture"]].mean()


def _relative(confidence: pd.Series, choices: Iterable[Choice]) -> pd.Series:
    """Logit of a teacher's confidence less its mean over the languages that every source's teacher labels."""
    z = pd.Series(panel.logit(confidence.to_numpy(dtype=float)), index=confidence.index).unstack()
    z = z.reindex([choice.target for choice in choices])
    shared = z.dropna()
    return (z - shared.mean()).stack() if len(shared) else z.stack().iloc[:0]


def _of_source(values: pd.Series) -> Rule:
    """A rule that looks a candidate up by target and source."""
    known = values.to_dict()
    return lambda target, key: float(known.get((target, key.sources), np.nan))


def _weights(study: Analysis, frame: pd.DataFrame, column: str) -> Rule:
    by_similarity = [
        name for name in set(frame["method"]) if study.method(name).weights == "similarity"
    ]
    own = frame[frame["method"].isin(by_similarity)]
    known = pd.to_numeric(own[column], errors="coerce").groupby([own["target"], own["source"]])
    return _of_source(known.mean())


def _of_cells(frame: pd.DataFrame, column: str) -> Rule:
    keys = ["target", "method", "sources", "budget", "n"]
    known = frame.groupby(keys)[column].mean().to_dict()
    return lambda target, key: float(
        known.get((target, key.method, key.sources, key.budget, key.n), np.nan)
    )


# --- judgement


def _judged(study: Analysis, picks: list[tuple[Choice, Taken]]) -> dict[str, Any]:
    """Mean F1 of what was taken, and how it compares."""
    settings = study.settings
    targets = [choice.target for choice, _ in picks]
    families = means.families_of(study.family_of, targets)
    best = [_best(study, choice) for choice, _ in picks]

    def over(weights: Iterable[Taken]) -> means.OverLanguages:
        members = [
            contrasts.of(study.draws[target], own)
            for target, own in zip(targets, weights, strict=True)
        ]
        return means.over_languages(members, settings, families)

    gain = over(_minus(taken, choice.usual) for choice, taken in picks)
    regret = over(_minus(taken, other) for (_, taken), other in zip(picks, best, strict=True))
    low, high = gain.interval(settings.confidence)
    hits = [taken == {other: 1.0} for (_, taken), other in zip(picks, best, strict=True)]
    return {
        "n_languages": len(picks),
        "n_families": gain.n_families,
        "f1": over(taken for _, taken in picks).value,
        "best_taken": float(np.mean(hits)),
        "gain": gain.value,
        "low": low,
        "high": high,
        "lost": -regret.value,
        "verdict": verdict(gain.note),
    }


def _minus(taken: Taken, other: Key) -> dict[Key, float]:
    found = dict(taken)
    found[other] = found.get(other, 0.0) - 1.0
    return found
