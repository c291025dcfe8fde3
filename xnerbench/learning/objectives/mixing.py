"""Mixing in feature space (LADA, Chen et al., 2020): states and soft labels of two words, in one proportion."""

from __future__ import annotations

import itertools

import numpy as np
import torch


def proportion(alpha: float, rng: np.random.Generator) -> float:
    """lambda ~ Beta(alpha, alpha), the larger of lambda and 1 - lambda: the first word stays the main one."""
    drawn = float(rng.beta(alpha, alpha))
    return max(drawn, 1.0 - drawn)


def partners(words_of: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """int64 (W,): for every word another of its own sentence (intra-LADA), drawn as a permutation.

    Args:
        words_of: int (W,), the sentence of each word, in order.
        rng: Generator of the batch.
    """
    partner = np.arange(len(words_of))
    for begin, end in _runs(words_of):
        partner[begin:end] = begin + rng.permutation(end - begin)
    return partner


def _runs(values: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(values)) + 1
    bounds = [0, *edges.tolist(), len(values)]
    return [(begin, end) for begin, end in itertools.pairwise(bounds) if end > begin]


def mix(
    states: torch.Tensor, soft: torch.Tensor, partner: torch.Tensor, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mixed states (W, d) and mixed labels (W, L): share * own + (1 - share) * partner's."""
    return (
        share * states + (1.0 - share) * states[partner],
        share * soft + (1.0 - share) * soft[partner],
    )
