"""Label projection on parallel text whose two sides are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from xnerbench.errors import InputError
from xnerbench.learning.students import projected
from xnerbench.learning.students.student import Training
from xnerbench.learning.taggers import tagger
from xnerbench.methods import METHODS

from .test_arms import NAMES, RECIPE, source, target, trained, variant, weights  # noqa: F401


@pytest.fixture(scope="module")
def parallel(spec, target):  # noqa: F811
    """The target's own sentences as both sides: every word is most like itself."""
    pairs = [(list(words), list(words)) for words in target.words]
    teacher = tagger.fresh(spec.folder, spec.freeze, 5, np.random.SeedSequence(3))
    with torch.no_grad():
        teacher.head.weight.mul_(50)  # tags of every kind
    return dataclasses.replace(target, pairs=pairs, teacher=teacher, soft=None, source=None)


def test_a_text_is_aligned_with_itself(parallel) -> None:
    sentences = [words for words in map(list, parallel.words) if len(set(words)) == len(words)]
    found = projected.links(
        parallel.encode, parallel.encode, sentences, sentences, variant("project", align_layer=2)
    )
    for words, pairs in zip(sentences, found, strict=True):
        assert {(i, i) for i in range(len(words))} <= pairs


def test_words_of_a_shuffled_sentence_find_each_other(parallel) -> None:
    words = ["abcde", "fgh", "the", "zz", "quo"]
    turned = words[::-1]
    # No context: the embeddings alone, where only the position speaks against a match.
    (pairs,) = projected.links(
        parallel.encode, parallel.encode, [words], [turned], variant("project", align_layer=1)
    )
    assert sum((i, 4 - i) in pairs for i in range(5)) >= 3


def chosen(spec, method, text, seed):
    return projected.chosen_pairs(Training(spec, method, NAMES, text, RECIPE, "nld", seed))


def test_a_cell_learns_from_its_own_sentences_or_from_the_file(spec, parallel) -> None:
    pool = variant("project", sentences="pool", align_layer=2)
    assert [right for _, right in chosen(spec, pool, parallel, 0)] == [
        list(parallel.words[each]) for each in parallel.subset
    ]
    file = chosen(spec, METHODS["project"], parallel, 0)
    assert len(file) == 20
    assert file == chosen(spec, METHODS["project"], parallel, 0)
    assert file != chosen(spec, METHODS["project"], parallel, 1)
    model, cost = trained(spec, pool, parallel)
    assert cost.steps == 6
    assert cost.told["pairs"] == 20
    again, _ = trained(spec, pool, parallel)
    assert torch.equal(weights(model), weights(again))


def test_sentences_without_a_pair_are_told(spec, parallel, capsys) -> None:
    """A word that the pool splits and the file does not: the sentence is no other, and is not found."""
    pairs = list(parallel.pairs)
    pairs[3] = (pairs[3][0], ["".join(pairs[3][1]) + "."])
    method = variant("project", sentences="pool", align_layer=2)
    _, cost = trained(spec, method, dataclasses.replace(parallel, pairs=pairs))
    assert (cost.told["pairs"], cost.told["dropped_not_found"]) == (19, 1)
    said = capsys.readouterr().out
    assert "1 of 20 sentences of the pool of nld are not in the parallel text" in said
    assert "`segmentation: spaces`" in said


def test_projected_labels_are_the_teachers_where_both_sides_are_one(
    spec, parallel, monkeypatch
) -> None:
    seen = []

    def train(training):
        seen.append(training.text)
        raise KeyboardInterrupt

    monkeypatch.setattr(projected, "train_student", train)
    with pytest.raises(KeyboardInterrupt):
        trained(spec, variant("project", sentences="pool", align_layer=2), parallel)
    (text,) = seen
    said = tagger.probabilities(parallel.teacher, text.pool).argmax(axis=1)
    from xnerbench.data.tags import entities

    for sentence in text.subset:
        own = slice(text.pool.word_offsets[sentence], text.pool.word_offsets[sentence + 1])
        teacher = [NAMES[label] for label in said[own]]
        assert entities([NAMES[label] for label in text.gold[own]]) == entities(teacher)


def test_too_few_or_foreign_pairs_are_refused(spec, parallel) -> None:
    few = dataclasses.replace(parallel, pairs=parallel.pairs[:5])
    with pytest.raises(InputError, match="20 pairs asked for"):
        chosen(spec, METHODS["project"], few, 0)
    foreign = dataclasses.replace(parallel, pairs=[(["a"], ["b"])])
    with pytest.raises(InputError, match=r"no sentence of the pool.*segmentation: spaces"):
        chosen(spec, variant("project", sentences="pool"), foreign, 0)
