"""Gold source sentences in every update of a student."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from xnerbench.learning.layers.batch import Batch, gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.objectives import losses
from xnerbench.learning.students.student import SourceText, Training, prepared, run
from xnerbench.learning.taggers import tagger
from xnerbench.learning.training.loop import Outcome


def rows_of(source: SourceText, size: int, seed: np.random.SeedSequence) -> Iterator[np.ndarray]:
    """Batches of source sentences without end, in random epochs of whole batches; sentences without words never."""
    usable = np.flatnonzero(np.diff(source.activations.word_offsets) > 0)
    size = min(size, len(usable))
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(usable)
        for begin in range(0, len(order) - size + 1, size):
            yield order[begin : begin + size]


def train_joint(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """As `student.train_student`, with `source_weight` times the source's cross-entropy in every update."""
    model, own_step, also = prepared(training)
    source, weight = training.text.source, training.method.option("source_weight")
    assert source is not None
    batches = rows_of(source, training.recipe.batch_size, training.stream("source"))

    def step(model: tagger.Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        value = own_step(model, batch, dropout)
        if not weight:
            return value
        other = gather(source.activations, next(batches)).to(batch.hidden.device)
        logits = model(other, dropout)
        return value + weight * losses.gold(logits, source.gold[other.entries].to(logits.device))

    return model, run(training, model, step, also)
