"""Linear combinations of a target's mean scores, with draws; `means` has their mean over languages.

A difference of two methods, a rise from one size to another and a slope over sizes are all contrasts:
sums of group means with weights. Their draws keep the pairing by seed and by test sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.seed_noise import Key, Part
from xnerbench.methods.roles import is_of_every_seed

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
        collapsed: Whether a student behind each seed's value collapsed, [seeds].
        seeds: The seeds' part of the draws.
        target: The language; empty where nobody said.
    """

    value: float
    runs: np.ndarray
    sentence_part: np.ndarray
    draws: np.ndarray
    n_sentences: int
    freedom: float
    collapsed: np.ndarray
    seeds: Part
    target: str = ""

    def without_collapsed(self) -> Contrast | None:
        """The same from the seeds whose students did not collapse; `None` where all did."""
        runs = np.where(self.collapsed, np.nan, self.runs)
        known = runs[np.isfinite(runs)]
        if not len(known):
            return None
        moved = self.draws - self.value + known.mean()
        return replace(
            self,
            value=float(known.mean()),
            runs=runs,
            draws=moved,
            collapsed=np.zeros_like(self.collapsed),
        )


def of(draws: Draws, weights: Mapping[Key, float]) -> Contrast:
    """The sum of a target's groups with the given weights, which must be among its groups.

    Groups may have different seeds (cells that failed, or a control that ran with fewer). What one seed's
    teacher is good for would then pass for a difference of methods, so only common seeds count. The draws
    keep each group's own spread, which is the wider one.
    """
    rows = [draws.row[key] for key in weights]
    line = np.array(list(weights.values()), float)
    runs = line @ _of_every_seed(draws.runs[rows], list(weights))
    common = runs[np.isfinite(runs)]
    value = float(common.mean() if len(common) else line @ draws.mean[rows])
    sentences = line @ draws.sentence_part[rows]
    seeds = draws.noise.part(draws.target, weights)
    moved = value + sentences + seeds.draws
    freedom = welch([(float(seeds.draws.var()), seeds.freedom), (float(sentences.var()), np.inf)])
    collapsed = draws.collapsed[rows].any(0) & np.isfinite(runs)
    n = draws.n_sentences
    return Contrast(value, runs, sentences, moved, n, freedom, collapsed, seeds, draws.target)


def _of_every_seed(runs: np.ndarray, keys: Sequence[Key]) -> np.ndarray:
    """Runs [groups, seeds] in which a tagger made of every seed's stands beside each seed of the other groups.

    It has one run, named by the first seed; a difference to that seed alone would be one to that seed's luck.
    """
    pooled = np.array([is_of_every_seed(key[0]) for key in keys])
    if pooled.all() or not pooled.any():
        return runs
    found = runs.copy()
    for i in np.flatnonzero(pooled & np.isfinite(runs).any(1)):
        found[i] = runs[i][np.isfinite(runs[i])][0]
    return found


def welch(parts: Sequence[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of independent parts, each with its variance and degrees of freedom (Welch 1947)."""
    total = sum(variance for variance, _ in parts)
    uncertain = sum(variance**2 / freedom for variance, freedom in parts)
    return total**2 / uncertain if uncertain > 0 else np.inf
