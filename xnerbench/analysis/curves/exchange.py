"""What an arm's gain is worth in sentences: does augmenting n sentences buy what twice as many buy?

The yardstick is one method's line through its mean F1 against log2 n, b per doubling. An arm that gains g over the
yardstick at n does as well as n_eq = n 2^(g / b) sentences without it. Its confidence set is Fieller's: the ratios
r = n_eq / n for which the interval of g - b log2 r holds zero. That is a linear contrast of means for every r, so that
intervals over languages allow for relatives, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from xnerbench.analysis.curves.growth import slope_weights
from xnerbench.analysis.inference import contrasts, means
from xnerbench.analysis.inference.bootstrap import Draws, interval, verdict
from xnerbench.analysis.inference.contrasts import ALL, Contrast
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.settings import Settings

DOUBLINGS = np.round(np.arange(-6.0, 6.01, 0.1), 1)
"""Where the confidence set is looked for: from a 64th of n to 64 times n. What reaches an end is unbounded."""

Weights = dict[Key, float]


def rows(
    study: Mapping[str, Draws], settings: Settings, families: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """One row per arm of `settings.exchange`, target and size, and over languages.

    Args:
        study: Target -> draws.
        settings: Arms, yardstick (`primary_method`), confidence.
        families: Target -> family; without, languages count as independent.
    """
    found: list[dict[str, Any]] = []
    pooled: dict[Key, list[tuple[str, Weights, Weights, list[int]]]] = {}
    for target, draws in study.items():
        for arm, gain, slope, sizes in _arms(draws, settings):
            found.append(_row(arm, target, _alone(draws, gain, slope, settings), sizes, 1))
            pooled.setdefault(arm, []).append((target, gain, slope, sizes))
    for arm, members in pooled.items():
        if len(members) > 1:
            sizes = sorted({size for *_, own in members for size in own})
            told = _together(study, members, settings, families)
            found.append(_row(arm, ALL, told, sizes, len(members)))
    return found


def _arms(draws: Draws, settings: Settings) -> Iterator[tuple[Key, Weights, Weights, list[int]]]:
    """Arms of a target that have the yardstick at their own size, with the weights of gain and slope."""
    for key in draws.row:
        if key.method not in settings.exchange or key.n == 0:
            continue
        line = [
            other
            for other in draws.row
            if other.method == settings.primary_method
            and (other.sources, other.budget) == (key.sources, key.budget)
        ]
        own = key._replace(method=str(settings.primary_method))
        if own not in line or len(line) < 2:
            continue
        sizes = sorted(other.n for other in line)
        slope = dict(
            zip(
                sorted(line, key=lambda other: other.n),
                slope_weights(np.asarray(sizes)).tolist(),
                strict=True,
            )
        )
        yield key, {key: 1.0, own: -1.0}, slope, sizes


def _minus(gain: Weights, slope: Weights, doublings: float) -> Weights:
    """The contrast g - doublings * b."""
    found = dict(gain)
    for key, weight in slope.items():
        found[key] = found.get(key, 0.0) - doublings * weight
    return found


Told = dict[str, Any]


def _alone(draws: Draws, gain: Weights, slope: Weights, settings: Settings) -> Told:
    """Of one language."""
    has = draws.has_interval(*gain, *slope)

    def of(weights: Weights) -> tuple[Contrast, tuple[float | None, float | None]]:
        made = contrasts.of(draws, weights)
        ends = interval(made.draws, settings.confidence) if has else (None, None)
        return made, ends

    value, ends = of(gain)
    told = {
        "n_seeds": int(np.isfinite(value.runs).sum()),
        "note": draws.levels(*gain, *slope),
        "growth": of(slope)[0].value,
    }
    told |= dict(zip(("gain", "low", "high"), (value.value, *ends), strict=True))
    more, reach = of(_minus(gain, slope, 1.0))
    told |= dict(zip(("more", "more_low", "more_high"), (more.value, *reach), strict=True))
    return told | {"set": [of(_minus(gain, slope, d))[1] for d in DOUBLINGS] if has else []}


def _together(
    study: Mapping[str, Draws],
    members: list[tuple[str, Weights, Weights, list[int]]],
    settings: Settings,
    families: Mapping[str, str] | None,
) -> Told:
    """Of the mean over languages."""
    own = means.families_of(families, (target for target, *_ in members))

    def of(doublings: float | None) -> means.OverLanguages:
        return means.over_languages(
            [
                contrasts.of(
                    study[target], slope if doublings is None else _minus(gain, slope, doublings)
                )
                for target, gain, slope, _ in members
            ],
            settings,
            own,
        )

    value, more = of(0.0), of(1.0)
    ends, reach = value.interval(settings.confidence), more.interval(settings.confidence)
    told = {
        "n_seeds": value.n_seeds,
        "n_families": value.n_families,
        "note": value.note,
        "growth": of(None).value,
    }
    told |= dict(zip(("gain", "low", "high"), (value.value, *ends), strict=True))
    told |= dict(zip(("more", "more_low", "more_high"), (more.value, *reach), strict=True))
    known = ends[0] is not None
    return told | {"set": [of(d).interval(settings.confidence) for d in DOUBLINGS] if known else []}


def _row(arm: Key, target: str, told: Told, sizes: list[int], languages: int) -> dict[str, Any]:
    grows = told["growth"] > 0
    low, high = _ends(told["set"])
    notes = [told["note"]]
    if not grows:
        notes.append("the yardstick does not grow: no number of sentences is worth a gain")
    elif low == 0 or high == np.inf:
        notes.append("the data do not bound what it is worth")
    return {
        "method": arm.method,
        "sources": arm.sources,
        "target": target,
        "budget": arm.budget,
        "n": arm.n,
        "gain": told["gain"],
        "low": told["low"],
        "high": told["high"],
        "growth": told["growth"],
        "n_equivalent": arm.n * 2 ** (told["gain"] / told["growth"]) if grows else None,
        "ratio": 2 ** (told["gain"] / told["growth"]) if grows else None,
        "ratio_low": low,
        "ratio_high": high if high is None or np.isfinite(high) else None,
        "over_doubling": told["more"],
        "over_doubling_low": told["more_low"],
        "over_doubling_high": told["more_high"],
        "n_from": min(sizes),
        "n_to": max(sizes),
        "n_seeds": told["n_seeds"],
        "n_languages": languages,
        "n_families": told.get("n_families"),
        "verdict": verdict(*notes),
    }


def _ends(found: list[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    """The ends of the ratios that the data allow; 0 and infinity where the set reaches past what is looked at."""
    if not found:
        return None, None
    inside = [
        d
        for d, (low, high) in zip(DOUBLINGS.tolist(), found, strict=True)
        if low is not None and high is not None and low <= 0 <= high
    ]
    if not inside:  # narrower than the steps, or beyond the ends
        return None, None
    low, high = min(inside), max(inside)
    return (
        0.0 if low <= DOUBLINGS[0] else 2.0**low,
        float("inf") if high >= DOUBLINGS[-1] else 2.0**high,
    )
