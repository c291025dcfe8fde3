"""An exported tagger's folder, as far as it is this suite's own: its note, its labels, its trained part."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from xnerbench.errors import InputError
from xnerbench.learning.encoders.checkpoint import check_folder
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.learning.taggers import tagger
from xnerbench.storage.foreign import read_json

NOTE = "xnerbench.json"
"""The file of the folder that says how the study ran the model."""
AGAIN = "Export it again, or copy the whole folder"
_NOTED: dict[str, Callable[[Any], bool]] = {
    "spaced": lambda value: isinstance(value, bool),
    "freeze": lambda value: type(value) is int and value >= 0,
    "max_subwords": lambda value: type(value) is int and 4 <= value <= 100_000,
    "precision": lambda value: value in ("fp32", "bf16"),
}
"""What a note must say, and what each may be."""


def note_of(folder: Path) -> dict[str, Any]:
    """What `xnerbench.json` says of an exported tagger.

    Raises:
        InputError: The folder is none that this suite exported.
    """
    for name in (NOTE, "config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / name).is_file():
            raise InputError(
                f"no exported tagger: {name} is missing",
                str(folder),
                "Name a folder that `xnerbench export` wrote; transformers' pipeline runs others",
            )
    check_folder(folder, allow_pickle=True)  # which are not read
    note = read_json(folder / NOTE, AGAIN)
    for name, right in _NOTED.items():
        if not right(note.get(name)):
            what = f"`{name}` is {str(note.get(name))[:60]!r}"
            raise InputError(what, str(folder / NOTE), AGAIN)
    return note


def names_of(folder: Path) -> list[str]:
    """An exported tagger's labels, in order.

    Raises:
        InputError: Its `config.json` does not say.
    """
    found = read_json(folder / "config.json", AGAIN).get("id2label")
    labels = found if isinstance(found, dict) else {}
    numbers = [str(i) for i in range(len(labels))]
    if not numbers or not all(isinstance(labels.get(i), str) for i in numbers):
        raise InputError("`id2label` is no list of labels", str(folder / "config.json"), AGAIN)
    return [labels[i] for i in numbers]


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Tells in one sentence what is wrong with a folder, whatever the libraries that open its files raise."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(f"the tagger cannot be read: {first[:300]}", str(folder), AGAIN) from error


def upper_part(folder: Path, freeze: int) -> tagger.Tagger:
    """An exported tagger's head, and its layers above the lowest `freeze`."""
    model = tagger.Tagger(load_upper(folder, freeze), len(names_of(folder)))
    model.head.load_state_dict(_head(folder))
    return model


def _head(folder: Path) -> dict[str, torch.Tensor]:
    """Weight and bias of the classifier, with the gain and bias that ModernBERT's extra norm was given."""
    with safe_open(folder / "model.safetensors", framework="pt") as weights:
        keys = set(weights.keys())
        weight = weights.get_tensor("classifier.weight")
        bias = weights.get_tensor("classifier.bias")
        if "head.norm.bias" in keys:
            bias = bias + weight @ weights.get_tensor("head.norm.bias")
        if "head.norm.weight" in keys:  # see `export._pass_through`
            weight = weight * weights.get_tensor("head.norm.weight")
    return {"weight": weight, "bias": bias}
