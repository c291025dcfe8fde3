"""Draws of what seeds do to the mean: Student's t with the seeds' own, moderated covariance.

Resampling three to five seeds gives intervals that are far too short (the variance is short by
(R-1)/R and the tails are normal ones: about 80 % coverage for 95 % at R = 3, which
`tests/analysis/test_bootstrap.py` shows). Instead the mean over seeds is moved by
sum_r z_r d_r / sqrt(R (R-1)) * sqrt(nu / chi2_nu), with d_r the seed's deviation from that mean and
z standard normal: a multivariate t with the seeds' own covariance, exact for normal deviations.
The same z_r serves every method, size and target, so that pairing by seed is kept.

With three or more targets the covariance is *moderated*: mixed with the pooled one over targets,
which counts as d0 further degrees of freedom, d0 estimated from how much the variances differ
between targets (Smyth 2004, Statistical Applications in Genetics 3:3) and never more than the pool
has. Two seeds then give usable intervals where languages are alike, and wide ones where not.

Where sentences are resampled, too, the share of the seeds' variance that comes from single sentences
is taken out first, per method: it is in the draws of the sentences already.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import chi2

from xnerbench.analysis.settings import Settings


class Key(NamedTuple):
    """A group of runs that differ only in their seed (the target is the holder's)."""

    method: str
    sources: str
    budget: str
    n: int


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
        self.deviations = {t: _deviations(sample.runs) for t, sample in samples.items()}
        self._take_out_accidents()
        self.d0 = self._prior()
        self.pool = self._pool(rng) if self.d0 > 0 else {}

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

    def _prior(self) -> float:
        """d0 of Smyth (2004), section 6.2: what the spread of log variances leaves to it."""
        spread, expected, weight = 0.0, 0.0, 0
        freedom = 0
        for rows in self._by_key().values():
            d = np.array([np.isfinite(self.samples[t].runs[g]).sum() - 1 for t, g in rows])
            squares = [(self.deviations[t][g] ** 2).sum() for t, g in rows]
            s2 = np.array(squares) / np.maximum(d, 1)
            keep = (d > 0) & (s2 > 0)
            if keep.sum() < 3:
                continue
            d, s2 = d[keep], s2[keep]
            freedom = max(freedom, int(d.sum()))
            s2 = np.maximum(s2, 1e-4 * np.median(s2))
            e = np.log(s2) - digamma(d / 2) + np.log(d / 2)
            spread += ((e - e.mean()) ** 2).sum()
            expected += (len(e) - 1) * polygamma(1, d / 2).mean()
            weight += len(e) - 1
        if not weight:
            return 0.0
        excess = (spread - expected) / weight
        if excess <= polygamma(1, freedom / 2):
            return float(freedom)
        return 2 * float(brentq(lambda y: polygamma(1, y) - excess, 1e-6, freedom))

    def _by_key(self) -> dict[Key, list[tuple[str, int]]]:
        rows: dict[Key, list[tuple[str, int]]] = {}
        for target, sample in self.samples.items():
            for g, key in enumerate(sample.keys):
                rows.setdefault(key, []).append((target, g))
        return rows

    def _pool(self, rng: np.random.Generator) -> dict[Key, np.ndarray]:
        """Draws with the covariance pooled over targets, one row per key."""
        names = sorted(self.samples)
        n_seeds, draws = len(self.z), self.settings.bootstrap
        z = rng.standard_normal((len(names) * n_seeds, draws))
        by_key = self._by_key()
        stacked = np.zeros((len(by_key), len(names), n_seeds))
        freedom = np.zeros(len(by_key))
        for k, rows in enumerate(by_key.values()):
            for target, g in rows:
                stacked[k, names.index(target)] = self.deviations[target][g]
                freedom[k] += max(np.isfinite(self.samples[target].runs[g]).sum() - 1, 0)
        moved = stacked.reshape(len(by_key), -1) @ z / np.sqrt(np.maximum(freedom, 1))[:, None]
        return dict(zip(by_key, moved, strict=True))

    @functools.cache  # noqa: B019 - lives as long as one call of `draw`
    def scale(self, freedom: float) -> np.ndarray:
        """`t_scale` at this study's quantiles."""
        return t_scale(self.uniform, freedom)

    def of(self, target: str) -> np.ndarray:
        """The seeds' part for one target's groups, [groups, draws]."""
        keys, runs = self.samples[target].keys, self.samples[target].runs
        n = np.isfinite(runs).sum(1)
        own = self.deviations[target] @ self.z / np.sqrt(np.maximum(n - 1, 1))[:, None]
        result = np.zeros_like(own)
        for g, key in enumerate(keys):
            d = n[g] - 1
            if d + self.d0 <= 0:
                continue
            share = d / (d + self.d0)
            moved = np.sqrt(share) * own[g]
            if self.d0 > 0:
                moved = moved + np.sqrt(1 - share) * self.pool[key]
            result[g] = moved * self.scale(d + self.d0) / np.sqrt(n[g])
        return result


def t_scale(uniform: np.ndarray, freedom: float) -> np.ndarray:
    """sqrt(nu / chi2_nu) at the given quantiles: turns normal draws into Student's t."""
    return np.sqrt(freedom / chi2.ppf(uniform, freedom))


def _deviations(runs: np.ndarray) -> np.ndarray:
    """Each run minus its group's mean; zero where there is no run."""
    deviations = runs - np.nanmean(runs, axis=1, keepdims=True)
    return np.nan_to_num(deviations, nan=0.0)
