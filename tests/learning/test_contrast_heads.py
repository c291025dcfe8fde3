"""Views of a batch, which pairs they make, and which of the target's sentences take part."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from xnerbench.learning.layers.batch import gather
from xnerbench.learning.objectives.contrast_heads import Heads, View
from xnerbench.learning.teachers.teacher import ConcatActivations

from .conftest import encode, random_sentences

NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


@pytest.fixture(scope="module")
def heads() -> Heads:
    return Heads(32, NAMES, ("PER", "LOC"), np.random.SeedSequence(0))


def view(lengths: list[int], seed: int, order: list[int] | None = None) -> View:
    rng = np.random.default_rng(seed)
    words = sum(lengths)
    hidden = torch.from_numpy(rng.normal(size=(words, 32)).astype(np.float32))
    labels = rng.choice([0, 0, 1, 3], size=words)
    return View(hidden, lengths, labels, np.asarray(order or range(len(lengths))))


def value(heads: Heads, pairs: View, weights: tuple[float, float, float], **more) -> float:
    with torch.no_grad():
        return float(heads.loss(pairs, weights, np.random.default_rng(0), **more))


def test_means_come_back_in_the_order_asked_for(spec, tmp_path) -> None:
    short = random_sentences(9, seed=5)
    longer = [words + ["extra"] * (i % 5) for i, words in enumerate(short)]
    both = ConcatActivations(
        [
            encode(text, spec, tmp_path / f"{name}.safetensors")
            for name, text in (("a", short), ("b", longer))
        ]
    )
    rows = np.asarray([3, 1, 8, 5])
    asked = np.concatenate([rows, rows + 9])
    batch = gather(both, asked)
    assert batch.order.tolist() != list(range(8))  # else the test shows nothing
    states = torch.from_numpy(both.hidden[both.first[batch.entries.numpy()]]).float()
    means = View.of(batch, states, np.zeros(len(states), dtype=np.int64)).means()
    for place, sentence in enumerate(asked):
        own = slice(both.word_offsets[sentence], both.word_offsets[sentence + 1])
        alone = torch.from_numpy(both.hidden[both.first[own]]).float().mean(dim=0)
        torch.testing.assert_close(means[place], alone)


def test_a_sentence_is_nearest_to_its_own_copy(heads: Heads) -> None:
    one = view([3, 1, 4], 0)
    twice = View(torch.cat([one.hidden] * 2), one.lengths * 2, np.tile(one.labels, 2), np.arange(6))
    crossed = dataclasses.replace(twice, order=np.asarray([0, 1, 2, 4, 5, 3]))
    assert value(heads, twice, (0, 1, 0)) < value(heads, crossed, (0, 1, 0))


def test_target_sentences_make_the_contrast_harder(heads: Heads) -> None:
    pairs, target = view([3, 2, 3, 2], 1), view([4, 2, 5], 2)
    alone = value(heads, pairs, (0, 1, 0))
    assert value(heads, pairs, (0, 1, 0), target=target, sure=np.zeros(3, dtype=bool)) > alone


def test_only_sure_sentences_are_in_the_contrast_of_relations(heads: Heads) -> None:
    pairs, target = view([3, 2, 3, 2], 1), view([4, 2, 5], 2)
    alone = value(heads, pairs, (0, 0, 1))
    none = value(heads, pairs, (0, 0, 1), target=target, sure=np.zeros(3, dtype=bool))
    some = value(heads, pairs, (0, 0, 1), target=target, sure=np.asarray([True, False, True]))
    assert none == alone
    assert some != alone
    kept = target.kept(np.asarray([True, False, True]))
    assert kept.lengths == [4, 5]
    assert torch.equal(kept.hidden, torch.cat([target.hidden[:4], target.hidden[6:]]))
    assert some == value(heads, pairs, (0, 0, 1), target=kept, sure=np.ones(2, dtype=bool))


def test_weights_of_zero_leave_nothing(heads: Heads) -> None:
    assert value(heads, view([3, 2], 1), (0, 0, 0)) == 0
    assert np.isfinite(value(heads, view([1, 0, 0, 1], 1), (1, 1, 1)))
