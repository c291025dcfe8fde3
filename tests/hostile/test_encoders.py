"""Model folders that a user names: `config.json`, weights, their index, the tokenizer; and exported taggers."""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import torch
from hypothesis import strategies as st
from safetensors.torch import load_file, save

from tests.hostile.files import changed, files
from tests.hostile.trying import tried
from tests.learning.conftest import small_bert
from xnerbench.learning.encoders import encoder

KEYS = [
    "auto_map", "quantization_config", "is_decoder", "position_embedding_type", "hidden_act", "architectures",
    "num_labels", "id2label", "torch_dtype", "dtype", "attn_implementation", "layer_norm_eps", "pruned_heads",
]  # fmt: skip


@cache
def right() -> dict[str, bytes]:
    """The files of a small model."""
    with tempfile.TemporaryDirectory() as folder:
        made = small_bert(Path(folder) / "bert", layers=1)
        return {path.name: path.read_bytes() for path in made.iterdir()}


def config() -> dict[str, Any]:
    return json.loads(right()["config.json"])


def tensors() -> dict[str, torch.Tensor]:
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(right()["model.safetensors"])
        file.flush()
        return load_file(file.name)


ODD: list[Any] = [
    None, torch.zeros(2, 2), torch.ones(1), torch.full((32, 32), float("nan")), torch.ones(32, 32, dtype=torch.int8),
    torch.ones(32, 32, dtype=torch.float16), torch.zeros(0), torch.ones(32, 32),
]  # fmt: skip


@st.composite
def weights(draw: Any) -> bytes:
    """Weights with some tensors dropped, renamed or replaced."""
    found = tensors()
    for name in draw(st.lists(st.sampled_from(sorted(found)), min_size=1, max_size=2, unique=True)):
        value = draw(st.sampled_from(ODD))
        if draw(st.booleans()):
            found[
                draw(
                    st.sampled_from(
                        ["x", f"other.{name}", "encoder.layer.7.w", "pooler.dense.weight"]
                    )
                )
            ] = found.pop(name)
        elif value is None:
            del found[name]
        else:
            found[name] = value.clone()
    return save(found, metadata={"format": "pt"})


INDEX = {
    "metadata": {"total_size": 1},
    "weight_map": {name: "part.safetensors" for name in ("a", "b")},
}
one_file = st.deferred(
    lambda: st.one_of(
        st.tuples(
            st.just("config.json"),
            st.one_of(files(right()["config.json"]), changed(config(), KEYS)),
        ),
        st.tuples(st.just("config.json"), changed(config(), KEYS)),
        st.tuples(
            st.just("model.safetensors"),
            st.one_of(files(right()["model.safetensors"][:4000]), weights()),
        ),
        st.tuples(st.just("model.safetensors"), weights()),
        st.tuples(
            st.just("model.safetensors.index.json"),
            st.one_of(files(json.dumps(INDEX).encode()), changed(INDEX)),
        ),
        st.tuples(
            st.just("tokenizer.json"),
            st.one_of(
                files(right()["tokenizer.json"]), changed(json.loads(right()["tokenizer.json"]))
            ),
        ),
        st.tuples(
            st.just("tokenizer_config.json"),
            changed(json.loads(right()["tokenizer_config.json"]), ["auto_map", "tokenizer_class"]),
        ),
    )
)


def write(folder: Path, given: tuple[str, Any]) -> None:
    name, content = given
    for own, found in right().items():
        (folder / own).write_bytes(found)
    (folder / name).write_bytes(
        content if isinstance(content, bytes) else json.dumps(content).encode()
    )
    if "index" in name:
        shutil.move(folder / "model.safetensors", folder / "part.safetensors")


@tried("Encoder folders", one_file, 60)
def test_encoders(folder: Path, given: tuple[str, Any]) -> None:
    write(folder, given)
    model, tokenizer = encoder._load(str(folder), None, False)
    assert model.dtype == torch.float32
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())
    words = ["the", "abc", "."]
    found = tokenizer(words, is_split_into_words=True, return_tensors="pt")
    assert tokenizer.is_fast and found["input_ids"].shape[1] >= 0
