"""Linear combinations of a target's mean scores, and their mean over languages, with draws.

A difference of two methods, a rise from one size to another and a slope over sizes are all contrasts:
sums of group means with weights. Their draws keep the pairing by seed and by test sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from xnerbench.analysis.inference import clusters
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
        freedom: Degrees of freedom of the draws' t distribution; infinite where only sentences move it.
    """

    value: float
    runs: np.ndarray
    sentence_part: np.ndarray
    draws: np.ndarray
    n_sentences: int
    freedom: float = np.inf


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
        se: Standard error of the mean.
        freedom: Degrees of freedom of its t distribution.
        naive: Standard error and degrees of freedom that take languages for independent; `None` where
            languages are no sample.
        n_families: Families among the languages; `None` where nobody said.
    """

    value: float
    draws: np.ndarray
    n_seeds: int
    n_languages: int
    n_sentences: int | None
    note: str
    se: float
    freedom: float
    naive: tuple[float, float] | None
    n_families: int | None

    def naive_interval(self, confidence: float) -> tuple[float, float] | tuple[None, None]:
        """The interval if languages were independent."""
        if self.naive is None or not self.moves:
            return None, None
        return _around(self.value, *self.naive, confidence)

    def interval(self, confidence: float) -> tuple[float, float] | tuple[None, None]:
        """The interval; none where nothing is known to move the mean."""
        return (
            _around(self.value, self.se, self.freedom, confidence) if self.moves else (None, None)
        )

    @property
    def p(self) -> float | None:
        """Two-sided p of the mean, by the t distribution of the interval."""
        return (
            float(2 * student.sf(abs(self.value) / self.se, self.freedom)) if self.moves else None
        )

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
    seeds = line @ draws.seed_part[rows]
    moved = value + sentences + seeds
    own = float(max(len(common), 1) - 1 + draws.pooled)
    freedom = welch([(float(seeds.var()), max(own, 1.0)), (float(sentences.var()), np.inf)])
    return Contrast(value, runs, sentences, moved, draws.n_sentences, freedom)


def welch(parts: Sequence[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of independent parts, each with its variance and degrees of freedom (Welch 1947)."""
    total = sum(variance for variance, _ in parts)
    uncertain = sum(variance**2 / freedom for variance, freedom in parts)
    return total**2 / uncertain if uncertain > 0 else np.inf


def over_languages(
    members: Sequence[Contrast], settings: Settings, families: Sequence[str] | None = None
) -> OverLanguages:
    """The mean over languages.

    With at least `MIN_LANGUAGES` the languages are a sample: the mean is moved as Student's t over
    languages, which holds the sentences' and the seeds' accidents of each language. Relatives are alike, so the
    standard error is cluster-robust by family (`clusters`), with Satterthwaite's degrees of freedom. What a seed does
    to all languages alike (they share a teacher) is added: the variance of the means per seed, less
    what languages that are independent given the seed would leave in it (two-way analysis of
    variance). With fewer languages the mean moves as t over seeds, and with the sentences.

    The random numbers depend on the study's seed and the number of languages and families only, so that two
    means over the same languages are paired.

    Args:
        members: One a language.
        settings: Draws and seed.
        families: Of each member; without, or with one family only, languages count as independent.
    """
    values = np.array([member.value for member in members])
    value = float(values.mean())
    t, n_draws = len(values), settings.bootstrap
    rng = np.random.default_rng([settings.seed, 4])
    runs = np.array([member.runs for member in members])
    seeds = runs[:, np.isfinite(runs).all(0)]
    moved = np.full(n_draws, value)
    n_seeds = seeds.shape[1]
    moving: list[tuple[float, float]] = []
    if n_seeds > 1:
        deviations = seeds.mean(0) - seeds.mean()
        if t >= MIN_LANGUAGES:
            deviations = deviations * _common_share(seeds)
        error = deviations / np.sqrt(n_seeds * (n_seeds - 1))
        moved = moved + _as_t(error, n_seeds - 1, n_draws, rng)
        moving.append((float(error @ error), n_seeds - 1.0))
    n_families = None if families is None else len(set(families))
    naive = None
    if t >= MIN_LANGUAGES:
        error, freedom = (values - value) / np.sqrt(t * (t - 1)), t - 1.0
        alone = [*moving, (float(error @ error), freedom)]
        naive = float(np.sqrt(sum(variance for variance, _ in alone))), welch(alone)
        note = "languages as a sample"
        if families is not None and n_families >= clusters.MIN_FAMILIES:
            robust = clusters.regress(np.ones((t, 1)), values, list(families))
            error, freedom = robust.parts[:, 0], float(robust.freedom[0])
            note = f"languages as a sample, relatives allowed for ({n_families} families)"
        elif families is not None:
            note = "languages as a sample; all of one family, about which alone it is"
        moved = moved + _as_t(error, freedom, n_draws, rng)
        moving.append((float(error @ error), freedom))
    else:
        sentences = np.mean([member.sentence_part for member in members], axis=0)
        moved = moved + sentences
        moving.append((float(sentences.var()), np.inf))
        note = f"about these {t} languages only"
    counted = [member.n_sentences for member in members]
    n_sentences = sum(counted) if all(counted) else None
    se = float(np.sqrt(sum(variance for variance, _ in moving)))
    return OverLanguages(
        value, moved, n_seeds, t, n_sentences, note, se, welch(moving), naive, n_families
    )


def _around(value: float, se: float, freedom: float, confidence: float) -> tuple[float, float]:
    half = float(student.ppf(0.5 + confidence / 2, freedom) * se)
    return value - half, value + half


def _as_t(error: np.ndarray, freedom: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of Student's t whose scale is the length of `error`: what each part adds to the standard error."""
    z = rng.standard_normal((n_draws, len(error)))
    return z @ error * t_scale(rng.uniform(1e-6, 1 - 1e-6, n_draws), freedom)


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
