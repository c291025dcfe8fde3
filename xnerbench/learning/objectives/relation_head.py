"""Scores relations between the words of sentences, and learns them: a biaffine of two small projections.

W2NER's scorer has convolutions on top; for a loss that only shapes the encoder the biaffine is enough.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence


class RelationScorer(nn.Module):
    """s_ij = [h_i; 1] W_r [g_j; 1] with h, g = GELU of a linear layer, for each relation r.

    Args:
        width: Of the words' states.
        relations: Number of relations, 2 + entity types.
        inner: Width of h and g.
        seed: Decides the initial weights.
    """

    def __init__(
        self, width: int, relations: int, seed: np.random.SeedSequence, inner: int = 64
    ) -> None:
        super().__init__()
        self.tail = nn.Linear(width, inner)
        self.head = nn.Linear(width, inner)
        self.pairs = nn.Parameter(torch.empty(relations, inner + 1, inner + 1))
        rng = np.random.default_rng(seed)
        with torch.no_grad():
            for name, value in self.named_parameters():
                scale = 0.0 if name.endswith("bias") else 0.02
                value.copy_(torch.from_numpy(rng.normal(0.0, 1.0, tuple(value.shape)) * scale))

    def sides(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(words, d) -> h and g, (words, inner) each."""
        return functional.gelu(self.tail(states)), functional.gelu(self.head(states))

    def forward(self, sides: tuple[torch.Tensor, torch.Tensor], lengths: list[int]) -> torch.Tensor:
        """Scores of all pairs of words of each sentence.

        Args:
            sides: As of `sides`, the sentences one after the other.
            lengths: Words of each sentence.

        Returns:
            (cells, relations): the cells of the first sentence's grid row by row, then those of the second.
        """
        h, g = (functional.pad(side, (0, 1), value=1.0) for side in sides)
        left = torch.einsum("wa,rab->wrb", h, self.pairs)
        rows = pad_sequence(list(left.split(lengths)), batch_first=True)
        columns = pad_sequence(list(g.split(lengths)), batch_first=True)
        scores = torch.einsum("sirb,sjb->sijr", rows, columns)
        inside = torch.arange(rows.shape[1], device=h.device) < torch.tensor(
            lengths, device=h.device
        ).unsqueeze(1)
        return scores[inside.unsqueeze(2) & inside.unsqueeze(1)]


def relation_loss(scores: torch.Tensor, grids: list[np.ndarray]) -> torch.Tensor:
    """Cross-entropy over the cells of each sentence, mean over sentences that have a word.

    In a sentence the cells with and without a relation have half of the weight each: nearly all are empty, and
    unweighted a head that says `none` everywhere would be nearly right. A sentence without a relation is the plain
    mean.

    Args:
        scores: (cells, relations), as of `RelationScorer`.
        grids: int64 (words, words) of each sentence, as of `relations.encode`.
    """
    grids = [grid for grid in grids if grid.size]
    if not grids:
        return scores.sum()
    weights = torch.from_numpy(np.concatenate([_weights(grid) for grid in grids]))
    cells = torch.from_numpy(np.concatenate([grid.ravel() for grid in grids]))
    each = functional.cross_entropy(scores.float(), cells.to(scores.device), reduction="none")
    return (each * weights.to(scores.device)).sum() / len(grids)


def _weights(grid: np.ndarray) -> np.ndarray:
    """float32 (cells,), summing to one."""
    related = grid.ravel() > 0
    count = int(related.sum())
    if count in (0, related.size):
        return np.full(related.size, 1.0 / related.size, dtype=np.float32)
    return np.where(related, 0.5 / count, 0.5 / (related.size - count)).astype(np.float32)
