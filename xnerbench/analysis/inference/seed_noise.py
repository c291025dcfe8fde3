"""Draws of what seeds do to the mean: Student's t with the seeds' own, moderated covariance.

Resampling three to five seeds gives intervals that are far too short (the variance is short by
(R-1)/R and the tails are normal ones: about 80 % coverage for 95 % at R = 3, which
`tests/analysis/test_bootstrap.py` shows). Instead the mean over seeds is moved by
sum_r z_r d_r / sqrt(R (R-1)) * sqrt(nu / chi2_nu), with d_r the seed's deviation from that mean and
z standard normal: a multivariate t with the seeds' own covariance, exact for normal deviations.
The same z_r serves every method, size and target, so that pairing by seed is kept.

With three or more targets the variance is *moderated*, for every contrast by itself: mixed with the one
that the other targets lend (`moderation`), which counts as d0 further degrees of freedom. Draws of what is lent have
the correlations of all targets' deviations, each target's scaled to one size, so that none of them decides alone.
Two seeds then give usable intervals where languages are alike, and wide ones where not.

Where sentences are resampled, too, the share of the seeds' variance that comes from single sentences
is taken out first, per method: it is in the draws of the sentences already.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from xnerbench.analysis.inference import moderation
from xnerbench.analysis.inference.moderation import Prior
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import is_of_every_seed


class Key(NamedTuple):
    """A group of runs that differ only in their seed (the target is the holder's)."""

    method: str
    sources: str
    budget: str
    n: int


Weights = tuple[tuple[Key, float], ...]
"""A contrast: groups with their weights, sorted."""


@dataclass(frozen=True)
class Sample:
    """What is known of one target's groups.

    Attributes:
        keys: The groups.
        runs: F1 of every run, [groups, seeds], NaN where there is none.
        accident: Sum over seeds of the variance of their deviations that the choice of test
            sentences explains, [groups]; 0 where there are no counts.
    """

    keys: list[Key]
    runs: np.ndarray
    accident: np.ndarray


class Part(NamedTuple):
    """What seeds do to one contrast of a target.

    Attributes:
        draws: Draws, [draws]; zeros where nothing is known.
        freedom: Degrees of freedom of their t distribution; infinite where nothing is known.
        error: Its scale: the standard error that seeds give the contrast, in F1.
    """

    draws: np.ndarray
    freedom: float
    error: float


class SeedNoise:
    """Draws of the seeds' part of every group, moderated over targets."""

    def __init__(
        self,
        samples: dict[str, Sample],
        seeds: tuple[int, ...],
        settings: Settings,
    ) -> None:
        self.samples, self.settings = samples, settings
        draws = settings.bootstrap
        self.z = np.stack(
            [
                np.random.default_rng([settings.seed, 2, abs(seed)]).standard_normal(draws)
                for seed in seeds
            ]
        )
        rng = np.random.default_rng([settings.seed, 3])
        self.uniform = rng.uniform(1e-6, 1 - 1e-6, draws)
        self.row = {t: {key: g for g, key in enumerate(s.keys)} for t, s in samples.items()}
        self.n = {t: np.isfinite(s.runs).sum(1) for t, s in samples.items()}
        self.deviations = {t: _deviations(sample.runs) for t, sample in samples.items()}
        self._take_out_accidents()
        self.lent_z = rng.standard_normal((len(samples), len(seeds), draws))
        self.scaled = {t: _to_one_size(d) for t, d in self.deviations.items()}
        self._priors: dict[Weights, tuple[list[str], Prior]] = {}

    def _take_out_accidents(self) -> None:
        """Shrinks each method's deviations to what test sentences do not explain.

        One factor a method, from its sums of squares over all targets and sizes: for a single group
        of two or three seeds it would be a matter of luck.
        """
        squares: dict[str, float] = {}
        accidents: dict[str, float] = {}
        for target, sample in self.samples.items():
            for g, key in enumerate(sample.keys):
                own = float((self.deviations[target][g] ** 2).sum())
                squares[key.method] = squares.get(key.method, 0.0) + own
                accidents[key.method] = accidents.get(key.method, 0.0) + float(sample.accident[g])
        kept = {m: max(0.0, 1 - accidents[m] / s) if s > 0 else 0.0 for m, s in squares.items()}
        for target, sample in self.samples.items():
            factors = np.sqrt([kept[key.method] for key in sample.keys])
            self.deviations[target] = self.deviations[target] * factors[:, None]

    def part(self, target: str, weights: Mapping[Key, float]) -> Part:
        """The seeds' part of one contrast of a target's groups.

        Args:
            target: The language.
            weights: Of its groups in the contrast.
        """
        name: Weights = tuple(sorted(weights.items()))
        error, own_freedom = self._error(target, name)
        members, found = self._prior(name)
        lent = found.freedom
        if target not in members or found.is_outlier[members.index(target)]:
            lent = 0.0
        freedom = own_freedom + lent
        if freedom <= 0:
            return Part(np.zeros(self.settings.bootstrap), np.inf, 0.0)
        own = np.sqrt(own_freedom / freedom) * error
        moved, size = own @ self.z, 0.0
        if lent > 0:
            size = float(np.sqrt(found.variance * lent / freedom / (own_freedom + 1)))
            moved = moved + size * self._lent(name, members)
        return Part(moved * self.scale(freedom), freedom, float(np.sqrt(own @ own + size**2)))

    def _error(self, target: str, name: Weights) -> tuple[np.ndarray, int]:
        """What each seed adds to the error of a contrast, [seeds], and its degrees of freedom.

        A tagger that is made of every seed's teachers has one run, whatever the number of seeds: in a contrast with
        groups that have a run a seed, these say how many there are.
        """
        rows = [self.row[target][key] for key, _ in name]
        line = np.array([weight for _, weight in name])
        n = self.n[target][rows]
        scale = line / np.sqrt(n * np.maximum(n - 1, 1))
        counted = [
            count
            for count, (key, _) in zip(n, name, strict=True)
            if not is_of_every_seed(key.method)
        ]
        return scale @ self.deviations[target][rows], int(min(counted or n)) - 1

    def _prior(self, name: Weights) -> tuple[list[str], Prior]:
        """The targets that have the contrast, and the variance of one seed that they lend each other."""
        if name not in self._priors:
            keys = [key for key, _ in name]
            members = [t for t, row in self.row.items() if all(key in row for key in keys)]
            errors = [self._error(t, name) for t in members]
            freedom = np.array([own for _, own in errors])
            # Of one seed, since targets may have different numbers of them.
            variances = np.array([float(error @ error) for error, _ in errors]) * (freedom + 1)
            self._priors[name] = members, moderation.prior(variances, freedom)
        return self._priors[name]

    def _lent(self, name: Weights, members: list[str]) -> np.ndarray:
        """Draws with variance 1 that have the correlations of all targets' deviations."""
        line = np.array([weight for _, weight in name])
        targets = list(self.samples)
        stacked = [line @ self.scaled[t][[self.row[t][k] for k, _ in name]] for t in members]
        length = float(np.sqrt(sum(own @ own for own in stacked)))
        where = [targets.index(t) for t in members]
        moved = sum(own @ self.lent_z[i] for own, i in zip(stacked, where, strict=True))
        return moved / length

    @functools.cache  # noqa: B019 - lives as long as the study's draws
    def scale(self, freedom: float) -> np.ndarray:
        """`t_scale` at this study's quantiles."""
        return t_scale(self.uniform, freedom)

    def of(self, target: str) -> np.ndarray:
        """The seeds' part for one target's groups, [groups, draws]."""
        return np.stack([self.part(target, {key: 1.0}).draws for key in self.samples[target].keys])


def t_scale(uniform: np.ndarray, freedom: float) -> np.ndarray:
    """sqrt(nu / chi2_nu) at the given quantiles: turns normal draws into Student's t."""
    return np.sqrt(freedom / chi2.ppf(uniform, freedom))


def _deviations(runs: np.ndarray) -> np.ndarray:
    """Each run minus its group's mean; zero where there is no run."""
    deviations = runs - np.nanmean(runs, axis=1, keepdims=True)
    return np.nan_to_num(deviations, nan=0.0)


def _to_one_size(deviations: np.ndarray) -> np.ndarray:
    """A target's deviations over the root of their mean square."""
    size = float(np.sqrt((deviations**2).mean()))
    return deviations / size if size > 0 else deviations
