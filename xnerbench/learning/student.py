"""The student: a fresh (or teacher-initialised) tagger trained on soft labels of a target's unlabelled text."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import numpy as np
import torch

from xnerbench.learning import tagger
from xnerbench.learning.activations import Activations
from xnerbench.learning.batch import Batch
from xnerbench.learning.labels import Mixture
from xnerbench.learning.seeding import stream
from xnerbench.learning.spec import EncoderSpec
from xnerbench.learning.training import Outcome, Recipe, train
from xnerbench.methods import MethodInfo

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def loss_of(info: MethodInfo) -> Loss:
    """The loss that a method names as `module:function`."""
    module, _, function = info.loss.partition(":")
    return getattr(importlib.import_module(module), function)


def soft_loss(mixture: Mixture, loss: Loss) -> Callable[[torch.Tensor, Batch], torch.Tensor]:
    """A loss against a mixture of soft labels, looked up by a batch's entries."""

    def value(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        soft = torch.from_numpy(mixture.at(batch.entries.numpy())).to(logits.device)
        return loss(logits, soft)

    return value


def train_student(
    encoder: EncoderSpec,
    n_labels: int,
    pool: Activations,
    subset: np.ndarray,
    loss: Callable[[torch.Tensor, Batch], torch.Tensor],
    recipe: Recipe,
    target: str,
    seed: int,
    start: tagger.Tagger | None = None,
) -> tuple[tagger.Tagger, Outcome]:
    """Trains a student on the first sentences of a permutation.

    The random streams are named by the target only: students of all methods, sizes and budgets with one seed
    start from the same head, which makes their comparison a paired one.

    Args:
        encoder: Where the pretrained layers are.
        n_labels: Size of the label set.
        pool: The target's unlabelled text.
        subset: Indices of its sentences to train on.
        loss: Maps (logits, batch) to a scalar.
        recipe: Optimiser and schedule.
        target: The target language.
        seed: The student seed.
        start: A teacher to start from; a fresh tagger by default.

    Raises:
        TrainingFailed: The loss is not finite, or no sentence has a labelled word.
    """
    model = start or tagger.fresh(
        encoder.folder, encoder.freeze, n_labels, stream(seed, "student", target, "head")
    )
    outcome = train(
        model,
        pool,
        subset,
        loss,
        recipe,
        stream(seed, "student", target, "training"),
        encoder.device,
        encoder.precision,
    )
    return model, outcome
