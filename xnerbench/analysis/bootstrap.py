"""The two-level bootstrap: test sentences are resampled, seeds are drawn with few-sample tails.

*Sentences.* Draw b gives every test sentence a multinomial weight; F1 is computed again from the
counts with these weights, the same for all of a target's cells, so that methods stay paired.

*Seeds.* Resampling three to five seeds gives intervals that are far too short (the variance is
short by (R-1)/R and the tails are normal ones: about 80 % coverage for 95 % at R = 3, which
`tests/analysis/test_bootstrap.py` shows). Instead the mean over seeds is moved by
sum_r z_r d_r / sqrt(R (R-1)) * sqrt(nu / chi2_nu), with d_r the seed's deviation from that mean and
z standard normal: a multivariate t with the seeds' own covariance, exact for normal deviations.
The same z_r serves every method, size and target, so that pairing by seed is kept.
With three or more targets the covariance is *moderated*: mixed with the pooled one over targets,
which counts as d0 further degrees of freedom, d0 estimated from how much the variances differ
between targets (Smyth 2004, Statistical Applications in Genetics 3:3) and never more than the pool
has. Two seeds then give usable intervals where languages are alike, and wide ones where not.

A sentence's accident that differs between seeds is counted at both levels, so intervals err on the
wide side (Owen 2007, Annals of Applied Statistics 1:386).
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import chi2

from xnerbench.analysis import scores as score_files
from xnerbench.analysis.scores import Counts, Scores
from xnerbench.analysis.settings import Settings


class Key(NamedTuple):
    """A group of runs that differ only in their seed (the target is the holder's)."""

    method: str
    sources: str
    budget: str
    n: int


@dataclass(frozen=True)
class Draws:
    """One target's groups: observed means and their bootstrap draws.

    Attributes:
        target: The language.
        row: Key -> row of the arrays.
        seeds: The study's seeds, columns of `runs`.
        runs: F1 of every run, [groups, seeds], NaN where there is none.
        mean: Mean over seeds, [groups].
        sentence_part: Draws of the mean over seeds when sentences are resampled, minus the mean.
        seed_part: Draws of the seeds' part; zero where nothing is known about it.
        n_sentences: Test sentences; 0 where there are no counts.
        pooled: Degrees of freedom borrowed from other targets (d0).
    """

    target: str
    row: dict[Key, int]
    seeds: tuple[int, ...]
    runs: np.ndarray
    mean: np.ndarray
    sentence_part: np.ndarray
    seed_part: np.ndarray
    n_sentences: int
    pooled: float

    @property
    def n_seeds(self) -> np.ndarray:
        """Seeds per group."""
        return np.isfinite(self.runs).sum(1)

    def of(self, key: Key) -> np.ndarray:
        """Draws of one group's mean F1, [draws], in 0..100."""
        row = self.row[key]
        return np.clip(self.mean[row] + self.sentence_part[row] + self.seed_part[row], 0, 100)

    def unclipped(self, key: Key) -> np.ndarray:
        """Draws of one group's mean F1, not cut to 0..100: for differences."""
        row = self.row[key]
        return self.mean[row] + self.sentence_part[row] + self.seed_part[row]

    def levels(self, *keys: Key) -> str:
        """What the interval of these groups covers, to follow `ok` in a verdict; empty: both."""
        seeds = min(int(self.n_seeds[self.row[key]]) for key in keys)
        moved = all(self.seed_part[self.row[key]].any() for key in keys)
        if seeds < 2 and self.n_sentences:
            if moved:
                return "one seed: the seeds' spread is borrowed from other languages"
            return "one seed: the interval covers test sentences only"
        if seeds < 2:
            return "no interval: one seed and no counts"
        if not self.n_sentences:
            return "no counts: the interval covers seeds only"
        return ""

    def has_interval(self, *keys: Key) -> bool:
        """Whether anything moves between draws of these groups."""
        return not self.levels(*keys).startswith("no interval")


def verdict(*restrictions: str) -> str:
    """`ok`, followed by what restricts it."""
    return "; ".join(["ok", *(r for r in dict.fromkeys(restrictions) if r)])


def interval(draws: np.ndarray, confidence: float) -> tuple[float, float]:
    """Percentile interval; infinite ends stay infinite, draws without a value are left out."""
    draws = draws[~np.isnan(draws)]
    if not len(draws):
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def band(draws: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """`interval` of every column of finite draws, [draws, columns] -> two arrays [columns]."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high


def sentence_weights(n_sentences: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each sentence occurs in each resample, uint16 [draws, sentences]."""
    weights = np.empty((draws, n_sentences), np.uint16)
    for b in range(draws):
        picked = rng.integers(0, n_sentences, n_sentences)
        weights[b] = np.bincount(picked, minlength=n_sentences)
    return weights


def draw(scores: Scores, counts: Path | None, settings: Settings) -> dict[str, Draws]:
    """Draws for every target with at least one scored cell.

    Args:
        scores: The study's scores.
        counts: Folder of `<target>.parquet`, or `None`.
        settings: Number of draws and seed.

    Returns:
        Target -> its draws, in the scores' order.
    """
    frame = scores.ok
    seeds = tuple(sorted({int(seed) for seed in frame["seed"]}))
    tables = {}
    for target in scores.targets:
        rows = frame[frame["target"] == target]
        if len(rows):
            keys, runs, group, column = _runs(rows, seeds)
            found = None
            if counts is not None:
                found = score_files.read_counts(counts, target, rows)
            tables[target] = (keys, runs, group, column, found)
    if not tables:
        return {}
    noise = _SeedNoise({t: (v[0], v[1]) for t, v in tables.items()}, seeds, settings)
    result = {}
    for target, (keys, runs, group, column, found) in tables.items():
        mean = np.nanmean(runs, axis=1)
        if found is None:
            sentences = np.zeros((len(keys), settings.bootstrap))
        else:
            sentences = _sentence_part(target, found, runs, group, column, settings)
        result[target] = Draws(
            target=target,
            row={key: i for i, key in enumerate(keys)},
            seeds=seeds,
            runs=runs,
            mean=mean,
            sentence_part=sentences,
            seed_part=noise.of(target),
            n_sentences=found.n_sentences if found else 0,
            pooled=noise.d0,
        )
    return result


def _runs(
    rows: pd.DataFrame, seeds: tuple[int, ...]
) -> tuple[list[Key], np.ndarray, np.ndarray, np.ndarray]:
    """The groups of one target, their runs [groups, seeds], and each row's place in it."""
    keys: dict[Key, int] = {}
    columns = {seed: i for i, seed in enumerate(seeds)}
    group, column = [], []
    parts = zip(rows["method"], rows["sources"], rows["budget"], rows["n"], strict=True)
    for (method, sources, budget, n), seed in zip(parts, rows["seed"], strict=True):
        key = Key(str(method), str(sources), str(budget), int(n))
        group.append(keys.setdefault(key, len(keys)))
        column.append(columns[int(seed)])
    runs = np.full((len(keys), len(seeds)), np.nan)
    runs[group, column] = rows["f1"].to_numpy(float)
    return list(keys), runs, np.array(group), np.array(column)


def _sentence_part(
    target: str,
    counts: Counts,
    runs: np.ndarray,
    group: np.ndarray,
    column: np.ndarray,
    settings: Settings,
) -> np.ndarray:
    rng = np.random.default_rng([settings.seed, 1, zlib.crc32(target.encode())])
    weights = sentence_weights(counts.n_sentences, settings.bootstrap, rng)
    f1 = score_files.f1_of(counts, weights)
    whole = score_files.f1_of(counts, np.ones((1, counts.n_sentences)))
    total = np.zeros((len(runs), settings.bootstrap))
    np.add.at(total, group, f1 - whole)
    return total / np.isfinite(runs).sum(1)[:, None]


class _SeedNoise:
    """Draws of the seeds' part of every group, moderated over targets."""

    def __init__(
        self,
        tables: dict[str, tuple[list[Key], np.ndarray]],
        seeds: tuple[int, ...],
        settings: Settings,
    ) -> None:
        self.tables, self.settings = tables, settings
        draws = settings.bootstrap
        self.z = np.stack(
            [
                np.random.default_rng([settings.seed, 2, abs(seed)]).standard_normal(draws)
                for seed in seeds
            ]
        )
        rng = np.random.default_rng([settings.seed, 3])
        self.uniform = rng.uniform(1e-6, 1 - 1e-6, draws)
        self.deviations = {target: _deviations(runs) for target, (_, runs) in tables.items()}
        self.d0 = self._prior()
        self.pool = self._pool(rng) if self.d0 > 0 else {}

    def _prior(self) -> float:
        """d0 of Smyth (2004), section 6.2: what the spread of log variances leaves to it."""
        spread, expected, weight = 0.0, 0.0, 0
        freedom = 0
        for rows in self._by_key().values():
            d = np.array([np.isfinite(self.tables[t][1][g]).sum() - 1 for t, g in rows])
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
        for target, (keys, _) in self.tables.items():
            for g, key in enumerate(keys):
                rows.setdefault(key, []).append((target, g))
        return rows

    def _pool(self, rng: np.random.Generator) -> dict[Key, np.ndarray]:
        """Draws with the covariance pooled over targets, one row a key."""
        names = sorted(self.tables)
        n_seeds, draws = len(self.z), self.settings.bootstrap
        z = rng.standard_normal((len(names) * n_seeds, draws))
        by_key = self._by_key()
        stacked = np.zeros((len(by_key), len(names), n_seeds))
        freedom = np.zeros(len(by_key))
        for k, rows in enumerate(by_key.values()):
            for target, g in rows:
                stacked[k, names.index(target)] = self.deviations[target][g]
                freedom[k] += max(np.isfinite(self.tables[target][1][g]).sum() - 1, 0)
        moved = stacked.reshape(len(by_key), -1) @ z / np.sqrt(np.maximum(freedom, 1))[:, None]
        return dict(zip(by_key, moved, strict=True))

    @functools.cache  # noqa: B019 - lives as long as one call of `draw`
    def scale(self, freedom: float) -> np.ndarray:
        """`t_scale` at this study's quantiles."""
        return t_scale(self.uniform, freedom)

    def of(self, target: str) -> np.ndarray:
        """The seeds' part for one target's groups, [groups, draws]."""
        keys, runs = self.tables[target]
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
