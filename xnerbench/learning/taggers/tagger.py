"""The tagger: trainable upper layers, dropout, one linear layer over IOB2 labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from xnerbench.learning.layers.batch import Batch, by_length, gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.tensors import map_tensors, read_record, write_tensors
from xnerbench.learning.layers.text import Sentences
from xnerbench.learning.layers.transformer import UpperLayers, load_upper

if TYPE_CHECKING:
    from xnerbench.learning.layers.stack import StackLayers

HEAD_STD = 0.02  # standard deviation of a fresh head, as BERT's initializer_range


def label_names(types: tuple[str, ...]) -> list[str]:
    """The label set: `O`, then `B-` and `I-` of every entity type in the study's order."""
    return ["O", *(f"{prefix}-{name}" for name in types for prefix in "BI")]


class Tagger(nn.Module):
    """Scores every labelled word of a batch against the label set."""

    def __init__(self, upper: UpperLayers | StackLayers, n_labels: int) -> None:
        super().__init__()
        self.upper = upper
        self.head = nn.Linear(upper.width, n_labels)

    def forward(self, batch: Batch, dropout: Dropout | None = None) -> torch.Tensor:
        """Returns float logits (W, labels) at first subwords; `dropout` only in training."""
        return self.output(batch, dropout)[0]

    def output(
        self, batch: Batch, dropout: Dropout | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits as of `forward`, and the states (W, d) that they come from."""
        x = self.upper(batch.hidden, batch.blocks, batch.first, batch.first_blocks, dropout)
        return self.head(dropout(x) if dropout else x).float(), x


def fresh(folder: Path, freeze: int, n_labels: int, seed: np.random.SeedSequence) -> Tagger:
    """A tagger with pretrained upper layers and a newly drawn head.

    The head is drawn from its own seeded stream, so it does not depend on what ran before.
    """
    tagger = Tagger(load_upper(folder, freeze), n_labels)
    values = np.random.default_rng(seed).normal(0.0, HEAD_STD, (n_labels, tagger.upper.width))
    with torch.no_grad():
        tagger.head.weight.copy_(torch.from_numpy(values))
        tagger.head.bias.zero_()
    return tagger


def save(path: Path, tagger: Tagger, record: dict[str, Any]) -> None:
    """Writes the trainable tensors with `record` in the header."""
    write_tensors(path, {k: v.detach().cpu().numpy() for k, v in trained(tagger)}, record)


def trained(tagger: Tagger) -> list[tuple[str, nn.Parameter]]:
    """The parameters that training changes, with their names."""
    return [(name, value) for name, value in tagger.named_parameters() if value.requires_grad]


def load(path: Path, folder: Path, freeze: int) -> tuple[Tagger, dict[str, Any]]:
    """Reads a saved tagger and its record."""
    state = {name: torch.from_numpy(np.array(value)) for name, value in map_tensors(path).items()}
    tagger = Tagger(load_upper(folder, freeze), len(state["head.bias"]))
    parameters = dict(trained(tagger))
    if parameters.keys() != state.keys():
        raise ValueError(f"{path} has other tensors than a tagger on this encoder")
    tagger.load_state_dict(state, strict=False)
    return tagger, read_record(path)


@torch.inference_mode()
def probabilities(
    tagger: Tagger,
    activations: Sentences,
    precision: str = "fp32",
    sentences: np.ndarray | None = None,
) -> np.ndarray:
    """Label probabilities of the labelled words of a text, dropout off.

    Args:
        tagger: Applied as it is.
        activations: The text.
        precision: `fp32`, or `bf16` for autocast.
        sentences: Indices of the sentences that are wanted; all by default.

    Returns:
        float32 (W, labels), in the order of `activations.first`; zeros where a sentence is not wanted.
    """
    device = next(tagger.parameters()).device
    tagger.eval()
    result = np.zeros((len(activations.first), tagger.head.out_features), dtype=np.float32)
    for rows in by_length(activations, sentences):
        batch = gather(activations, rows)
        if len(batch.entries) == 0:
            continue
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
            logits = tagger(batch.to(device))
        result[batch.entries.numpy()] = logits.softmax(dim=1).cpu().numpy()
    return result
