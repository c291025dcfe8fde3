"""Scores of relations between pairs of words: a biaffine head that is used in training only."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional


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

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """The words of one sentence (words, d) -> scores (words, words, relations)."""
        h, g = (functional.pad(side, (0, 1), value=1.0) for side in self.sides(states))
        return torch.einsum("ia,rab,jb->ijr", h, self.pairs, g)


def relation_loss(scores: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over all cells, with those of a relation and those of none each half of the weight.

    Nearly all cells are empty; unweighted, a head that says `none` everywhere would be nearly right.
    A sentence without a relation is the plain mean.

    Args:
        scores: (words, words, relations).
        grid: int64 (words, words), as of `relations.encode`.
    """
    if grid.numel() == 0:
        return scores.sum()
    each = functional.cross_entropy(scores.flatten(0, 1), grid.flatten(), reduction="none")
    related = grid.flatten() > 0
    if not related.any() or related.all():
        return each.mean()
    return 0.5 * each[related].mean() + 0.5 * each[~related].mean()
