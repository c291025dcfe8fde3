"""A ranking of sources by nearest neighbours."""

from __future__ import annotations

import numpy as np

from xnerbench.learning.teachers import neighbours

RNG = np.random.default_rng(0)
CENTRES = RNG.normal(size=(3, 16))


def language(index: int, count: int) -> np.ndarray:
    return (CENTRES[index] + RNG.normal(scale=0.3, size=(count, 16))).astype(np.float16)


def test_the_source_that_the_target_lies_in_has_its_neighbours() -> None:
    sources = [language(k, 100) for k in range(3)]
    for k in range(3):
        assert neighbours.shares(sources, language(k, 20))[k] > 0.95


def test_shares_are_counts_by_hand_and_a_long_source_has_no_more() -> None:
    """Against a search word by word; the second source has the first one's words three times over."""
    base = RNG.normal(size=(30, 8)).astype(np.float16)
    long = np.repeat(base, 3, axis=0) + RNG.normal(scale=1e-2, size=(90, 8)).astype(np.float16)
    target = RNG.normal(size=(40, 8)).astype(np.float16)
    found = neighbours.shares([base, long], target)
    thinned = long[np.linspace(0, 89, 30).astype(int)]
    every = np.concatenate([base, thinned]).astype(np.float64)
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    votes = [np.argsort(-(every @ word))[: neighbours.NEIGHBOURS] for word in target.astype(float)]
    of_the_first = np.mean(np.concatenate(votes) < 30)
    assert abs(found[0] - of_the_first) < 0.02
    assert abs(found.sum() - 1) < 1e-12 and 0.35 < found[0] < 0.65
