"""A teacher on an encoder that was adapted to the target's text before: masked words first, then the source's tags.

The usual advice for languages that pretraining saw little of, at the same n as distillation. Only the trained layers
are adapted, since the frozen ones' output is computed once for all; output embeddings are tied to the encoder's.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from xnerbench.learning.encoders.frozen import FrozenLayers
from xnerbench.learning.layers.activations import Activations, Tokenised
from xnerbench.learning.layers.batch import Batch
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.students.student import Training, run
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.teacher import gold_loss
from xnerbench.learning.training.loop import Outcome, Task, logit_loss, train


class MaskedWords(nn.Module):
    """Scores of the subwords that occur: LayerNorm(GELU(W h)) E' + b, with rows of the encoder's embeddings as E.

    Args:
        embeddings: float32 (V, d); not trained.
        seed: Decides the initial transform.
    """

    def __init__(self, embeddings: np.ndarray, seed: np.random.SeedSequence) -> None:
        super().__init__()
        width = embeddings.shape[1]
        self.dense, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(len(embeddings)))
        self.register_buffer("embeddings", torch.from_numpy(embeddings))
        values = np.random.default_rng(seed).normal(0.0, 0.02, (width, width))
        with torch.no_grad():
            self.dense.weight.copy_(torch.from_numpy(values))
            self.dense.bias.zero_()

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """(M, d) -> (M, V)."""
        return self.norm(functional.gelu(self.dense(hidden))) @ self.embeddings.T + self.bias


@dataclasses.dataclass(frozen=True)
class Masked:
    """Text with masked subwords.

    Attributes:
        text: Its activations; the masked subwords stand where labelled words do elsewhere.
        label: int64 (M,), which of `ids` each masked subword was.
        ids: int64 (V,), the subwords that occur.
    """

    text: Activations
    label: np.ndarray
    ids: np.ndarray


def mask(
    frozen: FrozenLayers, plain: list[list[int]], rate: float, rng: np.random.Generator
) -> Masked:
    """Masks subwords as BERT does: of those chosen 80 % become the mask, 10 % another one that occurs, 10 % stay.

    Args:
        frozen: Frozen layers and the id of a masked subword.
        plain: Subwords of each sentence, special tokens included; one without others has nothing masked.
        rate: Share of the subwords that are chosen, at least one of a sentence.
        rng: Every choice.
    """
    ids, label = np.unique(
        np.concatenate([np.empty(0), *(row[1:-1] for row in plain)]).astype(np.int64),
        return_inverse=True,
    )
    changed, first, places, offsets, labels = [], [], [], [0], []
    start = seen = 0
    for row in plain:
        inner = len(row) - 2
        chosen = np.flatnonzero(rng.random(inner) < rate)
        if inner > 0 and not len(chosen):
            chosen = rng.integers(inner, size=1)
        new = list(row)
        for place, what in zip(chosen.tolist(), rng.random(len(chosen)), strict=True):
            if what < 0.8:
                new[place + 1] = frozen.mask
            elif what < 0.9:
                new[place + 1] = int(ids[rng.integers(len(ids))])
        changed.append(new)
        first.extend((start + 1 + chosen).tolist())
        places.extend(chosen.tolist())
        labels.extend(label[seen + chosen].tolist())
        offsets.append(len(first))
        start, seen = start + len(row), seen + max(0, inner)
    tokenised = Tokenised.of(changed, first, offsets, places)
    return Masked(frozen.run(tokenised), np.asarray(labels, dtype=np.int64), ids)


def train_adapted(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Adapts the trained layers to n sentences, then trains them on the source's gold tags.

    The second part makes the updates that a student on n sentences makes; the first `mask_updates` come before, and
    their times are added. With none of them this is a teacher of so many updates: the control.
    """
    source = training.text.source
    assert source is not None
    model = training.tagger()
    seconds, told = 0.0, {}
    if training.method.option("mask_updates"):
        first = _adapt(training, model)
        seconds, told = first.seconds, {"mask_loss": first.final_loss}
    whole = np.arange(len(source.activations))
    own = training.on(pool=source.activations, subset=whole).of(training.updates)
    outcome = run(own, model, logit_loss(gold_loss(source.gold)), ())
    return model, dataclasses.replace(outcome, seconds=seconds + outcome.seconds, told=told)


def _adapt(training: Training, model: tagger.Tagger) -> Outcome:
    """Trains the layers to guess masked subwords of the target's sentences and, in a share, of the source's."""
    method, text, recipe = training.method, training.text, training.recipe
    assert text.source is not None and text.words is not None and text.encode is not None
    rng = np.random.default_rng(training.stream("mask"))
    number = method.option("mask_updates") * recipe.batch_size
    others = round(method.option("source_share") * number)
    own = [list(text.words[each]) for each in _drawn(text.subset, number - others, rng)]
    theirs = [
        text.source.words[each] for each in _drawn(np.arange(len(text.source.words)), others, rng)
    ]
    plain = text.encode.tokenise(own).ids
    plain += text.encode.at(spaced=text.source_spaced).tokenise(theirs).ids
    masked = mask(text.encode, plain, method.option("mask_rate"), rng)
    head = MaskedWords(text.encode.embeddings(masked.ids), training.stream("mask head"))
    head.to(training.encoder.device)
    label = torch.from_numpy(masked.label)

    def step(model: tagger.Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        _, hidden = model.output(batch, dropout)
        return functional.cross_entropy(head(hidden), label[batch.entries].to(hidden.device))

    masking = dataclasses.replace(
        recipe,
        epochs=0,
        min_steps=method.option("mask_updates"),
        learning_rate=method.option("mask_learning_rate"),
        head_learning_rate=method.option("mask_head_learning_rate"),
    )
    task = Task(
        model,
        masked.text,
        np.arange(len(masked.text)),
        step,
        masking,
        training.stream("masked words"),
        training.encoder.device,
        training.encoder.precision,
        list(head.parameters()),
    )
    return train(task)


def _drawn(sentences: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """So many sentences in random epochs."""
    whole = [rng.permutation(sentences) for _ in range(-(-number // len(sentences)))]
    return np.concatenate([np.empty(0, dtype=np.int64), *whole])[:number].astype(np.int64)
