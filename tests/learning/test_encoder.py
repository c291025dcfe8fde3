"""Encoder folders: what is accepted, what is refused and how, and the embedded data file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from xnerbench.errors import InputError
from xnerbench.learning.encoders import embedded, encoder
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.storage import hub_reach


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


def edit_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, metadata={"format": "pt"})


def rename(tensors: dict[str, torch.Tensor]) -> None:
    for key in list(tensors):
        tensors[f"other.{key}"] = tensors.pop(key)


def spoil(key: str, value: float) -> Callable[[Path], None]:
    return lambda f: edit_weights(f, lambda tensors: tensors[key].fill_(value))


def pop(part: str) -> Callable[[Path], None]:
    def change(tensors: dict[str, torch.Tensor]) -> None:
        for key in [key for key in tensors if part in key]:
            del tensors[key]

    return lambda f: edit_weights(f, change)


def index(shard: object) -> Callable[[Path], None]:
    """The weights named by an index, as large models have it."""

    def change(folder: Path) -> None:
        (folder / "model.safetensors").rename(folder / "part.safetensors")
        shutil.copy(folder / "part.safetensors", folder.parent / "o.safetensors")
        named = {"weight_map": {"a": "part.safetensors", "b": shard}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(named))

    return change


QUERY = "encoder.layer.1.attention.self.query.weight"
DAMAGES = {
    "all names prefixed": (lambda f: edit_weights(f, rename), "lacks tensors|could not be loaded"),
    "a missing tensor": (pop(QUERY), "lacks tensors of the model: encoder.layer.1.attention"),
    "a layer missing in the middle": (pop("layer.2."), "lacks tensors"),
    "the last layer missing": (pop("layer.3."), "num_hidden_layers is 4, and the weights have 3"),
    "a tensor too many": (
        lambda f: edit_weights(f, lambda t: t.update(extra=torch.ones(2))),
        "holds tensors that the model has not: extra",
    ),
    "a tensor of another shape": (
        lambda f: edit_weights(f, lambda t: t.update({QUERY: torch.ones(3, 3)})),
        "other shapes|could not be loaded",
    ),
    "a tensor of integers": (
        lambda f: edit_weights(f, lambda t: t.update({QUERY: t[QUERY].to(torch.int8)})),
        "quantised weights",
    ),
    "zeros": (spoil(QUERY, 0.0), f"{QUERY} .* nothing but zeros"),
    "nan": (spoil(QUERY, float("nan")), "not finite"),
    "infinite": (spoil("encoder.layer.0.output.LayerNorm.bias", float("inf")), "not finite"),
    "an absurd number of layers": (
        lambda f: edit_config(f, num_hidden_layers=10**9),
        "num_hidden_layers is 1000000000",
    ),
    "an absurd width": (lambda f: edit_config(f, hidden_size=10**9), "hidden_size is"),
    "an absurd vocabulary": (lambda f: edit_config(f, vocab_size=10**12), "vocab_size is"),
    "absurd heads": (lambda f: edit_config(f, num_attention_heads=10**9), "bears out"),
    "absurd labels": (lambda f: edit_config(f, num_labels=10**9), "num_labels is 1000000000"),
    "a tokenizer that cannot be used": (
        lambda f: (f / "tokenizer_config.json").write_text('{"model_max_length": {"a": 1}}'),
        "could not be loaded",
    ),
    "no heads": (lambda f: edit_config(f, num_attention_heads=0), "bears out"),
    "layers as text": (lambda f: edit_config(f, num_hidden_layers="4"), "weights have 4"),
    "a decoder": (lambda f: edit_config(f, is_decoder=True), "decoder"),
    "an epsilon that is none": (lambda f: edit_config(f, layer_norm_eps="x"), "layer_norm_eps"),
    "a pickle as a shard": (index("evil.bin"), r"'evil\.bin', which is no \.safetensors"),
    "a shard in a subfolder": (index("sub/evil.safetensors"), "folder itself"),
    "a shard above": (index("../o.safetensors"), "folder itself"),
    "an absolute shard": (index("/etc/passwd"), "folder itself"),
    "a shard that is a number": (index(7), "folder itself"),
    "a missing shard": (index("gone.safetensors"), "which is missing"),
    "an index without a map": (
        lambda f: [index("x")(f), (f / "model.safetensors.index.json").write_text("{}")],
        "no weight_map",
    ),
    "config in Latin-1": (
        lambda f: (f / "config.json").write_bytes('{"a": "\u00e9"}'.encode("latin-1")),
        "not UTF-8",
    ),
    "config of brackets": (lambda f: (f / "config.json").write_text("[" * 100_000), "not JSON"),
    "a tokenizer that is none": (lambda f: (f / "tokenizer.json").write_text("{}"), "loaded"),
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
        "lacks tensors of the model",
    ),
}


@pytest.mark.tried("Damaged encoder folders", "refused")
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


def test_shards_of_the_folder_are_read(folder, model_folder, tmp_path):
    tensors = load_file(folder / "model.safetensors")
    parts = [dict(list(tensors.items())[::2]), dict(list(tensors.items())[1::2])]
    named = {}
    for number, part in enumerate(parts):
        save_file(part, folder / f"m-{number}.safetensors", metadata={"format": "pt"})
        named |= dict.fromkeys(part, f"m-{number}.safetensors")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {}, "weight_map": named})
    )
    one = encoder.prepare(tmp_path / "one", str(model_folder))
    two = encoder.prepare(tmp_path / "two", str(folder))
    assert one["sha256"] == two["sha256"]


def test_heads_of_pretraining_are_left_behind(folder, model_folder, tmp_path):
    """A checkpoint of a masked language model: a prefix, a pooler and a head beside the encoder."""

    def head(tensors: dict[str, torch.Tensor]) -> None:
        for key in list(tensors):
            tensors[f"bert.{key}"] = tensors.pop(key)
        tensors["bert.pooler.dense.weight"] = torch.zeros(32, 32)
        tensors["cls.predictions.bias"] = torch.zeros(58)
        tensors["bert.embeddings.position_ids"] = torch.arange(64)[None]

    edit_weights(folder, head)
    one = encoder.prepare(tmp_path / "one", str(model_folder))
    assert encoder.prepare(tmp_path / "two", str(folder))["sha256"] == one["sha256"]


def test_attention_and_quantisation_are_the_suites_business(folder, model_folder, tmp_path):
    wishes = {"attn_implementation": "someone/kernel", "_attn_implementation": "someone/kernel"}
    edit_config(folder, **wishes, quantization_config={"quant_method": "bitsandbytes"})
    one = encoder.prepare(tmp_path / "one", str(model_folder))
    assert encoder.prepare(tmp_path / "two", str(folder))["sha256"] == one["sha256"]
    assert "quant" not in (tmp_path / "two" / "config.json").read_text()


def test_weights_are_synced_before_they_are_renamed(model_folder, tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os,
        "fsync",
        lambda fd: [synced.append(str(Path(f"/proc/self/fd/{fd}").readlink())), real(fd)],
    )
    encoder.prepare(tmp_path / "out", str(model_folder))
    names = [Path(path).name for path in synced]
    assert "model.safetensors" in names[:-1]
    assert synced[-1] == str(tmp_path)


def test_the_hub_is_fetched_without_pickles_and_checked_like_a_folder(
    folder, tmp_path, monkeypatch
):
    asked = {}

    def snapshot(name: str, **options: object) -> str:
        asked.update(options, name=name)
        return str(folder)

    monkeypatch.setattr(hub_reach, "unreachable", lambda: None)
    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    encoder.prepare(tmp_path / "out", "some-owner/some-model", revision="0" * 40)
    assert asked["name"] == "some-owner/some-model" and asked["revision"] == "0" * 40
    assert not any(pattern.endswith(("bin", "py", "*")) for pattern in asked["allow_patterns"])
    edit_config(folder, auto_map={"AutoModel": "modeling.Evil"})
    with pytest.raises(InputError, match="own code"):
        encoder.prepare(tmp_path / "again", "some-owner/some-model", revision="0" * 40)


def test_unreachable_hub_names_the_local_option(tmp_path, monkeypatch):
    def offline(*_args, **_options):
        raise OSError("We couldn't connect to the hub\nand more lines of advice")

    monkeypatch.setattr(hub_reach, "unreachable", lambda: None)
    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
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
