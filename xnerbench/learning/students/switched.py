"""Training on source text and its code-switched copies with contrasts, after MCL-NER (Mo et al., AAAI 2024).

The paper's code and hyper-parameters are not public: relations are W2NER's, the contrasts InfoNCE and SupCon, the
weights our own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import torch

from xnerbench.augment import Pool, augment
from xnerbench.data.dictionaries import Dictionary
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import Batch, gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.objectives import losses
from xnerbench.learning.objectives.contrast_heads import Heads, View
from xnerbench.learning.objectives.objective import Output
from xnerbench.learning.students.joint import rows_of
from xnerbench.learning.students.student import Text, Training, begun, run, seen_of
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import Mixture, gold_labels, uniform
from xnerbench.learning.teachers.teacher import ConcatActivations
from xnerbench.learning.training.loop import Outcome
from xnerbench.methods import Method

SURE = 0.9
"""A target sentence's relations are contrasted where the teacher gives every word's tag this probability at least."""


def train_switched(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Trains with L_T + w_R L_R + w_S L_S + w_C L_C on the source, and the method's loss on the pool where it has one.

    L_T is the cross-entropy on source sentences and their copies, L_R that of the relations, L_S the contrast of a
    sentence with its copy among those of the batch, L_C that of the relations' cells. The pool decides which
    translations can be switched in.
    """
    method, text = training.method, training.text
    batches = source_batches(training)
    pairs = Pairs.of(training, np.unique(np.concatenate(batches)))
    model, objective, also, _ = begun(training)
    heads = Heads(model.head.in_features, training.names, text.types, training.stream("heads"))
    heads.to(training.encoder.device)
    weights = tuple(
        method.option(f"{name}_weight") for name in ("relation", "semantic", "contrast")
    )
    cells = np.random.default_rng(training.stream("cells"))
    drawn: Iterator[np.ndarray] = iter(batches)

    def step(model: tagger.Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        value: torch.Tensor | float = 0.0
        own, sure = None, None
        if text.soft is not None:
            output = Output(*model.output(batch, dropout))
            seen = seen_of(text, batch)
            value = objective(output, seen)
            if method.option("target_views"):
                own, sure = _target(batch, output, seen.soft)
        both = pairs.batch(next(drawn)).to(batch.hidden.device)
        logits, hidden = model.output(both, dropout)
        gold = pairs.gold[both.entries]
        value = value + losses.gold(logits, gold.to(logits.device))
        if any(weights):
            view = View.of(both, hidden, gold.numpy())
            value = value + heads.loss(view, weights, cells, own, sure)
        return value

    # Without soft labels the pool only counts the updates: a teacher of the source learns nothing from it.
    also = [*also, *heads.parameters()] if any(weights) else also
    return model, run(training, model, step, also)


def train_contrasted(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """As `train_switched` from a teacher of the same kind, which also gives the soft labels (`own_teacher`).

    That teacher makes as many updates as its student, and their times are added up; updates are the student's.
    """
    if not training.method.option("own_teacher"):
        return train_switched(training)
    text, precision = training.text, training.encoder.precision
    teacher, first = train_switched(training.on(soft=None))
    soft = tagger.probabilities(teacher, text.pool, precision, np.sort(text.subset))
    own = dataclasses.replace(training.on(soft=Mixture([soft], uniform(1))), start=teacher)
    model, second = train_switched(own)
    return model, dataclasses.replace(second, seconds=first.seconds + second.seconds)


def source_batches(training: Training) -> list[np.ndarray]:
    """The source sentences of every update."""
    assert training.text.source is not None
    size = training.recipe.batch_size
    drawn = rows_of(training.text.source, size, training.stream("source"))
    return [next(drawn) for _ in range(training.updates)]


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Source sentences beside their code-switched copies.

    Attributes:
        both: The source's text, then the copies.
        gold: int64 (W,), labels of both. A switched word may be split otherwise, so copies have labels of their own.
        copied: Sorted numbers of the source sentences that have a copy.
        sentences: Sentences of the source.
    """

    both: ConcatActivations
    gold: torch.Tensor
    copied: np.ndarray
    sentences: int

    @classmethod
    def of(cls, training: Training, copied: np.ndarray) -> Pairs:
        """Makes the copies of some sentences and runs the frozen layers over them, spaced as the originals are.

        The draws depend on the seed and the target only, so the ablations of an arm have the same copies.
        """
        text, source = training.text, training.text.source
        assert source is not None and text.encode is not None
        words = switched_words(training.method, text, training.stream("switch"), copied)
        copies: Activations = text.encode.at(spaced=text.source_spaced)(words)
        own = gold_labels(copies, [source.tags[sentence] for sentence in copied], training.names)
        gold = torch.cat([source.gold, torch.from_numpy(own)])
        both = ConcatActivations([source.activations, copies])
        return cls(both, gold, copied, len(source.activations))

    def batch(self, rows: np.ndarray) -> Batch:
        """Source sentences, and their copies in the same order."""
        copies = self.sentences + np.searchsorted(self.copied, rows)
        return gather(self.both, np.concatenate([rows, copies]))


def switched_words(
    method: Method, text: Text, seed: np.random.SeedSequence, sentences: np.ndarray
) -> list[list[str]]:
    """Some of the source's sentences, code-switched with translations that occur in the cell's own part of the pool."""
    assert text.source is not None and text.dictionary is not None and text.words is not None
    pool = {word for sentence in text.subset for word in text.words[sentence]}
    pairs = [(word, other) for word, found in text.dictionary.items() for other in found]
    dictionary = Dictionary(pairs).within(pool)
    draw, order = seed.spawn(2)
    if method.option("shuffled"):
        dictionary = dictionary.shuffled(np.random.default_rng(order))
    made = augment(
        Pool(text.source.words, text.source.tags, dictionary),
        "code-switch",
        int(draw.generate_state(1)[0]),
        options={"rate": method.option("switch_rate")},
        sentences=sentences.tolist(),
    )
    return [each.words for each in made]


def _target(batch: Batch, output: Output, soft: torch.Tensor | None) -> tuple[View, np.ndarray]:
    """The target's sentences of a batch with the teacher's most likely tags, and which of them it is sure of."""
    assert soft is not None
    highest, label = soft.cpu().max(dim=1)
    view = View.of(batch, output.hidden, label.numpy())
    edges = np.cumsum(view.lengths)[:-1]
    parts = np.split(highest.numpy() >= SURE, edges)
    return view, np.asarray([bool(part.all()) for part in parts])
