"""The frozen layers on new sentences: the same numbers as a corpus's, kept between cells, within a bound."""

from __future__ import annotations

import numpy as np
import pytest

from xnerbench.errors import InputError
from xnerbench.learning.encoders.frozen import FrozenLayers

from .conftest import encode, random_sentences


@pytest.fixture
def frozen(spec, tmp_path) -> FrozenLayers:
    return FrozenLayers(spec, True, 32, tmp_path / "encoded")


def test_new_sentences_are_encoded_as_those_of_a_corpus(frozen, spec, tmp_path) -> None:
    sentences = random_sentences(12, seed=3)
    expected = encode(sentences, spec, tmp_path / "corpus.safetensors")
    made = frozen(sentences)
    for name in ("hidden", "offsets", "first", "word_offsets", "word"):
        assert np.array_equal(getattr(made, name), getattr(expected, name)), name


def test_the_layers_run_once_for_a_text(frozen, spec, monkeypatch) -> None:
    sentences = random_sentences(5, seed=3)
    first = frozen(sentences)
    again = FrozenLayers(spec, True, 32, frozen.folder)
    monkeypatch.setattr(
        "xnerbench.learning.encoders.frozen.load_trunk", lambda *_: pytest.fail("ran again")
    )
    assert np.array_equal(again(sentences).hidden, first.hidden)
    for other in (again.at(freeze=1), again):
        with pytest.raises(pytest.fail.Exception):
            other(sentences[:4] if other is again else sentences)


def test_what_was_not_used_for_longest_goes_first(spec, tmp_path) -> None:
    import os

    frozen = FrozenLayers(spec, True, 32, tmp_path, most_bytes=0)
    texts = [random_sentences(4, seed=seed) for seed in range(2)]
    first = frozen(texts[0])
    numbers = np.array(first.hidden)
    (path,) = tmp_path.iterdir()
    os.utime(path, (1, 1))
    frozen(texts[1])
    left = list(tmp_path.iterdir())
    assert len(left) == 1
    assert left[0] != path
    assert np.array_equal(first.hidden, numbers)  # a cell that has it open keeps it
    assert np.array_equal(frozen(texts[0]).hidden, numbers)


def test_prescribed_subwords_take_the_place_of_the_tokenizers(frozen) -> None:
    words = [["the", "abc", "."], ["de"]]
    usual = frozen(words)
    same = frozen(words, [[[], [], []], [["d", "##e"]]])
    assert np.array_equal(same.hidden, usual.hidden)
    assert np.array_equal(same.first, usual.first)
    other = frozen(words, [[["t", "##h", "##e"], [], []], [[]]])
    assert len(other.hidden) == len(usual.hidden) + 2
    assert (other.first - usual.first).tolist() == [0, 2, 2, 2]


def test_prescribed_subwords_are_cut_like_others(spec, tmp_path) -> None:
    frozen = FrozenLayers(spec, True, 8, tmp_path)
    words = [["abcd", "efgh", "ij"]]
    usual, prescribed = frozen(words), frozen(words, [[["a", "##b", "##c", "##d"], [], []]])
    assert np.array_equal(usual.hidden, prescribed.hidden)
    assert np.array_equal(usual.word, prescribed.word)


def test_a_word_piece_vocabulary_has_no_segmentations_to_sample(frozen) -> None:
    with pytest.raises(InputError, match="Unigram"):
        _ = frozen.vocabulary
