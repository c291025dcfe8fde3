"""Linear combinations of a target's mean scores, and their mean over languages, with draws.

A difference of two methods, a rise from one size to another and a slope over sizes are all contrasts:
sums of group means with weights. Their draws keep the pairing by seed and by test sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.seed_noise import Key, t_scale
from xnerbench.analysis.settings import Settings

ALL = "ALL"
"""Target of the tables' rows for the mean over languages."""
MIN_LANGUAGES = 6
"""With fewer languages they are not resampled: the mean is about exactly these."""


@dataclass(frozen=True)
class Contrast:
    """One target's contrast.

    Attributes:
        value: Mean over the seeds that all of its groups have; where there is none, of the groups' own means.
        runs: Of each seed's runs, [seeds]; NaN where a seed lacks a run.
        sentence_part: How it moves when test sentences are resampled, [draws].
        draws: Draws of the value with both parts, [draws].
        n_sentences: Test sentences; 0 where there are no counts.
    """

    value: float
    runs: np.ndarray
    sentence_part: np.ndarray
    draws: np.ndarray
    n_sentences: int


@dataclass(frozen=True)
class OverLanguages:
    """A contrast's mean over languages.

    Attributes:
        value: The mean.
        draws: Of the mean, [draws]; constant where nothing is known to move it.
        n_seeds: Seeds that every language has.
        n_languages: How many.
        n_sentences: Test sentences of all; `None` where one has no counts.
        note: Whether languages count as a sample.
    """

    value: float
    draws: np.ndarray
    n_seeds: int
    n_languages: int
    n_sentences: int | None
    note: str

    @property
    def moves(self) -> bool:
        """Whether there is anything to make an interval from."""
        return bool(np.ptp(self.draws) > 0)


def of(draws: Draws, weights: Mapping[Key, float]) -> Contrast:
    """The sum of a target's groups with the given weights, which must be among its groups.

    Groups may have different seeds (cells that failed, or a control that ran with fewer). What one seed's
    teacher is good for would then pass for a difference of methods, so only common seeds count. The draws
    keep each group's own spread, which is the wider one.
    """
    rows = [draws.row[key] for key in weights]
    line = np.array(list(weights.values()), float)
    runs = line @ draws.runs[rows]
    common = runs[np.isfinite(runs)]
    value = float(common.mean() if len(common) else line @ draws.mean[rows])
    sentences = line @ draws.sentence_part[rows]
    moved = value + sentences + line @ draws.seed_part[rows]
    return Contrast(value, runs, sentences, moved, draws.n_sentences)


def over_languages(members: Sequence[Contrast], settings: Settings) -> OverLanguages:
    """The mean over languages.

    With at least `MIN_LANGUAGES` the languages are a sample: the mean is moved as Student's t over
    languages, which holds the sentences' and the seeds' accidents of each language. What a seed does
    to all languages alike (they share a teacher) is added: the variance of the means per seed, less
    what languages that are independent given the seed would leave in it (two-way analysis of
    variance). With fewer languages the mean moves as t over seeds, and with the sentences.

    The random numbers depend on the study's seed and the number of languages only, so that two means
    over the same languages are paired.
    """
    values = np.array([member.value for member in members])
    value = float(values.mean())
    t, n_draws = len(values), settings.bootstrap
    rng = np.random.default_rng([settings.seed, 4])
    runs = np.array([member.runs for member in members])
    seeds = runs[:, np.isfinite(runs).all(0)]
    moved = np.full(n_draws, value)
    n_seeds = seeds.shape[1]
    if n_seeds > 1:
        deviations = seeds.mean(0) - seeds.mean()
        if t >= MIN_LANGUAGES:
            deviations = deviations * _common_share(seeds)
        moved = moved + _as_t(deviations, n_draws, rng)
    if t >= MIN_LANGUAGES:
        moved = moved + _as_t(values - value, n_draws, rng)
        note = "languages as a sample"
    else:
        moved = moved + np.mean([member.sentence_part for member in members], axis=0)
        note = f"about these {t} languages only"
    counted = [member.n_sentences for member in members]
    n_sentences = sum(counted) if all(counted) else None
    return OverLanguages(value, moved, n_seeds, t, n_sentences, note)


def _as_t(deviations: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of a mean's error by Student's t, from the deviations of what it is the mean of."""
    n = len(deviations)
    z = rng.standard_normal((n_draws, n))
    scale = t_scale(rng.uniform(1e-6, 1 - 1e-6, n_draws), n - 1)
    return z @ deviations / np.sqrt(n * (n - 1)) * scale


def _common_share(seeds: np.ndarray) -> float:
    """Standard deviation of what is common to all languages, as a share of that of seed means.

    Args:
        seeds: A contrast's runs, [languages, seeds], at least two of each.
    """
    t, r = seeds.shape
    centred = seeds - seeds.mean(1, keepdims=True)
    means = centred.mean(0)
    observed = (means**2).sum() / (r - 1)
    independent = ((centred - means) ** 2).sum() / ((t - 1) * (r - 1)) / t
    return float(np.sqrt(max(0.0, 1 - independent / observed))) if observed > 0 else 0.0
