"""Contrastive losses and the projection that they compare in.

SupCon: Khosla et al. (2020), as ContProto uses it; InfoNCE: van den Oord et al. (2018), in both directions.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from xnerbench.learning.training.seeding import draw_linear

TEMPERATURE = 0.07


class Projection(nn.Module):
    """(N, width) -> (N, out), rows of length one: linear, GELU, linear, as contrastive losses want it."""

    def __init__(self, width: int, seed: np.random.SeedSequence, out: int = 128) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, out)
        draw_linear((self.inner, self.outer), np.random.default_rng(seed))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Projects and normalises; a zero row stays zero."""
        return functional.normalize(self.outer(functional.gelu(self.inner(states))), dim=1)


def sentence_means(states: torch.Tensor, sentence: torch.Tensor, count: int) -> torch.Tensor:
    """(W, d) word states -> (count, d), the mean of each sentence's words; zero for a sentence without any."""
    sums = states.new_zeros(count, states.shape[1]).index_add(0, sentence, states)
    words = torch.bincount(sentence, minlength=count).clamp(min=1)
    return sums / words[:, None]


def info_nce(
    left: torch.Tensor,
    right: torch.Tensor,
    temperature: float = TEMPERATURE,
    others: torch.Tensor | None = None,
) -> torch.Tensor:
    """-log of the softmax of row i's pair among all rows, mean over rows and both directions.

    Args:
        left: (B, d), rows of length one.
        right: (B, d), row i is the other view of row i of `left`. Detach a side to leave it alone.
        temperature: Divides the similarities.
        others: (N, d), rows without a pair: negatives of every row of both sides.
    """
    if len(left) == 0:
        return left.sum() + right.sum()
    scores = left @ right.T
    ways = [(left, scores), (right, scores.T)]
    if others is not None:
        ways = [(side, torch.cat([known, side @ others.T], dim=1)) for side, known in ways]
    pairs = torch.arange(len(left), device=left.device)
    values = [functional.cross_entropy(known / temperature, pairs) for _, known in ways]
    return torch.stack(values).mean()


def supervised_contrast(
    rows: torch.Tensor, classes: torch.Tensor, temperature: float = TEMPERATURE
) -> torch.Tensor:
    """L_i = -mean over same-class p of log(exp(z_i z_p / t) / sum over a != i of exp(z_i z_a / t)); mean of L_i.

    Rows whose class has no other row are left out; where that is all of them the loss is zero, with a
    gradient path.

    Args:
        rows: (N, d), of length one.
        classes: int (N,).
        temperature: Divides the similarities.
    """
    own = torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    positive = (classes[:, None] == classes[None, :]) & ~own
    counts = positive.sum(dim=1)
    if not (counts > 0).any():
        return rows.sum() * 0.0
    scores = (rows @ rows.T / temperature).masked_fill(own, float("-inf"))
    logs = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    sums = torch.where(positive, logs, torch.zeros_like(logs)).sum(dim=1)
    used = counts > 0
    return -(sums[used] / counts[used]).mean()
