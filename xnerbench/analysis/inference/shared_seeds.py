"""What seeds do to the mean over languages: each seed has one teacher, which all languages share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xnerbench.analysis.inference.contrasts import MIN_LANGUAGES

FEWEST = 3
"""Languages that tell what a seed does to all alike."""


class Several(NamedTuple):
    """The languages that several seeds were run in, and these seeds: bool [languages], bool [seeds]."""

    rows: np.ndarray
    seeds: np.ndarray


def are_even(runs: np.ndarray) -> bool:
    """Whether all languages have the same seeds."""
    has = np.isfinite(runs)
    return bool((has == has[:1]).all())


def several_of(runs: np.ndarray) -> Several:
    """The seeds that `FEWEST` languages have all of, those of the most languages first.

    A third and further seed leaves at least `MIN_LANGUAGES`, or as many languages as there were without it. Where all
    languages have the same seeds, it takes all of both.
    """
    has = np.isfinite(runs)
    if are_even(runs):
        return Several(np.ones(len(runs), bool), has.all(0))
    order = np.argsort(-has.sum(0), kind="stable")
    rows, seeds = np.ones(len(runs), bool), np.zeros(runs.shape[1], bool)
    for seed in order:
        left = rows & has[:, seed]
        loses = seeds.sum() > 1 and left.sum() < rows.sum()
        if left.sum() < (MIN_LANGUAGES if loses else FEWEST):
            break
        rows, seeds[seed] = left, True
    return Several(rows, seeds)


def errors(
    runs: np.ndarray, several: Several, weights: np.ndarray, shared_only: bool
) -> np.ndarray:
    """What each seed adds to the error of a weighted mean over languages, [seeds of `several`].

    It is known from the languages of `several`, and counts by what each seed weighs in the mean: one that was run in
    every language weighs more than one that was run in some.

    Args:
        runs: A contrast's runs, [languages, seeds], NaN where a language lacks a seed.
        several: Of these runs, with at least two seeds.
        weights: Of the languages, summing to 1.
        shared_only: Only what seeds do to all languages alike: what they do to each alone is counted elsewhere.
    """
    seeds = runs[several.rows][:, several.seeds]
    own = weights[several.rows] / weights[several.rows].sum()
    deviations = own @ seeds
    deviations = deviations - deviations.mean()
    if shared_only:
        deviations = deviations * _common_share(seeds, own)
    has = np.isfinite(runs)
    weighs = weights @ (has / np.maximum(has.sum(1, keepdims=True), 1))
    return deviations * np.sqrt((weighs @ weighs) / (len(deviations) - 1))


def _common_share(seeds: np.ndarray, weights: np.ndarray) -> float:
    """Standard deviation of what is common to all languages, as a share of that of seed means."""
    t, r = seeds.shape
    centred = seeds - seeds.mean(1, keepdims=True)
    observed = ((weights @ centred) ** 2).sum() / (r - 1)
    rest = ((centred - centred.mean(0)) ** 2).sum() / ((t - 1) * (r - 1))
    independent = rest * (weights @ weights)
    return float(np.sqrt(max(0.0, 1 - independent / observed))) if observed > 0 else 0.0
