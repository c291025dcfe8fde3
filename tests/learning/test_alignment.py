"""Word alignment from states."""

from __future__ import annotations

import numpy as np
import pytest

from xnerbench.learning import alignment


def test_argmax_keeps_mutual_best_pairs() -> None:
    similarity = np.asarray([[0.9, 0.1, 0.2], [0.8, 0.3, 0.1], [0.1, 0.2, 0.7]])
    assert np.argwhere(alignment.argmax(similarity)).tolist() == [[0, 0], [2, 2]]


def test_itermax_links_what_argmax_left() -> None:
    similarity = np.asarray([[0.9, 0.1, 0.2], [0.8, 0.3, 0.1], [0.1, 0.2, 0.7]])
    links = alignment.itermax(similarity)
    assert np.argwhere(links).tolist() == [[0, 0], [1, 0], [2, 2]]
    # Row 1: 0.8 * 0.9 at column 0, 0.3 at column 1; column 0 wants row 1 as well, so 1-0 is linked.
    by_hand = similarity.copy()
    by_hand[[0, 0, 2, 2], [0, 2, 0, 2]] = 0
    by_hand[0, 1] *= 0.9
    by_hand[1, [0, 2]] *= 0.9
    by_hand[2, 1] *= 0.9
    assert np.array_equal(links, alignment.argmax(similarity) | alignment.argmax(by_hand))


def test_a_permutation_is_found_again() -> None:
    rng = np.random.default_rng(0)
    states = rng.normal(size=(9, 24))
    order = rng.permutation(9)
    moved = states[order] * 3 + 0.05 * rng.normal(size=(9, 24))
    similarity = alignment.cosine(states, moved)
    assert np.abs(similarity).max() <= 1 + 1e-12
    expected = {(int(old), new) for new, old in enumerate(order)}
    for links in (alignment.argmax(similarity), alignment.itermax(similarity)):
        assert {tuple(pair) for pair in np.argwhere(links).tolist()} >= expected
    assert alignment.cosine(np.zeros((1, 3)), np.ones((1, 3))).tolist() == [[0.0]]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_an_empty_side_has_no_link(shape: tuple[int, int]) -> None:
    assert not alignment.argmax(np.zeros(shape)).any()
    assert not alignment.itermax(np.zeros(shape)).any()


def test_words_are_linked_by_any_of_their_subwords() -> None:
    links = np.zeros((4, 3), dtype=bool)
    links[0, 0] = links[2, 1] = links[1, 2] = True
    assert alignment.word_links(links, np.asarray([-1, 0, 0, 1]), np.asarray([-1, 0, 1])) == {
        (0, 0),
        (0, 1),
    }
