"""The teacher: a tagger trained on the labelled text of one source, or on the union of several."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import Batch
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.objectives import losses
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import gold_labels
from xnerbench.learning.training.loop import Outcome, Task, logit_loss, train
from xnerbench.learning.training.recipe import Recipe
from xnerbench.learning.training.seeding import stream


class ConcatActivations:
    """The texts of several languages behind the interface of one activation file.

    Only what training reads is offered. Sentences and words are numbered through.
    """

    def __init__(self, parts: list[Activations]) -> None:
        self.offsets = _chain([part.offsets for part in parts])
        self.word_offsets = _chain([part.word_offsets for part in parts])
        starts = np.cumsum([0, *(part.offsets[-1] for part in parts)])
        self.first = np.concatenate(
            [part.first + start for part, start in zip(parts, starts[:-1], strict=True)]
        )
        self.hidden = _Rows([part.hidden for part in parts], starts)

    def __len__(self) -> int:
        return len(self.offsets) - 1


class _Rows:
    """Row lookup over several memory-mapped matrices, without joining them in memory."""

    def __init__(self, matrices: list[np.ndarray], starts: np.ndarray) -> None:
        self.matrices, self.starts = matrices, starts
        self.shape = (int(starts[-1]), matrices[0].shape[1])

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        result = np.empty((len(rows), self.shape[1]), dtype=self.matrices[0].dtype)
        part = np.searchsorted(self.starts, rows, side="right") - 1
        for index, matrix in enumerate(self.matrices):
            mine = part == index
            result[mine] = matrix[rows[mine] - self.starts[index]]
        return result


def _chain(offsets: list[np.ndarray]) -> np.ndarray:
    ends, total = [np.zeros(1, dtype=np.int64)], 0
    for part in offsets:
        ends.append(np.asarray(part[1:]) + total)
        total += int(part[-1])
    return np.concatenate(ends)


def train_teacher(
    encoder: EncoderSpec,
    names: list[str],
    texts: list[tuple[Activations, list[list[str]]]],
    recipe: Recipe,
    languages: tuple[str, ...],
    seed: int,
) -> tuple[tagger.Tagger, Outcome]:
    """Trains a teacher with cross-entropy.

    Args:
        encoder: Where the pretrained layers are.
        names: The label set, as of `tagger.label_names`.
        texts: One (activations, gold tags) a source; several make one teacher on their union.
        recipe: Optimiser and schedule.
        languages: The sources, naming the random streams.
        seed: The teacher seed.

    Raises:
        TrainingFailed: The loss is not finite, or the text is empty.
    """
    gold = torch.from_numpy(
        np.concatenate([gold_labels(activations, tags, names) for activations, tags in texts])
    )
    text = (
        texts[0][0]
        if len(texts) == 1
        else ConcatActivations([activations for activations, _ in texts])
    )
    purpose = "+".join(languages)
    model = tagger.fresh(
        encoder.folder, encoder.freeze, len(names), stream(seed, "teacher", purpose, "head")
    )
    task = Task(
        model,
        text,
        np.arange(len(text)),
        logit_loss(gold_loss(gold)),
        recipe,
        stream(seed, "teacher", purpose, "training"),
        encoder.device,
        encoder.precision,
    )
    return model, train(task)


def gold_loss(gold: torch.Tensor) -> Callable[[torch.Tensor, Batch], torch.Tensor]:
    """Cross-entropy with labels (W,) looked up by a batch's entries."""

    def loss(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        return losses.gold(logits, gold[batch.entries].to(logits.device))

    return loss
