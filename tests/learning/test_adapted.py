"""Masked words before the teacher: what is masked, what is learned, and the control without it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from xnerbench.learning.encoders.frozen import FrozenLayers
from xnerbench.learning.students import adapted
from xnerbench.learning.students.student import Training
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.teacher import train_teacher
from xnerbench.methods import METHODS

from .conftest import random_sentences
from .test_arms import NAMES, RECIPE, source, target, trained, variant, weights  # noqa: F401


@pytest.fixture(scope="module")
def frozen(spec, tmp_path_factory) -> FrozenLayers:
    return FrozenLayers(spec, True, 32, tmp_path_factory.mktemp("masked"))


def test_masks_are_where_they_are_said_to_be(frozen) -> None:
    sentences = random_sentences(200, seed=2)
    plain = frozen.tokenise(sentences)
    made = adapted.mask(frozen, plain.ids, 0.15, np.random.default_rng(0))
    truth = np.concatenate(plain.ids)
    assert np.array_equal(made.ids[made.label], truth[made.text.first])
    inner = len(truth) - 2 * len(sentences)
    # At least one a sentence is masked, so the share is above the rate where sentences are short.
    assert 0.15 * inner < len(made.label) < 0.25 * inner
    assert (np.diff(made.text.word_offsets) >= 1).all()
    assert not np.isin(made.text.first, made.text.offsets[:-1]).any()


def test_most_of_what_is_chosen_is_hidden(frozen, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(FrozenLayers, "run", lambda self, tokenised: seen.append(tokenised))
    sentences = random_sentences(300, seed=2)
    ids = frozen.tokenise(sentences).ids
    plain = np.concatenate(ids)
    adapted.mask(frozen, ids, 0.3, np.random.default_rng(0))
    (made,) = seen
    changed = np.concatenate(made.ids)
    chosen = np.zeros(len(plain), dtype=bool)
    chosen[made.first] = True
    assert np.array_equal(changed[~chosen], plain[~chosen])
    assert 0.75 < (changed[chosen] == frozen.mask).mean() < 0.85
    assert 0.05 < (changed[chosen] == plain[chosen]).mean() < 0.2


def test_scores_are_products_with_the_encoders_own_embeddings(frozen) -> None:
    ids = np.asarray([5, 9, 30])
    head = adapted.MaskedWords(frozen.embeddings(ids), np.random.SeedSequence(0))
    hidden = torch.randn(4, 32, generator=torch.Generator().manual_seed(0))
    scores = head(hidden)
    assert scores.shape == (4, 3)
    state = head.norm(torch.nn.functional.gelu(head.dense(hidden)))
    word = frozen.trunk.get_input_embeddings().weight[9]
    torch.testing.assert_close(scores[:, 1], state @ word)
    assert {name for name, _ in head.named_parameters()} == {
        "dense.weight", "dense.bias", "norm.weight", "norm.bias", "bias",
    }  # fmt: skip


def test_without_masked_updates_it_is_a_teacher_of_as_many_updates(spec, target, source) -> None:  # noqa: F811
    control, cost = trained(spec, variant("adapt", mask_updates=0), target)
    own = dataclasses.replace(RECIPE, epochs=0, min_steps=RECIPE.steps(20))
    teacher, _ = train_teacher(spec, NAMES, [(source.activations, source.tags)], own, ("eng",), 0)
    assert cost.steps == own.min_steps
    # The head and the order of the batches are drawn for another purpose, so only the sizes are alike.
    assert weights(control).shape == weights(teacher).shape
    adapted_, told = trained(spec, variant("adapt", mask_updates=4), target)
    assert not torch.equal(weights(control), weights(adapted_))
    assert told.told["mask_loss"] > 0
    again, _ = trained(spec, variant("adapt", mask_updates=4), target)
    assert torch.equal(weights(again), weights(adapted_))


def test_masked_words_are_learned(spec, target) -> None:  # noqa: F811
    losses = [
        trained(spec, variant("adapt", mask_updates=n, mask_learning_rate=1e-3), target)[1].told[
            "mask_loss"
        ]
        for n in (2, 60)
    ]
    assert losses[1] < losses[0]


def test_the_source_has_its_share(spec, target, monkeypatch) -> None:  # noqa: F811
    drawn = masked_text(spec, target, monkeypatch)
    own, english = (
        {tuple(ids) for ids in target.encode.tokenise(sentences).ids}
        for sentences in ([target.words[each] for each in target.subset], target.source.words)
    )
    assert [tuple(ids) in own for ids in drawn].count(True) == 30
    assert all(tuple(ids) in english for ids in drawn[30:])
    assert len(drawn) == 40


@pytest.mark.parametrize("spaced", [True, False])
def test_each_half_is_spaced_as_its_language_is(marked, target, tmp_path, monkeypatch, spaced):  # noqa: F811
    """The mark of a word's beginning stands where the language is written with spaces, and nowhere else."""
    frozen = FrozenLayers(marked, not spaced, 32, tmp_path)
    text = dataclasses.replace(target, encode=frozen, source_spaced=spaced)
    drawn = masked_text(marked, text, monkeypatch)
    pieces = [frozen.tokenizer.convert_ids_to_tokens(ids) for ids in drawn]
    with_mark = [any(piece.startswith("▁") for piece in row) for row in pieces]
    assert with_mark == [not spaced] * 30 + [spaced] * 10


def masked_text(spec, text, monkeypatch) -> list[list[int]]:
    """The subwords of what five updates of eight sentences would mask, a quarter of it the source's."""
    drawn = []
    monkeypatch.setattr(adapted, "mask", lambda frozen, ids, *_: drawn.extend(ids) or pytest.skip())
    model = tagger.fresh(spec.folder, spec.freeze, 5, np.random.SeedSequence(0))
    method = METHODS["adapt"].variant("v", {"mask_updates": 5, "source_share": 0.25})
    with pytest.raises(pytest.skip.Exception):
        adapted._adapt(Training(spec, method, NAMES, text, RECIPE, "nld", 0), model)
    return drawn
