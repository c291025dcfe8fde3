"""The two-level bootstrap: test sentences are resampled, seeds are drawn with few-sample tails.

*Sentences.* Draw b gives every test sentence a multinomial weight; F1 is computed again from the
counts with these weights, the same for all of a target's cells, so that methods stay paired.

*Seeds.* See `seed_noise`.

What single sentences do differently under each seed shows at both levels, which would count it twice
(Owen 2007, Annals of Applied Statistics 1:386). The bootstrap of sentences knows how large it is, and
`seed_noise` takes it out of the spread between seeds.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from xnerbench.analysis import collapse
from xnerbench.analysis import scores as score_files
from xnerbench.analysis.inference.seed_noise import Key, Sample, SeedNoise
from xnerbench.analysis.scores import Counts, Scores
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import is_of_every_seed

ONE_SEED = "one seed and no counts"
NO_INTERVAL = f"no interval: {ONE_SEED}"


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
        noise: What seeds do to any contrast of the groups.
        collapsed: Runs whose student collapsed, bool [groups, seeds].
    """

    target: str
    row: dict[Key, int]
    seeds: tuple[int, ...]
    runs: np.ndarray
    mean: np.ndarray
    sentence_part: np.ndarray
    seed_part: np.ndarray
    n_sentences: int
    noise: SeedNoise
    collapsed: np.ndarray

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
        # One made of every seed's teachers has one run, so the others say what is known of seeds.
        several = [key for key in keys if not is_of_every_seed(key.method)]
        if not several:
            made = "one mixture of all seeds' teachers"
            return (
                f"{made}: the interval covers test sentences only"
                if self.n_sentences
                else NO_INTERVAL
            )
        seeds = min(int(self.n_seeds[self.row[key]]) for key in several)
        moved = all(self.seed_part[self.row[key]].any() for key in several)
        if seeds < 2 and self.n_sentences:
            if moved:
                return "one seed: the seeds' spread is borrowed from other languages"
            return "one seed: the interval covers test sentences only"
        if seeds < 2:
            return f"{ONE_SEED}: the seeds' spread is borrowed" if moved else NO_INTERVAL
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
            keys, runs, lost, group = _runs(rows, seeds)
            found = None
            if counts is not None:
                found = score_files.read_counts(counts, target, rows)
            tables[target] = (keys, runs, lost, group, found)
    if not tables:
        return {}
    moved = {}
    for target, (keys, runs, _, group, found) in tables.items():
        if found is None:
            moved[target] = np.zeros((len(keys), settings.bootstrap)), np.zeros(len(keys))
        else:
            moved[target] = _sentence_part(target, found, runs, group, settings)
    samples = {t: Sample(v[0], v[1], moved[t][1]) for t, v in tables.items()}
    noise = SeedNoise(samples, seeds, settings)
    result = {}
    for target, (keys, runs, lost, _, found) in tables.items():
        result[target] = Draws(
            target=target,
            row={key: i for i, key in enumerate(keys)},
            seeds=seeds,
            runs=runs,
            mean=np.nanmean(runs, axis=1),
            sentence_part=moved[target][0],
            seed_part=noise.of(target),
            n_sentences=found.n_sentences if found else 0,
            noise=noise,
            collapsed=lost,
        )
    return result


def _runs(
    rows: pd.DataFrame, seeds: tuple[int, ...]
) -> tuple[list[Key], np.ndarray, np.ndarray, np.ndarray]:
    """The groups of one target, their runs [groups, seeds], which of these collapsed, and each row's group."""
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
    lost = np.zeros(runs.shape, bool)
    lost[group, column] = collapse.flags(rows)
    return list(keys), runs, lost, np.array(group)


def _sentence_part(
    target: str, counts: Counts, runs: np.ndarray, group: np.ndarray, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """Draws of each group's mean, and how far sentences alone drive its seeds apart.

    Returns:
        [groups, draws], and the sum over seeds of the variance of their distance from the mean over
        seeds when sentences are resampled, [groups].
    """
    rng = np.random.default_rng([settings.seed, 1, zlib.crc32(target.encode())])
    weights = sentence_weights(counts.n_sentences, settings.bootstrap, rng)
    moved = score_files.f1_of(counts, weights)
    moved -= score_files.f1_of(counts, np.ones((1, counts.n_sentences)))
    mean = np.zeros((len(runs), settings.bootstrap))
    np.add.at(mean, group, moved)
    mean /= np.isfinite(runs).sum(1)[:, None]
    accident = np.zeros(len(runs))
    np.add.at(accident, group, (moved - mean[group]).var(axis=1))
    return mean, accident
