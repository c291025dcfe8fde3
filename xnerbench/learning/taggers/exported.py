"""An exported tagger's folder, as far as it is this suite's own: its note, its labels, its trained part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from xnerbench.errors import InputError
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.learning.taggers import tagger
from xnerbench.storage.artifacts import read_json

NOTE = "xnerbench.json"
"""The file of the folder that says how the study ran the model."""


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
    return read_json(folder / NOTE)


def names_of(folder: Path) -> list[str]:
    """An exported tagger's labels, in order."""
    labels = read_json(folder / "config.json")["id2label"]
    return [labels[str(i)] for i in range(len(labels))]


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
