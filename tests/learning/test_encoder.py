"""Encoder folders: what is accepted, what is refused and how, and the embedded data file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from xnerbench.errors import InputError
from xnerbench.learning import embedded, encoder
from xnerbench.learning.transformer import load_upper


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of a good model folder, to be damaged."""
    return Path(shutil.copytree(model_folder, tmp_path / "copy"))


def edit_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def truncate(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:200])


DAMAGES = {
    "no config": (lambda f: (f / "config.json").unlink(), "config.json is missing"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json is missing"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), r"no \.safetensors file"),
    "half the weights": (truncate, "unreadable"),
    "weights that are text": (
        lambda f: (f / "model.safetensors").write_text("not weights, just some text" * 9),
        "unreadable",
    ),
    "empty weights": (lambda f: (f / "model.safetensors").write_bytes(b""), "unreadable"),
    "config that is not JSON": (lambda f: (f / "config.json").write_text("{"), "not JSON"),
    "config that is a list": (lambda f: (f / "config.json").write_text("[]"), "not an object"),
    "code of its own": (
        lambda f: edit_config(f, auto_map={"AutoModel": "modeling.Evil"}),
        "own code",
    ),
    "pickled weights beside": (
        lambda f: (f / "pytorch_model.bin").write_bytes(b"\x80\x04."),
        r"pickled weights \(pytorch_model\.bin\)",
    ),
    "a checkpoint beside": (lambda f: (f / "last.ckpt").write_bytes(b"x"), "pickled weights"),
    "an unknown type": (lambda f: edit_config(f, model_type="nonesuch"), "could not be loaded"),
    "a type without BERT layers": (
        lambda f: edit_config(f, model_type="distilbert"),
        "could not be loaded|not supported",
    ),
    "relu units": (lambda f: edit_config(f, hidden_act="relu"), "not supported"),
}


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_damaged_folders_are_refused(damage, folder, tmp_path):
    harm, message = DAMAGES[damage]
    harm(folder)
    with pytest.raises(InputError, match=message) as caught:
        encoder.prepare(tmp_path / "out", str(folder))
    assert caught.value.where
    assert caught.value.remedy
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*")), "nothing half-written is left"


def test_pickles_may_be_ignored_on_request(folder, tmp_path):
    (folder / "pytorch_model.bin").write_bytes(b"not even a pickle")
    record = encoder.prepare(tmp_path / "out", str(folder), allow_pickle=True)
    assert record["status"] == "ok"
    assert sorted(p.name for p in (tmp_path / "out").glob("*.bin")) == []


def test_too_many_layers(folder, tmp_path):
    with pytest.raises(InputError, match="5 layers asked for, the encoder has 4"):
        encoder.prepare(tmp_path / "out", str(folder), layers=5)


def test_hub_name_without_revision(tmp_path):
    with pytest.raises(InputError, match="needs a pinned revision"):
        encoder.prepare(tmp_path / "out", "some-owner/some-model")


def test_unreachable_hub_names_the_local_option(tmp_path, monkeypatch):
    def offline(*_args, **_options):
        raise OSError("We couldn't connect to the hub\nand more lines of advice")

    monkeypatch.setattr(encoder.AutoModel, "from_pretrained", offline)
    with pytest.raises(InputError, match="path of a local folder") as caught:
        encoder.prepare(tmp_path / "out", "some-owner/some-model", revision="0" * 40)
    assert "\n" not in str(caught.value)


def test_kept_layers_are_the_bottom_ones(model_folder, tmp_path):
    encoder.prepare(tmp_path / "three", str(model_folder), layers=3)
    encoder.prepare(tmp_path / "four", str(model_folder))
    three, four = load_upper(tmp_path / "three", 2), load_upper(tmp_path / "four", 2)
    assert len(three.layers) == 1
    assert len(four.layers) == 2
    assert torch.equal(three.layers[0].qkv.weight, four.layers[0].qkv.weight)


def test_trunk_has_the_frozen_layers_only(spec):
    trunk = encoder.load_trunk(spec.folder, 2)
    assert len(trunk.encoder.layer) == 2
    assert not any(parameter.requires_grad for parameter in trunk.parameters())


def test_dequantise_by_hand():
    """One block: scale 0.5, nibbles of byte j are weights j (low) and j + 16 (high), less 8."""
    block = np.zeros(18, dtype=np.uint8)
    block[:2] = np.frombuffer(np.float16(0.5).tobytes(), dtype=np.uint8)
    block[2] = 0x0F | (0x01 << 4)  # weight 0: 15 - 8 = 7, weight 16: 1 - 8 = -7
    weights = embedded.dequantise(block[None])
    assert weights.shape == (32,)
    assert weights[0] == 3.5
    assert weights[16] == -3.5
    assert weights[1] == -4.0


def test_embedded_file_is_pinned(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "DATA_SHA256", "0" * 64)
    with pytest.raises(InputError, match="not the pinned one"):
        embedded.data_path()


def test_foreign_data_file(tmp_path):
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(InputError, match="not an E5S1"):
        embedded.parse(path)


@pytest.fixture(scope="module")
def e5():
    return embedded.load()


def test_embedded_encoder_understands_translations(e5):
    """Meaning survives the 4-bit file: a translation is nearer than an unrelated sentence."""
    model, tokenizer = e5

    def embed(text: str) -> torch.Tensor:
        with torch.inference_mode():
            encoded = tokenizer(text, return_tensors="pt")
            encoded.pop("token_type_ids", None)
            mean = model(**encoded).last_hidden_state[0].mean(dim=0)
        return mean / mean.norm()

    english = embed("The president visited Berlin yesterday.")
    for translation in (
        "Der Präsident besuchte gestern Berlin.",
        "Le président a visité Berlin hier.",
        "Rais alitembelea Berlin jana.",
    ):
        assert english @ embed(translation) > 0.88
    assert english @ embed("I like bananas with chocolate.") < 0.80


def test_embedded_tokenizer_segments_words(e5):
    _, tokenizer = e5
    encoded = tokenizer(["Der", "Bundespräsident", "."], is_split_into_words=True)
    assert encoded.word_ids() == [None, 0, 1, 1, 2, 2, None]
    assert tokenizer.convert_ids_to_tokens(encoded["input_ids"])[0] == "<s>"
    assert tokenizer.unk_token_id == 3
