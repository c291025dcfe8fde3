"""The trainable upper layers of a post-norm BERT, on packed rows.

The same arithmetic as `transformers.models.bert.modeling_bert.BertLayer` (tests compare the two), with three
savings that change no result: no padding outside attention, one matrix product for query, key and value, and
in the last layer queries and feed-forward only for the rows that are asked for (first subwords of words).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional

from xnerbench.learning.layers.batch import Block, rounded
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.spec import is_packed
from xnerbench.storage.artifacts import read_json

if TYPE_CHECKING:
    from xnerbench.learning.layers.stack import StackLayers

Blocks = tuple[Block, ...]

ROUND = 64  # rows of a packed matrix are a multiple of this; see `rounded`

_PARTS = ("query", "key", "value")
_HF = {
    "attention_out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "expand": "intermediate.dense",
    "contract": "output.dense",
    "output_norm": "output.LayerNorm",
}


class Layer(nn.Module):
    """One encoder layer: self-attention and feed-forward, each with residual and layer norm."""

    def __init__(self, width: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, epsilon)
        self.expand = nn.Linear(width, inner)
        self.contract = nn.Linear(inner, width)
        self.output_norm = nn.LayerNorm(width, epsilon)

    def forward(
        self,
        x: torch.Tensor,
        blocks: Blocks,
        dropout: Dropout | None = None,
        rows: torch.Tensor | None = None,
        row_blocks: Blocks | None = None,
    ) -> torch.Tensor:
        """Applies the layer.

        Args:
            x: (T, d) packed rows; those after the sentences' own take part in nothing.
            blocks: The sentences of the T rows.
            dropout: Applied to attention probabilities and both sublayers' outputs; none at inference.
            rows: (R,) rows whose output is wanted, in order; all by default.
            row_blocks: The sentences of those rows, block by block the same.

        Returns:
            (T, d), or (R, d) with `rows`.
        """
        width = x.shape[1]
        if rows is None or row_blocks is None:
            query, keys = self.qkv(x).split([width, 2 * width], dim=1)
            row_blocks, residual = blocks, x
        else:
            weight, bias = self.qkv.weight, self.qkv.bias
            residual = x.index_select(0, rows)
            query = functional.linear(residual, weight[:width], bias[:width])
            keys = functional.linear(x, weight[width:], bias[width:])
        # `split`, not slices: the gradient of many slices is as many zero-filled matrices.
        *queries, spare = query.split(_sizes(query, row_blocks))
        *keys, _ = keys.split(_sizes(keys, blocks))
        parts = zip(queries, keys, row_blocks, blocks, strict=True)
        context = torch.cat([*(self._attend(*part, dropout) for part in parts), spare])
        attended = self.attention_out(context)
        x = self.attention_norm((dropout(attended) if dropout else attended) + residual)
        output = self.contract(functional.gelu(self.expand(x)))
        return self.output_norm((dropout(output) if dropout else output) + x)

    def _attend(
        self,
        query: torch.Tensor,
        keys: torch.Tensor,
        asking: Block,
        asked: Block,
        dropout: Dropout | None,
    ) -> torch.Tensor:
        """Attention within one block: (r, d) queries, (t, 2d) keys and values -> (r, d)."""
        batch, length = asked.real.shape
        q = self._spread(query, asking, 1)[0]
        k, v = self._spread(keys, asked, 2)
        scores = torch.bmm(q, k.transpose(1, 2)) * q.shape[-1] ** -0.5
        scores = scores.view(self.heads, batch, -1, length)
        attention_probs = scores.masked_fill_(~asked.real[None, :, None, :], float("-inf")).softmax(
            dim=-1
        )
        if dropout is not None:
            attention_probs = dropout(attention_probs)
        context = torch.bmm(attention_probs.view(self.heads * batch, -1, length), v)
        context = context.view(self.heads, -1, v.shape[-1]).index_select(1, asking.occupied)
        return context.transpose(0, 1).reshape(len(asking.occupied), -1)

    def _spread(self, x: torch.Tensor, block: Block, parts: int) -> torch.Tensor:
        """(t, parts * d) packed -> (parts, heads * B, L, d / heads), heads outermost.

        With the heads first, heads and sentences are one dimension of a contiguous tensor, which is what a
        batched matrix product wants: no further copy.
        """
        batch, length = block.real.shape
        heads = x.view(len(x), parts * self.heads, -1).transpose(0, 1)
        return heads.index_select(1, block.cells).view(parts, self.heads * batch, length, -1)


def _sizes(x: torch.Tensor, blocks: Blocks) -> list[int]:
    """Rows of each block, and how many are left over."""
    sizes = [block.rows for block in blocks]
    return [*sizes, len(x) - sum(sizes)]


class UpperLayers(nn.Module):
    """The trainable layers, bottom to top.

    Args:
        layers: At least one.
        freeze: How many layers of the encoder are below them.
    """

    def __init__(self, layers: list[Layer], freeze: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.freeze = freeze
        self.width = layers[0].qkv.in_features

    def forward(
        self,
        x: torch.Tensor,
        blocks: Blocks,
        rows: torch.Tensor,
        row_blocks: Blocks,
        dropout: Dropout | None = None,
    ) -> torch.Tensor:
        """(T, d) trunk output -> (R, d) top output at `rows`.

        Both numbers are rounded up inside (`batch.rounded`), with rows that no other row sees.
        """
        wanted = len(rows)
        x = functional.pad(x, (0, 0, 0, rounded(len(x), ROUND) - len(x)))
        rows = functional.pad(rows, (0, rounded(wanted, ROUND) - wanted))
        for layer in self.layers[:-1]:
            x = layer(x, blocks, dropout)
        return self.layers[-1](x, blocks, dropout, rows, row_blocks)[:wanted]

    def pretrained_state(self) -> dict[str, torch.Tensor]:
        """The layers' tensors under their names in a `transformers` BERT."""
        state = {}
        for index, layer in enumerate(self.layers, start=self.freeze):
            prefix = f"encoder.layer.{index}."
            for kind in ("weight", "bias"):
                parts = getattr(layer.qkv, kind).detach().chunk(3)
                for part, values in zip(_PARTS, parts, strict=True):
                    state[f"{prefix}attention.self.{part}.{kind}"] = values
                for ours, theirs in _HF.items():
                    state[f"{prefix}{theirs}.{kind}"] = getattr(getattr(layer, ours), kind).detach()
        return state


