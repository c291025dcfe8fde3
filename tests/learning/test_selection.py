"""Targets and selection of self-training, and mixing."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xnerbench.learning.objectives import mixing
from xnerbench.learning.students import selection


def test_soft_frequency_by_hand() -> None:
    p = np.asarray([[0.8, 0.2], [0.6, 0.4]], dtype=np.float32)
    f = [1.4, 0.6]
    rows = [[0.64 / f[0], 0.04 / f[1]], [0.36 / f[0], 0.16 / f[1]]]
    expected = [[value / sum(row) for value in row] for row in rows]
    targets = selection.soft_frequency(p)
    np.testing.assert_allclose(targets, expected, rtol=1e-6)
    assert targets.dtype == np.float32


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.integers(1, 30))
def test_soft_frequency_is_a_distribution(seed: int, words: int) -> None:
    p = np.random.default_rng(seed).dirichlet([0.3] * 5, words)
    p[:, 4] = 0
    p /= np.maximum(p.sum(axis=1, keepdims=True), 1e-300)
    targets = selection.soft_frequency(p)
    np.testing.assert_allclose(targets.sum(axis=1), p.sum(axis=1), atol=1e-9)
    assert (targets[:, 4] == 0).all()


def probabilities(rows: list[tuple[int, float]]) -> np.ndarray:
    p = np.zeros((len(rows), 5))
    for row, (label, confidence) in enumerate(rows):
        p[row] = (1 - confidence) / 4
        p[row, label] = confidence
    return p


def test_each_type_chooses_its_own_best_sentences() -> None:
    # Type 0 (labels 1, 2) is everywhere and sure; type 1 (labels 3, 4) is rare and unsure.
    rows = [
        (1, 0.99),
        (2, 0.97),
        (1, 0.98),
        (1, 0.96),
        (1, 0.95),
        (3, 0.6),
        (3, 0.5),
        (0, 0.9),
        (0, 0.8),
    ]
    sentence = np.asarray([0, 0, 1, 2, 3, 4, 5, 6, 7])
    chosen = selection.class_balanced(probabilities(rows), sentence, 2, share=0.5)
    assert chosen.tolist() == [0, 1, 4, 6]
    everything = selection.class_balanced(probabilities(rows), sentence, 2, share=1.0)
    assert everything.tolist() == list(range(8))


def test_nothing_tagged_selects_nothing() -> None:
    chosen = selection.class_balanced(probabilities([(0, 0.9)] * 3), np.arange(3), 2, 0.5)
    assert chosen.tolist() == []


def test_mixing_by_hand() -> None:
    states, soft = torch.tensor([[2.0], [4.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    mixed, labels = mixing.mix(states, soft, torch.tensor([1, 0]), 0.75)
    assert mixed.tolist() == [[2.5], [3.5]]
    assert labels.tolist() == [[0.75, 0.25], [0.25, 0.75]]
    same, as_before = mixing.mix(states, soft, torch.tensor([1, 0]), 1.0)
    assert torch.equal(same, states) and torch.equal(as_before, soft)


def test_partners_are_of_the_same_sentence() -> None:
    words_of = np.repeat([3, 4, 9], [5, 1, 7])
    rng = np.random.default_rng(0)
    partner = mixing.partners(words_of, rng)
    assert np.array_equal(words_of[partner], words_of)
    assert sorted(partner) == list(range(13))
    assert not np.array_equal(partner, np.arange(13))
    assert mixing.partners(np.empty(0, dtype=int), rng).tolist() == []
    shares = [mixing.proportion(0.75, rng) for _ in range(200)]
    assert min(shares) >= 0.5 and max(shares) <= 1.0 and max(shares) - min(shares) > 0.3
