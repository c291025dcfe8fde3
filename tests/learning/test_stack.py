"""Any encoder with a stack of layers: split, trained and saved as transformers has it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import AlbertConfig, AlbertModel, AutoModel

from tests.learning import encoders
from tests.learning.conftest import encode, random_sentences
from xnerbench.commands.study import check
from xnerbench.errors import InputError
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import stack, transformer
from xnerbench.learning.layers.batch import gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import teacher
from xnerbench.learning.teachers.labels import gold_labels
from xnerbench.learning.training.loop import Task, logit_loss, train
from xnerbench.learning.training.recipe import Recipe
from xnerbench.storage.artifacts import read_json
from xnerbench.study import config

KINDS = [*encoders.PACKED, *encoders.GENERAL]


@pytest.fixture(scope="module", params=KINDS)
def any_spec(request, tmp_path_factory) -> EncoderSpec:
    folder = tmp_path_factory.mktemp("encoder")
    source = encoders.make(folder / "source", request.param)
    record = encoder.prepare(folder / "prepared", str(source), layers=3)
    assert record["path"] == ("packed" if request.param in encoders.PACKED else "general")
    return EncoderSpec(folder / "prepared", freeze=2)


@pytest.mark.parametrize("freeze", [0, 1, 2])
def test_frozen_and_trained_layers_make_the_whole_model(any_spec, freeze, tmp_path) -> None:
    sentences = random_sentences(9, seed=4)
    spec = EncoderSpec(any_spec.folder, freeze)
    if freeze < read_json(spec.folder / "record.json")["freeze_at_least"]:
        with pytest.raises(InputError, match="Freeze 1 layer or more"):
            stack.load_upper(spec.folder, freeze)
        return
    text = encode(sentences, spec, tmp_path / "text.safetensors")
    batch = gather(text, np.arange(9))
    upper = stack.load_upper(spec.folder, freeze)
    outputs = upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks)
    whole = AutoModel.from_pretrained(spec.folder).eval()
    assert whole.config.num_hidden_layers == 3
    begin = 0
    for sentence in batch.order:
        ids = torch.tensor([_ids(spec, sentences[sentence])])
        expected = whole(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
        firsts = batch.first[begin : begin + len(sentences[sentence])]
        own = firsts - batch.starts[batch.order.tolist().index(sentence)]
        # float16 between trunk and upper layers is the only difference
        torch.testing.assert_close(
            outputs[begin : begin + len(firsts)], expected[own], atol=2e-2, rtol=1e-2
        )
        begin += len(firsts)
    assert begin == len(outputs)


def _ids(spec: EncoderSpec, words: list[str]) -> list[int]:
    return load_tokenizer(spec.folder)(words, is_split_into_words=True)["input_ids"]


def test_both_paths_agree_where_both_work(spec, text) -> None:
    batch = gather(text, np.arange(20))
    arguments = (batch.hidden, batch.blocks, batch.first, batch.first_blocks)
    packed, general = transformer.load_upper(spec.folder, 2), stack.load_upper(spec.folder, 2)
    one, two = packed(*arguments), general(*arguments)
    torch.testing.assert_close(one, two, atol=1e-5, rtol=1e-5)
    one.square().sum().backward()
    two.square().sum().backward()
    ours = {name: value for name, value in packed.pretrained_state().items()}
    theirs = general.pretrained_state()
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        assert torch.equal(ours[name], value)
    packed_gradient = packed.layers[0].contract.weight.grad
    general_gradient = general.model.encoder.layer[2].output.dense.weight.grad
    torch.testing.assert_close(packed_gradient, general_gradient, atol=1e-4, rtol=1e-4)


def test_both_paths_train_alike_without_dropout(spec, text, monkeypatch) -> None:
    """Losses of twelve updates, with warm-up, decay, clipping and weight decay."""
    monkeypatch.setattr(stack.Trunk, "forward", None)
    recipe = Recipe(epochs=2, batch_size=10, dropout=0.0)
    losses = []
    for load in (transformer.load_upper, stack.load_upper):
        monkeypatch.setattr(tagger, "load_upper", load)
        model = tagger.fresh(spec.folder, 2, 3, np.random.SeedSequence(1))
        gold = torch.arange(len(text.first)) % 3
        loss = logit_loss(teacher.gold_loss(gold))
        task = Task(model, text, np.arange(60), loss, recipe, np.random.SeedSequence(2))
        losses.append(train(task).final_loss)
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_every_dropout_is_the_recipes(any_spec, tmp_path) -> None:
    """At 0 training computes as inference does; at 0.5 it does not."""
    text = encode(random_sentences(8, seed=5), any_spec, tmp_path / "text.safetensors")
    batch = gather(text, np.arange(8))
    upper = stack.load_upper(any_spec.folder, any_spec.freeze)
    arguments = (batch.hidden, batch.blocks, batch.first, batch.first_blocks)
    with torch.inference_mode():
        plain = upper(*arguments)
        off = upper(*arguments, Dropout(0.0, np.random.SeedSequence(0)))
        on = upper(*arguments, Dropout(0.5, np.random.SeedSequence(0)))
        again = upper(*arguments)
    torch.testing.assert_close(off, plain)
    assert (on - plain).abs().mean() > 0.01
    assert torch.equal(again, plain)


def test_a_tagger_learns_repeats_and_is_saved(any_spec, tmp_path) -> None:
    sentences = random_sentences(40, seed=6)
    text = encode(sentences, any_spec, tmp_path / "text.safetensors")
    names = tagger.label_names(("PER",))
    tags = [["B-PER" if word[0] < "n" else "O" for word in row] for row in sentences]
    recipe = Recipe(learning_rate=5e-3, epochs=30, batch_size=8, dropout=0.0)
    fixed = stack.load_upper(any_spec.folder, 2).model.state_dict()
    runs = [
        teacher.train_teacher(any_spec, names, [(text, tags)], recipe, ("eng",), 0)
        for _ in range(2)
    ]
    assert runs[0][1].final_loss == runs[1][1].final_loss
    model = runs[0][0]
    chances = tagger.probabilities(model, text)
    gold = gold_labels(text, tags, names)
    assert (chances.argmax(axis=1) == gold).mean() > 0.9
    tagger.save(tmp_path / "tagger.safetensors", model, {"status": "ok"})
    loaded, _ = tagger.load(tmp_path / "tagger.safetensors", any_spec.folder, 2)
    assert np.array_equal(tagger.probabilities(loaded, text), chances)
    if isinstance(model.upper, stack.StackLayers):
        after, trained = model.upper.model.state_dict(), model.upper.pretrained_state()
        for name, value in fixed.items():
            if "word_embeddings" not in name and "tok_embeddings" not in name:  # one random row
                assert torch.equal(after[name], value) == (name not in trained), name


def test_one_layer_used_many_times_is_no_stack(tmp_path, model_folder) -> None:
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / file).write_bytes((model_folder / file).read_bytes())
    AlbertModel(
        AlbertConfig(vocab_size=60, hidden_size=16, num_attention_heads=2, intermediate_size=16)
    ).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="no stack of layers"):
        encoder.prepare(tmp_path / "out", str(tmp_path))
    assert not (tmp_path / "out").exists()


def test_layers_that_cannot_be_run_apart_are_refused(tmp_path, monkeypatch) -> None:
    source = encoders.make(tmp_path / "source", "electra")
    monkeypatch.setattr(stack.StackLayers, "_substitute", lambda self, m, given, named: None)
    with pytest.raises(InputError, match="cannot be run apart"):
        encoder.prepare(tmp_path / "out", str(source))
    assert not (tmp_path / "out").exists()


def test_check_says_which_path_is_taken(tmp_path) -> None:
    study = {
        "study": "x",
        "sources": ["eng"],
        "targets": ["deu"],
        "sizes": [1],
        "seeds": [0],
        "methods": ["ts"],
    }
    study["corpora"] = {
        "languages": {
            "eng": {"format": "embedded", "train": 20},
            "deu": {"format": "embedded", "pool": 20, "test": 20},
        }
    }
    encoders.make(tmp_path / "deberta", "deberta-v2")
    encoders.make(tmp_path / "bert", "bert")
    for name, expected in (
        ("embedded", "encoder: embedded, the packed path"),
        ("bert", "encoder: bert, of type bert, the packed path"),
        ("deberta", "encoder: deberta, of type deberta-v2, the general path"),
    ):
        said: list[str] = []
        raw = study | {"encoder": {"name": name, "freeze": 1}}
        assert check.check(config.from_dict(raw, tmp_path), said.append) == []
        assert said[0].startswith(expected)
