"""How F1 grows with n, per language and over languages, and how much of it is data.

Under fixed epochs more text also brings more updates, so the rise from one size to another has two
parts. Between two sizes that get the same number of updates under `steps`,

    rise under epochs = rise under steps + (rise under epochs - rise under steps)

is the effect of data plus that of updates. All are linear in the group means, so their draws stay
paired by seed, test sentence and language. The *share* of updates is their part of the mean rise
under epochs, in percent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from xnerbench.analysis.distances.languages import sources_class
from xnerbench.analysis.inference import contrasts, means
from xnerbench.analysis.inference.bootstrap import NO_INTERVAL, Draws, interval, verdict
from xnerbench.analysis.inference.contrasts import ALL, Contrast
from xnerbench.analysis.inference.means import OverLanguages
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings

BY_UPDATES = "epochs - steps"
"""Budget of the rows for what updates add: a quantity under `epochs` minus the same under `steps`."""

ROUNDING = 1e-9
"""F1 points below which a difference is how a sum was rounded: one test entity is far more."""

UNITS = {"slope": "F1 per doubling", "rise": "F1", "share": "percent"}

Updates = Mapping[tuple[str, Key], int]
"""Updates behind a (target, group)."""


class Quantity(NamedTuple):
    """What is compared over languages."""

    method: str
    sources: str
    budget: str
    quantity: str
    n_from: int
    n_to: int


@dataclass(frozen=True)
class Member:
    """One language's part.

    Attributes:
        sources: Its own.
        updates: Made at the two sizes; `None` where that is not known, or of no meaning.
        contrast: The number.
        note: What its interval does not cover.
    """

    sources: str
    updates: tuple[int | None, int | None]
    contrast: Contrast
    note: str


def rows(
    study: Mapping[str, Draws],
    scores: Scores,
    settings: Settings,
    families: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Slopes and rises of every series, by language; then their means over languages, and shares.

    Args:
        study: Target -> draws.
        scores: For the number of updates behind each mean.
        settings: Confidence and draws.
        families: Target -> family; without, languages count as independent.
    """
    updates = updates_of(scores)
    found: dict[Quantity, dict[str, Member]] = {}
    for target, draws in study.items():
        for quantity, member in _members(draws, updates):
            found.setdefault(quantity, {})[target] = member
    single = [
        _row(quantity._replace(sources=member.sources), target, member.updates)
        | _number(member.contrast.value, member.contrast.draws, settings, member.note)
        | {
            "n_seeds": int(np.isfinite(member.contrast.runs).sum()),
            "n_sentences": member.contrast.n_sentences or None,
            "n_languages": 1,
        }
        for quantity, members in found.items()
        for target, member in members.items()
    ]
    mean_of = {
        quantity: means.over_languages(
            [m.contrast for m in members.values()],
            settings,
            means.families_of(families, members),
        )
        for quantity, members in found.items()
        if len(members) > 1
    }
    together = [
        _row(quantity, ALL, _common(found[quantity].values()))
        | _number(mean.value, mean.draws, settings, mean.note, mean.doubt(settings.confidence))
        | _ends(mean, settings)
        | _counted(mean)
        for quantity, mean in mean_of.items()
    ]
    equal = {
        quantity._replace(budget=BY_UPDATES)
        for quantity, members in found.items()
        if quantity.budget == "steps" and _are_equal(_common(members.values()))
    }
    shares = [
        _share(quantity, mean_of[quantity._replace(budget="epochs")], mean, settings)
        for quantity, mean in mean_of.items()
        if quantity in equal and quantity.quantity == "rise"
    ]
    return [*single, *together, *shares]


def slope_weights(sizes: Sequence[int] | np.ndarray) -> np.ndarray:
    """Weights of the means that give the line's slope against log2 n, [sizes]: F1 per doubling."""
    centred = np.log2(sizes)
    centred = centred - centred.mean()
    return centred / (centred @ centred)


