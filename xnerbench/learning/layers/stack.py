"""The general path: the upper layers of any encoder, run as `transformers` has them.

The suite's own layers (`transformer.py`) know the arithmetic of BERT. Every other encoder is a stack of layers
between embeddings and an output, with masks, rotations and relative positions of its own making. Here the whole
model stays as it is: frozen layers are replaced by ones that do nothing, the word embeddings by a single row, and
right before the first trained layer the cached output of the frozen ones takes the place of whatever came so far.

Only the layers above the frozen ones are trained. What all layers share (relative position embeddings) and a norm
after the last one stay frozen, as they are part of what was cached or of what the cached part was made with.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel

from xnerbench.errors import InputError
from xnerbench.learning.layers.batch import Block
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.storage.artifacts import read_json

Blocks = tuple[Block, ...]
Split = tuple[nn.Module, nn.Module]

TESTED = "BERT, XLM-R, ELECTRA, DeBERTa-v2, RemBERT and ModernBERT"

TOLERANCE = 1e-4
"""Of the largest output: how far a split encoder may be from the whole one in float32."""


class _Stand(nn.Module):
    """Stands for a layer: has its plain attributes, which models ask for, and none of its tensors."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        for name, value in vars(layer).items():
            if not name.startswith("_") and name != "training":
                setattr(self, name, value)


class _Idle(_Stand):
    """Stands for a frozen layer: hands on what it got, alone or as the first of as many things."""

    def __init__(self, layer: nn.Module, answers: int) -> None:
        super().__init__(layer)
        self.answers = answers

    def forward(self, hidden_states: torch.Tensor, *_: Any, **__: Any) -> Any:
        if not self.answers:
            return hidden_states
        return (hidden_states, *[None] * (self.answers - 1))


class _Reached(Exception):
    """Carries the input of the first trained layer out of the model."""


class _End(_Stand):
    """Stands for the first trained layer where only the frozen ones are to run."""

    def forward(self, hidden_states: torch.Tensor, *_: Any, **__: Any) -> None:
        raise _Reached(hidden_states)


class Trunk(nn.Module):
    """Embeddings and frozen layers; answers as a model does, for `activations.run_trunk`."""

    def __init__(self, model: PreTrainedModel, freeze: int) -> None:
        super().__init__()
        parent, name = layers_of(model)
        layers = getattr(parent, name)
        setattr(parent, name, nn.ModuleList([*layers[:freeze], _End(layers[freeze])]))
        self.model, self.config = model, model.config

    def forward(self, **inputs: torch.Tensor) -> SimpleNamespace:
        """The input of the first trained layer, (B, L, d), as `last_hidden_state`."""
        try:
            self.model(**inputs)
        except _Reached as reached:
            return SimpleNamespace(last_hidden_state=reached.args[0])
        raise RuntimeError("the model ended before its first trained layer")


class StackLayers(nn.Module):
    """The trainable layers behind the interface of `transformer.UpperLayers`."""

    def __init__(self, model: PreTrainedModel, freeze: int) -> None:
        super().__init__()
        parent, name = layers_of(model)
        layers = getattr(parent, name)
        answers = _answers(model, layers[0])
        for index in range(freeze):
            layers[index] = _Idle(layers[index], answers)
        model.requires_grad_(False)
        layers[freeze].register_forward_pre_hook(self._substitute, with_kwargs=True)
        self.model = model.eval()
        self._trained = list(layers[freeze:])  # a list: the model holds them as modules already
        for layer in self._trained:
            layer.requires_grad_(True)
        self.width = model.config.hidden_size
        self._given: torch.Tensor | None = None
        self._dropout: float | None = None

    def _substitute(self, _: nn.Module, given: tuple, named: dict) -> tuple[tuple, dict]:
        if given:
            return (self._given, *given[1:]), named
        return given, named | {"hidden_states": self._given}

    def forward(
        self,
        x: torch.Tensor,
        blocks: Blocks,
        rows: torch.Tensor,
        row_blocks: Blocks,
        dropout: Dropout | None = None,
    ) -> torch.Tensor:
        """(T, d) trunk output -> (R, d) top output at `rows`, one block of sentences after the other.

        Dropout is torch's own (of its global generator) at the sites that the model has; `dropout` gives
        its probability. `row_blocks` is not needed here.
        """
        self._set_dropout(dropout.p if dropout is not None else None)
        outputs = []
        for part, block in zip(x.split([b.rows for b in blocks]), blocks, strict=True):
            self._given = part.index_select(0, block.cells).view(*block.real.shape, -1)
            ids = torch.zeros(block.real.shape, dtype=torch.long, device=x.device)
            top = self.model(input_ids=ids, attention_mask=block.real.long()).last_hidden_state
            outputs.append(top.reshape(-1, top.shape[-1]).index_select(0, block.occupied))
        self._given = None
        return torch.cat(outputs).index_select(0, rows)

    def _set_dropout(self, p: float | None) -> None:
        if p == self._dropout and self.model.training == (p is not None):
            return
        self._dropout = p
        self.model.train(p is not None)
        for module in (part for layer in self._trained for part in layer.modules()):
            if isinstance(module, nn.Dropout):
                module.p = p or 0.0
            for name, value in vars(module).items():
                if "dropout" in name and isinstance(value, float):
                    setattr(module, name, p or 0.0)
        for name in _dropouts(self.model.config):
            setattr(self.model.config, name, p or 0.0)

    def pretrained_state(self) -> dict[str, torch.Tensor]:
        """The trained tensors under their names in the encoder."""
        return {
            name: value.detach()
            for name, value in self.model.named_parameters()
            if value.requires_grad
        }


