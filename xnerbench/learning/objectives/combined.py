"""Objectives that add something to distillation: a few gold tags, a list of names, mixing."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from xnerbench.data.gazetteer import match, vote
from xnerbench.learning.objectives.mixing import mix, partners, proportion
from xnerbench.learning.objectives.objective import (
    UNLABELLED,
    Context,
    Objective,
    Output,
    Seen,
    distil,
)


def few_and_soft(context: Context) -> Objective:
    """The soft loss on all words plus `gold_weight` times the cross-entropy on those that have a gold label."""
    soft_loss, weight = distil(context), context.options["gold_weight"]

    def objective(output: Output, seen: Seen) -> torch.Tensor:
        assert seen.gold is not None
        value = soft_loss(output, seen)
        if weight and bool((seen.gold != UNLABELLED).any()):
            own = functional.cross_entropy(output.logits, seen.gold, ignore_index=UNLABELLED)
            value = value + weight * own
        return value

    return objective


def gazetteer(context: Context) -> Objective:
    """Distillation with the soft labels of listed names moved towards their types."""
    soft_loss, weight = distil(context), context.options["vote"]
    names = context.names or {}
    longest = max(map(len, names), default=0)

    def objective(output: Output, seen: Seen) -> torch.Tensor:
        assert seen.soft is not None and seen.words is not None
        sentence = seen.sentence.cpu().numpy()
        soft = seen.soft.cpu().numpy().copy()
        for rows in np.split(np.arange(len(sentence)), np.flatnonzero(np.diff(sentence)) + 1):
            tags = match([seen.words[row] for row in rows], names, longest)
            soft[rows] = vote(soft[rows], tags, context.labels, weight)
        moved = torch.from_numpy(soft).to(seen.soft.device)
        return soft_loss(output, Seen(seen.batch, moved, seen.gold, seen.second, seen.words))

    return objective


def mixed(context: Context) -> Objective:
    """Distillation on mixed words: with a linear head, mixing the top states is mixing the logits."""
    soft_loss, alpha = distil(context), context.options["alpha"]
    rng = context.draws

    def objective(output: Output, seen: Seen) -> torch.Tensor:
        assert seen.soft is not None
        partner = torch.from_numpy(partners(seen.sentence.cpu().numpy(), rng))
        share = proportion(alpha, rng)
        logits, soft = mix(output.logits, seen.soft, partner.to(output.logits.device), share)
        return soft_loss(Output(logits, output.hidden), Seen(seen.batch, soft))

    return objective