def load_upper(folder: Path, freeze: int) -> UpperLayers | StackLayers:
    """Loads the layers above the frozen ones from an encoder folder, and nothing else of it.

    Only these tensors are read (the word embeddings, most of the file, are not), and transformers is not
    imported: this is what a student cell starts with. Encoders of other types go the general way.

    Args:
        folder: Written by `encoder.prepare`, or by `export.write` with a head on top.
        freeze: How many layers to leave out at the bottom.
    """
    config = read_json(folder / "config.json")
    if not is_packed(config):
        from xnerbench.learning.layers import stack

        return stack.load_upper(folder, freeze)
    layers = []
    with safe_open(folder / "model.safetensors", framework="pt") as weights:
        prefix = _prefix(weights)
        for index in range(freeze, config["num_hidden_layers"]):
            layer = Layer(
                config["hidden_size"],
                config["num_attention_heads"],
                config["intermediate_size"],
                config["layer_norm_eps"],
            )
            layer.load_state_dict(_layer_state(weights, f"{prefix}encoder.layer.{index}."))
            layers.append(layer)
    return UpperLayers(layers, freeze)


def _prefix(weights: safe_open) -> str:
    """What stands before an encoder's names in a model with a head, such as `bert.`."""
    first = "encoder.layer.0.output.dense.weight"
    return next(key for key in weights.keys() if key.endswith(first)).removesuffix(first)  # noqa: SIM118


def _layer_state(weights: safe_open, prefix: str) -> dict[str, torch.Tensor]:
    state = {}
    for kind in ("weight", "bias"):
        parts = [weights.get_tensor(f"{prefix}attention.self.{p}.{kind}") for p in _PARTS]
        state[f"qkv.{kind}"] = torch.cat(parts)
        for ours, theirs in _HF.items():
            state[f"{ours}.{kind}"] = weights.get_tensor(f"{prefix}{theirs}.{kind}")
    return state
