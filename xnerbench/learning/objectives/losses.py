"""The losses of teacher, student and controls, at first subwords only.

Shapes: logits (W, L), soft labels (W, L) with rows summing to one, gold labels (W,). An empty batch gives a
zero that still has a gradient path, so a step on it changes nothing.
"""

from __future__ import annotations

import torch
from torch.nn import functional


def mean_squared_error(logits: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
    """Wu et al. (2020): squared distance of the probability vectors, mean over words and labels."""
    if logits.numel() == 0:
        return logits.sum()
    return functional.mse_loss(logits.softmax(dim=1), soft)


def kl_divergence(logits: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
    """KL(teacher || student), mean over words: the usual distillation loss at temperature 1."""
    if logits.numel() == 0:
        return logits.sum()
    return functional.kl_div(logits.log_softmax(dim=1), soft, reduction="batchmean")


def hard(logits: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
    """Cross-entropy against the soft labels' argmax, on the same words as the soft losses."""
    if logits.numel() == 0:
        return logits.sum()
    return functional.cross_entropy(logits, soft.argmax(dim=1))


def gold(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy against gold labels: teachers, and the supervised control."""
    if logits.numel() == 0:
        return logits.sum()
    return functional.cross_entropy(logits, labels)