def _members(draws: Draws, updates: Updates) -> Iterator[tuple[Quantity, Member]]:
    """Every quantity of a target."""
    series: dict[tuple[str, str], dict[str, list[int]]] = {}
    for key in draws.row:
        if key.n > 0:
            budgets = series.setdefault((key.method, key.sources), {})
            budgets.setdefault(key.budget, []).append(key.n)
    for (method, sources), budgets in series.items():
        weights: dict[Quantity, dict[Key, float]] = {}
        for budget, sizes in budgets.items():
            keys = [Key(method, sources, budget, n) for n in sorted(sizes)]
            steps = [updates.get((draws.target, k._replace(budget="steps"))) for k in keys]
            name = Quantity(method, sources_class(sources), budget, "rise", 0, 0)
            for a, b in [*pairwise(range(len(keys))), *_ranges(steps)]:
                ends = name._replace(n_from=keys[a].n, n_to=keys[b].n)
                weights[ends] = {keys[b]: 1, keys[a]: -1}
            for a, b in _ranges(steps):
                slope = name._replace(quantity="slope", n_from=keys[a].n, n_to=keys[b].n)
                own = slope_weights([key.n for key in keys[a : b + 1]])
                weights[slope] = dict(zip(keys[a : b + 1], own, strict=True))
        for quantity, parts in weights.items():
            made = tuple(
                updates.get((draws.target, Key(method, sources, quantity.budget, n)))
                for n in (quantity.n_from, quantity.n_to)
            )
            found = contrasts.of(draws, parts)
            yield quantity, Member(sources, (made[0], made[1]), found, draws.levels(*parts))
            other = weights.get(quantity._replace(budget="steps"))
            if quantity.budget == "epochs" and other is not None:
                both = parts | {key: -weight for key, weight in other.items()}
                member = Member(
                    sources, (None, None), contrasts.of(draws, both), draws.levels(*both)
                )
                yield quantity._replace(budget=BY_UPDATES), member


def _ranges(steps: Sequence[int | None]) -> list[tuple[int, int]]:
    """The smallest and the largest size, and the smallest and the largest with as many updates, as positions.

    Args:
        steps: Updates under `steps` of each size, ascending.
    """
    last = len(steps) - 1
    equal = max(i for i in range(last + 1) if i == 0 or (steps[i] or -1) == steps[0])
    return [(0, end) for end in dict.fromkeys((equal, last)) if end > 0]


def _share(
    quantity: Quantity, rise: OverLanguages, added: OverLanguages, settings: Settings
) -> dict[str, Any]:
    """What part of the mean rise under epochs is due to updates."""
    row = _row(quantity._replace(quantity="share"), ALL, (None, None)) | _counted(rise)
    low, _ = rise.interval(settings.confidence)
    if rise.n_languages != added.n_languages:
        return row | {"verdict": "not available: the budgets have different languages"}
    if low is None or low <= 0:
        return row | {"verdict": "not identifiable: there may be no rise under epochs"}
    draws = 100 * added.draws / rise.draws
    return row | _number(100 * added.value / rise.value, draws, settings, rise.note)


def updates_of(scores: Scores, column: str = "steps") -> Updates:
    """Updates of every group whose runs all made as many; foreign scores may not say.

    Args:
        scores: As read.
        column: Where they are counted.
    """
    frame = scores.ok
    if column not in frame:
        return {}
    frame = frame.dropna(subset=[column])
    found: dict[tuple[str, Key], set[int]] = {}
    columns = ("target", "method", "sources", "budget", "n", column)
    for target, method, sources, budget, n, steps in zip(
        *(frame[name] for name in columns), strict=True
    ):
        group = Key(str(method), str(sources), str(budget), int(n))
        found.setdefault((str(target), group), set()).add(int(steps))
    return {group: made.pop() for group, made in found.items() if len(made) == 1}


def _common(members: Iterable[Member]) -> tuple[int | None, int | None]:
    """The updates at both sizes, where all languages made as many."""
    sides = zip(*(member.updates for member in members), strict=True)
    first, second = ({*side} for side in sides)
    return (
        first.pop() if len(first) == 1 else None,
        second.pop() if len(second) == 1 else None,
    )


def _are_equal(updates: tuple[int | None, int | None]) -> bool:
    return updates[0] is not None and updates[0] == updates[1]


def _row(quantity: Quantity, target: str, updates: tuple[int | None, int | None]) -> dict[str, Any]:
    return {
        **quantity._asdict(),
        "target": target,
        "updates_from": updates[0],
        "updates_to": updates[1],
        "unit": UNITS[quantity.quantity],
    }


def _counted(mean: OverLanguages) -> dict[str, Any]:
    return {
        "n_seeds": mean.n_seeds,
        "n_sentences": mean.n_sentences,
        "n_languages": mean.n_languages,
        "n_families": mean.n_families,
    }


def _ends(mean: OverLanguages, settings: Settings) -> dict[str, Any]:
    """Interval of a mean over languages, and what stands beside it; no interval where `_number` has said why."""
    beside = mean.beside(settings.confidence)
    if not mean.moves:
        return beside
    low, high = mean.interval(settings.confidence)
    return {"low": low, "high": high, **beside}


def _number(value: float, draws: np.ndarray, settings: Settings, *notes: str) -> dict[str, Any]:
    # The cells of one budget were taken over from the other; how sums round depends on the processor.
    if (np.abs(draws) <= ROUNDING).all():
        same = "both budgets make the same updates"
        return {"value": value, "low": 0.0, "high": 0.0, "verdict": verdict(*notes, same)}
    if not np.ptp(draws) > 0:
        return {"value": value, "verdict": verdict(*notes, NO_INTERVAL)}
    low, high = interval(draws, settings.confidence)
    return {"value": value, "low": low, "high": high, "verdict": verdict(*notes)}