def layers_of(model: PreTrainedModel) -> tuple[nn.Module, str]:
    """The module that holds the stack of layers, and the stack's name in it.

    Raises:
        InputError: The encoder has no such stack (one layer used many times, or parts in several lists).
    """
    found = [
        (path.count("."), path)
        for path, module in model.named_modules()
        if isinstance(module, nn.ModuleList)
        and len(module) == model.config.num_hidden_layers
        and len({type(layer) for layer in module}) == 1
    ]
    nearest = [path for depth, path in found if depth == min(found)[0]]
    if len(nearest) != 1:
        raise InputError(
            f"an encoder of type {model.config.model_type!r} is no stack of layers of which some can be frozen",
            "encoder.name",
            f"Choose another; {TESTED} types are tested",
        )
    parent, _, name = nearest[0].rpartition(".")
    return model.get_submodule(parent), name


def keep_layers(model: PreTrainedModel, kept: int) -> None:
    """Cuts the stack to its bottom layers, in the model and in its configuration."""
    parent, name = layers_of(model)
    setattr(parent, name, getattr(parent, name)[:kept])
    if (kinds := getattr(model.config, "layer_types", None)) is not None:
        model.config.layer_types = kinds[:kept]
    model.config.num_hidden_layers = kept


def load_upper(folder: Path, freeze: int) -> StackLayers:
    """Loads all of an encoder folder but the word embeddings and the frozen layers.

    Raises:
        InputError: This encoder can only be run apart with more frozen layers.
        ValueError: The folder's tensors are not the model's.
    """
    record = folder / "record.json"
    if record.is_file() and freeze < (least := read_json(record).get("freeze_at_least", 0)):
        raise InputError(
            "something runs beside the first layer of this encoder, which must be frozen with it",
            "encoder.freeze",
            f"Freeze {least} layer or more",
        )
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    # One row will do: embeddings are computed in vain, from the padding symbol.
    config.vocab_size = (config.pad_token_id or 0) + 1
    for name in _dropouts(config):
        setattr(config, name, 0.1)  # some models leave out a dropout of zero; see `_set_dropout`
    model = AutoModel.from_config(config, dtype=torch.float32, **options(config))
    words = model.get_input_embeddings().weight
    parent, name = layers_of(model)
    frozen = {id(p) for layer in getattr(parent, name)[:freeze] for p in layer.parameters()}
    wanted = {
        key: value
        for key, value in model.named_parameters()
        if value is not words and id(value) not in frozen
    }
    with (
        torch.no_grad(),
        safe_open(folder / "model.safetensors", framework="pt") as weights,
    ):
        keys = set(weights.keys())
        prefix = "" if wanted.keys() <= keys else f"{model.base_model_prefix}."
        if missing := [key for key in wanted if prefix + key not in keys]:
            raise ValueError(f"{folder} lacks {missing[0]} and {len(missing) - 1} more tensors")
        for key, value in wanted.items():
            value.copy_(weights.get_tensor(prefix + key))
    return StackLayers(model, freeze)


def options(config: PreTrainedConfig) -> dict[str, Any]:
    """How a model is built: without a pooling layer, and with attention of torch's own, where it has either."""
    model: Any = AutoModel._model_mapping[type(config)]
    attention = "sdpa" if getattr(model, "_supports_sdpa", False) else "eager"
    known = "add_pooling_layer" in inspect.signature(model).parameters
    return {"attn_implementation": attention} | ({"add_pooling_layer": False} if known else {})


def least_freeze(model: PreTrainedModel, split: Callable[[int], Split]) -> int:
    """The smallest number of frozen layers with which frozen and trained ones make the whole: 0 or 1.

    Args:
        model: The whole.
        split: Gives the frozen and the trained layers of the same encoder for a number of frozen ones.

    Raises:
        InputError: Neither: something runs between the layers that the split does not know of.
    """
    layers = model.config.num_hidden_layers
    for least in range(min(2, layers)):
        if all(_is_whole(model, *split(freeze)) for freeze in {least, max(least, layers // 2)}):
            return least
    raise InputError(
        f"the layers of an encoder of type {model.config.model_type!r} cannot be run apart",
        "encoder.name",
        f"Choose another; {TESTED} types are tested",
    )


@torch.inference_mode()
def _is_whole(model: PreTrainedModel, trunk: nn.Module, upper: nn.Module) -> bool:
    """Whether the parts, one after the other, compute what the whole does, on made-up input."""
    lengths = np.array([5, 9])
    ids = torch.arange(1, 19).view(2, 9) % min(model.config.vocab_size, 1000)
    block = Block.of(lengths)
    mask = (torch.arange(9) < torch.from_numpy(lengths)[:, None]).long()
    whole = model.eval()(input_ids=ids, attention_mask=mask).last_hidden_state[mask.bool()]
    below = trunk(input_ids=ids, attention_mask=mask).last_hidden_state[mask.bool()]
    apart = upper(below, (block,), torch.arange(len(below)), (block,))
    return bool((whole - apart).abs().max() <= TOLERANCE * whole.abs().max())


def _answers(model: PreTrainedModel, layer: nn.Module) -> int:
    """How many things a layer answers as a tuple; 0 for a tensor."""
    seen = []
    hook = layer.register_forward_hook(lambda _, __, output: seen.append(output))
    with torch.inference_mode():
        ids = torch.zeros((1, 2), dtype=torch.long)
        model.eval()(input_ids=ids, attention_mask=torch.ones_like(ids))
    hook.remove()
    return len(seen[0]) if isinstance(seen[0], tuple) else 0


def _dropouts(config: PreTrainedConfig) -> list[str]:
    """Names of the configuration's dropout probabilities, but for the head's."""
    return [
        name
        for name, value in config.to_dict().items()
        if "dropout" in name and "classifier" not in name and isinstance(value, float | int)
    ]
