"""The trainable upper layers of a post-norm BERT, on packed rows.

The same arithmetic as `transformers.models.bert.modeling_bert.BertLayer` (tests compare the two), with three
savings that change no result: no padding outside attention, one matrix product for query, key and value, and
in the last layer queries and feed-forward only for the rows that are asked for (first subwords of words).
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional

from xnerbench.artifacts import read_json
from xnerbench.learning.batch import Grid
from xnerbench.learning.dropout import Dropout

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
        grid: Grid,
        dropout: Dropout | None = None,
        rows: torch.Tensor | None = None,
        row_grid: Grid | None = None,
    ) -> torch.Tensor:
        """Applies the layer.

        Args:
            x: (T, d) packed rows.
            grid: The sentences of the T rows.
            dropout: Applied to attention probabilities and both sublayers' outputs; none at inference.
            rows: (R,) rows whose output is wanted; all by default.
            row_grid: The sentences of those rows.

        Returns:
            (T, d), or (R, d) with `rows`.
        """
        width = x.shape[1]
        if rows is None:
            query, key, value = self.qkv(x).split(width, dim=1)
            row_grid, residual = grid, x
        else:
            weight, bias = self.qkv.weight, self.qkv.bias
            residual = x.index_select(0, rows)
            query = functional.linear(residual, weight[:width], bias[:width])
            key, value = functional.linear(x, weight[width:], bias[width:]).split(width, dim=1)
        context = self._attend(query, key, value, row_grid, grid, dropout)
        attended = self.attention_out(context)
        x = self.attention_norm((dropout(attended) if dropout else attended) + residual)
        output = self.contract(functional.gelu(self.expand(x)))
        return self.output_norm((dropout(output) if dropout else output) + x)

    def _attend(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        query_grid: Grid,
        key_grid: Grid,
        dropout: Dropout | None,
    ) -> torch.Tensor:
        q, k, v = (
            self._spread(part, grid)
            for part, grid in ((query, query_grid), (key, key_grid), (value, key_grid))
        )
        hidden = key_grid.real.logical_not()[:, None, None, :]
        if dropout is None:
            context = functional.scaled_dot_product_attention(q, k, v, attn_mask=~hidden)
        else:
            scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
            chances = scores.masked_fill(hidden, float("-inf")).softmax(dim=-1)
            context = dropout(chances) @ v
        packed = context.transpose(1, 2).reshape(-1, query.shape[1])
        return packed[query_grid.real.view(-1).nonzero().squeeze(1)]

    def _spread(self, x: torch.Tensor, grid: Grid) -> torch.Tensor:
        """(T, d) packed -> (B, heads, L, d / heads)."""
        batch, length = grid.rows.shape
        padded = x.index_select(0, grid.rows.view(-1))
        return padded.view(batch, length, self.heads, -1).transpose(1, 2)


class UpperLayers(nn.Module):
    """The trainable layers, bottom to top."""

    def __init__(self, layers: list[Layer]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(
        self,
        x: torch.Tensor,
        grid: Grid,
        rows: torch.Tensor,
        row_grid: Grid,
        dropout: Dropout | None = None,
    ) -> torch.Tensor:
        """(T, d) trunk output -> (R, d) top output at `rows`."""
        for layer in self.layers[:-1]:
            x = layer(x, grid, dropout)
        return self.layers[-1](x, grid, dropout, rows, row_grid)


def load_upper(folder: Path, freeze: int) -> UpperLayers:
    """Loads the layers above the frozen ones from an encoder folder, and nothing else of it.

    Only these tensors are read (the word embeddings, most of the file, are not), and transformers is not
    imported: this is what a student cell starts with.
    """
    config = read_json(folder / "config.json")
    layers = []
    with safe_open(folder / "model.safetensors", framework="pt") as weights:
        for index in range(freeze, config["num_hidden_layers"]):
            layer = Layer(
                config["hidden_size"],
                config["num_attention_heads"],
                config["intermediate_size"],
                config["layer_norm_eps"],
            )
            layer.load_state_dict(_layer_state(weights, f"encoder.layer.{index}."))
            layers.append(layer)
    return UpperLayers(layers)


def _layer_state(weights: safe_open, prefix: str) -> dict[str, torch.Tensor]:
    state = {}
    for kind in ("weight", "bias"):
        parts = [
            weights.get_tensor(f"{prefix}attention.self.{p}.{kind}")
            for p in ("query", "key", "value")
        ]
        state[f"qkv.{kind}"] = torch.cat(parts)
        for ours, theirs in _HF.items():
            state[f"{ours}.{kind}"] = weights.get_tensor(f"{prefix}{theirs}.{kind}")
    return state
