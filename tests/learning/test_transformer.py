"""The packed upper layers compute what transformers computes."""

from __future__ import annotations

import numpy as np
import torch
from transformers import AutoModel

from tests.learning.conftest import encode
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations, transformer
from xnerbench.learning.layers import batch as batch_module
from xnerbench.learning.layers.batch import gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.transformer import load_upper


def test_parity_with_transformers(spec, sentences, text):
    """First-subword outputs equal those of the whole model, to the float16 of the stored activations."""
    whole = AutoModel.from_pretrained(spec.folder, add_pooling_layer=False).eval()
    tokenizer = load_tokenizer(spec.folder)
    upper = load_upper(spec.folder, spec.freeze).eval()
    rows = np.array([3, 17, 40, 5])
    batch = gather(text, rows)
    with torch.inference_mode():
        ours = upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks)
        position = 0
        for row in rows[batch.order]:
            encoded = tokenizer(sentences[row], is_split_into_words=True, return_tensors="pt")
            theirs = whole(**encoded).last_hidden_state[0]
            owners = encoded.word_ids(0)
            first = [owners.index(word) for word in range(len(sentences[row]))]
            torch.testing.assert_close(
                ours[position : position + len(first)], theirs[first], atol=5e-3, rtol=0
            )
            position += len(first)
    assert position == len(ours)


def test_gradients_equal_those_of_transformers(spec, sentences, text):
    """The gradient of every trainable weight, computed on the same float32 trunk output."""
    whole = AutoModel.from_pretrained(spec.folder, add_pooling_layer=False).eval()
    tokenizer = load_tokenizer(spec.folder)
    upper = load_upper(spec.folder, spec.freeze)
    sentence = sentences[8]
    encoded = tokenizer(sentence, is_split_into_words=True, return_tensors="pt")
    outputs = whole(**encoded, output_hidden_states=True)
    trunk = outputs.hidden_states[spec.freeze][0].detach()
    batch = gather(text, np.array([8]))
    ours = upper(trunk, batch.blocks, batch.first, batch.first_blocks)
    (ours**3).sum().backward()
    owners = encoded.word_ids(0)
    first = [owners.index(word) for word in range(len(sentence))]
    (outputs.last_hidden_state[0][first] ** 3).sum().backward()
    for ours_layer, theirs in zip(upper.layers, whole.encoder.layer[spec.freeze :], strict=True):
        attention = theirs.attention.self
        expected = torch.cat(
            [attention.query.weight.grad, attention.key.weight.grad, attention.value.weight.grad]
        )
        torch.testing.assert_close(ours_layer.qkv.weight.grad, expected, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(
            ours_layer.contract.weight.grad, theirs.output.dense.weight.grad, atol=1e-4, rtol=1e-3
        )


def test_training_path_equals_inference_path_without_dropout(spec, text):
    upper = load_upper(spec.folder, spec.freeze)
    batch = gather(text, np.arange(10))
    silent = Dropout(0.0, np.random.SeedSequence(0))
    a = upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks, silent)
    b = upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks)
    torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


def test_a_sentence_is_not_changed_by_its_neighbours(spec, text):
    """Packing must not leak between sentences, whatever their lengths."""
    upper = load_upper(spec.folder, spec.freeze).eval()
    alone, together = gather(text, np.array([7])), gather(text, np.array([2, 7, 30]))
    with torch.inference_mode():
        a = upper(alone.hidden, alone.blocks, alone.first, alone.first_blocks)
        b = upper(together.hidden, together.blocks, together.first, together.first_blocks)
    # Batches are packed shortest first, so sentence 7 may stand anywhere in the second one.
    words = together.entries.numpy()
    mine = (words >= text.word_offsets[7]) & (words < text.word_offsets[8])
    torch.testing.assert_close(a, b[mine], atol=1e-5, rtol=1e-5)


def test_rows_added_for_a_round_number_change_nothing(spec, text, monkeypatch):
    """Outputs and gradients with and without the rounding of shapes."""
    found = {}
    for rounded in (1, 64):
        monkeypatch.setattr(transformer, "ROUND", rounded)
        monkeypatch.setattr(batch_module, "ROUND", rounded)
        upper = load_upper(spec.folder, spec.freeze)
        batch = gather(text, np.arange(11))
        outputs = upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks)
        (outputs**3).sum().backward()
        found[rounded] = [outputs.detach(), *(p.grad for p in upper.parameters())]
    for plain, padded in zip(found[1], found[64], strict=True):
        torch.testing.assert_close(plain, padded, atol=1e-4, rtol=1e-4)


def test_batches_of_all_lengths_make_few_shapes(spec, text):
    """A kernel is compiled for every new shape, so the shapes of an epoch must be few."""
    upper = load_upper(spec.folder, spec.freeze)
    shapes = set()
    upper.layers[0].expand.register_forward_hook(lambda _, args, __: shapes.add(args[0].shape))
    sizes = set()
    for first in range(50):
        batch = gather(text, np.arange(first, first + 10))
        sizes.add(len(batch.hidden))
        upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks)
    assert len(sizes) > 10
    assert len(shapes) <= 3


def test_a_bfloat16_trunk_is_near_a_float32_one(spec, sentences):
    """Far below the noise of a dropout of 10 %."""
    ids = activations.tokenise(load_tokenizer(spec.folder), sentences, 32).ids
    trunk = encoder.load_trunk(spec.folder, spec.freeze)
    exact, rough = (
        activations.run_trunk(trunk, ids, precision).astype(np.float32)
        for precision in ("fp32", "bf16")
    )
    assert 0 < np.square(rough - exact).mean() ** 0.5 < 0.02 * np.square(exact).mean() ** 0.5


def test_dropout_keeps_the_expectation_and_its_rate():
    dropout = Dropout(0.1, np.random.SeedSequence(3))
    x = torch.ones(1000, 333)
    y = dropout(x)
    assert abs(float(y.mean()) - 1.0) < 0.01
    assert abs(float((y == 0).float().mean()) - dropout.p) < 0.002
    assert dropout.p == 26 / 256


def test_dropout_gradient_is_its_own_mask():
    dropout = Dropout(0.5, np.random.SeedSequence(4))
    x = torch.randn(50, 20, requires_grad=True)
    y = dropout(x)
    y.sum().backward()
    assert torch.equal(x.grad == 0, y == 0)
    assert set(x.grad.unique().tolist()) == {0.0, 2.0}


def test_same_seed_same_dropout_other_seed_other():
    x = torch.ones(64, 64)
    same = [Dropout(0.3, np.random.SeedSequence(s))(x) for s in (1, 1, 2)]
    assert torch.equal(same[0], same[1])
    assert not torch.equal(same[0], same[2])


def test_encode_cuts_long_sentences(spec, tmp_path):
    """Words beyond the maximum length have no entry and are counted."""
    long = [["abcde"] * 20]
    cut = encode(long, spec, tmp_path / "cut.safetensors", max_subwords=12)
    assert cut.offsets[-1] == 12
    assert cut.word.tolist() == [0, 1]  # [CLS], five pieces each of two words, [SEP]
    assert cut.record["words_cut"] == 18
