"""Losses against hand-computed values, and what must not change them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.learning.conftest import encode, random_sentences
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import gather
from xnerbench.learning.layers.tensors import write_tensors
from xnerbench.learning.objectives import losses
from xnerbench.learning.objectives.objective import Context, objective_of
from xnerbench.learning.students import student
from xnerbench.learning.students.student import Text
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels
from xnerbench.learning.training.seeding import stream
from xnerbench.methods import METHODS

LOGITS = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]])  # softmax: (1/4, 3/4), (1/2, 1/2)
SOFT = torch.tensor([[0.5, 0.5], [0.9, 0.1]])


def test_mean_squared_error_by_hand():
    # (1/16 + 1/16 + 0.16 + 0.16) / 4, the mean over two words and two labels
    expected = (0.0625 + 0.0625 + 0.16 + 0.16) / 4
    assert losses.mean_squared_error(LOGITS, SOFT).item() == pytest.approx(expected, rel=1e-6)


def test_divergence_by_hand():
    first = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    second = 0.9 * math.log(0.9 / 0.5) + 0.1 * math.log(0.1 / 0.5)
    assert losses.kl_divergence(LOGITS, SOFT).item() == pytest.approx(
        (first + second) / 2, rel=1e-5
    )


def test_hard_by_hand():
    # argmax of the soft labels: 0 (first of a tie), 0
    expected = -(math.log(0.25) + math.log(0.5)) / 2
    assert losses.hard(LOGITS, SOFT).item() == pytest.approx(expected, rel=1e-6)


def test_hard_is_cross_entropy_with_the_argmax():
    rng = torch.Generator().manual_seed(1)
    logits = torch.randn(40, 7, generator=rng)
    soft = torch.randn(40, 7, generator=rng).softmax(dim=1)
    assert torch.equal(losses.hard(logits, soft), losses.gold(logits, soft.argmax(dim=1)))


@pytest.mark.parametrize("loss", [losses.mean_squared_error, losses.kl_divergence, losses.hard])
def test_no_words_no_gradient(loss):
    logits = torch.zeros(0, 5, requires_grad=True)
    value = loss(logits, torch.zeros(0, 5))
    value.backward()
    assert value.item() == 0.0


def test_mixture_of_one_is_the_source_bit_for_bit():
    part = np.random.default_rng(0).random((30, 7), dtype=np.float32)
    entries = np.array([4, 0, 29])
    assert np.array_equal(labels.Mixture([part], np.ones(1)).at(entries), part[entries])


def test_mixture_is_the_weighted_mean():
    rng = np.random.default_rng(0)
    parts = [rng.random((30, 7), dtype=np.float32) for _ in range(3)]
    entries = np.arange(5)
    mixed = labels.Mixture(parts, np.array([0.5, 0.3, 0.2])).at(entries)
    expected = 0.5 * parts[0][:5] + 0.3 * parts[1][:5] + 0.2 * parts[2][:5]
    np.testing.assert_allclose(mixed, expected, rtol=1e-6)


def test_mixture_with_weights_per_sentence():
    parts = [np.zeros((4, 2), dtype=np.float32), np.ones((4, 2), dtype=np.float32)]
    alpha = np.array([[1.0, 0.0], [0.25, 0.75]])
    mixed = labels.Mixture(parts, alpha, np.array([0, 0, 1, 1])).at(np.arange(4))
    np.testing.assert_allclose(mixed[:, 0], [0.0, 0.0, 0.75, 0.75])


@pytest.mark.parametrize("alpha", [[0.5, 0.6], [1.0], [0.2, 0.2, 0.6]])
def test_weights_that_make_no_sense_are_refused(alpha):
    with pytest.raises(ValueError, match="weights"):
        labels.Mixture([np.ones((2, 2)), np.ones((2, 2))], np.array(alpha))


def step_on(text, soft):
    """An update's loss of `ts` on some soft labels."""
    context = Context(METHODS["ts"].chosen, [], 32, np.random.SeedSequence(0))
    read = Text(text, np.arange(3), labels.Mixture([soft], np.ones(1)))
    return student.step_of(objective_of(METHODS["ts"], context), read, second=False)


def test_soft_loss_ignores_everything_but_labelled_words(spec, sentences, text, tmp_path):
    """Soft labels exist for first subwords only; a trunk row that no sentence owns changes nothing."""
    soft = np.random.default_rng(0).dirichlet(np.ones(5), len(text.first)).astype(np.float32)
    loss = step_on(text, soft)
    model = tagger.fresh(spec.folder, spec.freeze, 5, stream(0, "test"))
    rows = np.array([1, 2, 3])
    batch = gather(text, rows)
    value = loss(model, batch, None)
    # Garbage in the other sentences' activations and labels: they are not part of this batch.
    tensors = {name: np.array(value) for name, value in text._tensors.items()}
    inside = np.zeros(len(tensors["hidden"]), dtype=bool)
    words = np.zeros(len(soft), dtype=bool)
    for row in rows:
        inside[text.offsets[row] : text.offsets[row + 1]] = True
        words[text.word_offsets[row] : text.word_offsets[row + 1]] = True
    tensors["hidden"][~inside] = 7.0
    garbled = soft.copy()
    garbled[~words] = 0.0
    write_tensors(tmp_path / "other.safetensors", tensors, {"status": "ok"})
    other = gather(Activations(tmp_path / "other.safetensors"), rows)
    assert value.item() == step_on(text, garbled)(model, other, None).item()


def test_padding_of_shorter_sentences_changes_no_loss(spec, text):
    """A short sentence's loss is the same beside a long one (padded in attention) and alone."""
    model = tagger.fresh(spec.folder, spec.freeze, 5, stream(0, "test")).eval()
    lengths = np.diff(text.offsets)
    short, long = int(lengths.argmin()), int(lengths.argmax())
    assert lengths[short] < lengths[long]
    alone, together = gather(text, np.array([short])), gather(text, np.array([short, long]))
    words = len(alone.first)
    torch.testing.assert_close(model(alone), model(together)[:words], atol=1e-5, rtol=1e-5)


def test_words_without_a_subword_are_skipped_and_counted(spec, tmp_path):
    odd = [["ab", "\u200b", "cd"], ["\u200b"], ["ef"]]
    text = encode(odd, spec, tmp_path / "odd.safetensors")
    assert text.word.tolist() == [0, 2, 0]
    assert text.record["words_without_subword"] == 2
    names = ["O", "B-X"]
    tags = labels.predicted_tags(text, np.array([1, 1, 1]), [3, 1, 1], names)
    assert tags == [["B-X", "O", "B-X"], ["O"], ["B-X"]]
    gold = labels.gold_labels(text, [["B-X", "O", "O"], ["O"], ["B-X"]], names)
    assert gold.tolist() == [1, 0, 1]


def test_tokenise_counts_agree_with_the_tokenizer(spec, sentences):
    from xnerbench.learning.encoders.tokenizer import load_tokenizer
    from xnerbench.learning.layers import activations

    tokenizer = load_tokenizer(spec.folder)
    counted = activations.tokenise(tokenizer, random_sentences(20, seed=5), 32).statistics
    pieces = [
        len(tokenizer.tokenize(word)) for words in random_sentences(20, seed=5) for word in words
    ]
    assert counted["subwords"] == sum(pieces)
    assert counted["split_words"] == sum(count > 1 for count in pieces)
    assert counted["unknown_words"] == 0
