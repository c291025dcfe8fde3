"""The student: a fresh (or teacher-initialised) tagger trained on a target's text."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xnerbench.data.gazetteer import Names
from xnerbench.data.readers.parallel import Pair
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import Batch
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.objectives.objective import (
    UNLABELLED,
    Context,
    Dictionary,
    Objective,
    Output,
    Seen,
    objective_of,
    parameters_of,
    remembering,
)
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import Mixture
from xnerbench.learning.training.loop import Outcome, Remembering, Step, Task, train, train_branches
from xnerbench.learning.training.recipe import Recipe
from xnerbench.learning.training.seeding import stream
from xnerbench.methods import Method

if TYPE_CHECKING:
    from xnerbench.learning.encoders.frozen import FrozenLayers


@dataclass(frozen=True)
class SourceText:
    """The labelled text of a source.

    Attributes:
        activations: The frozen layers' output.
        gold: int64 (W,), its labels.
        words: Its sentences.
        tags: Their IOB2 tags.
    """

    activations: Activations
    gold: torch.Tensor
    words: list[list[str]]
    tags: list[list[str]]


@dataclass(frozen=True)
class Text:
    """A target's unlabelled text and what a method may read of it.

    Attributes:
        pool: The target's text.
        subset: Indices of the sentences to train on.
        soft: The teachers' probabilities of the pool's words; None for a method that reads none.
        gold: int64 (W,), the pool's gold labels, likewise.
        words: The pool's sentences as words, likewise.
        dictionary: Word of a source -> words of the target, likewise.
        names: Names as words -> entity type, likewise.
        source: The labelled text of the source, likewise.
        teacher: The source's teacher, likewise.
        pairs: Sentences of the source's language and their translations, likewise.
        encode: The frozen layers, for new sentences of the target.
        source_spaced: Whether the source's language is written with spaces.
        types: The study's entity types.
    """

    pool: Activations
    subset: np.ndarray
    soft: Mixture | None = None
    gold: torch.Tensor | None = None
    words: Sequence[Sequence[str]] | None = None
    dictionary: Dictionary | None = None
    names: Names | None = None
    source: SourceText | None = None
    teacher: tagger.Tagger | None = None
    pairs: Sequence[Pair] | None = None
    encode: FrozenLayers | None = None
    source_spaced: bool = True
    types: tuple[str, ...] = ()


def with_few_labels(text: Text, count: int) -> Text:
    """The text with gold labels on the first `count` sentences of the subset, and `UNLABELLED` elsewhere."""
    assert text.gold is not None
    kept = torch.full_like(text.gold, UNLABELLED)
    offsets = text.pool.word_offsets
    for sentence in text.subset[:count]:
        own = slice(int(offsets[sentence]), int(offsets[sentence + 1]))
        kept[own] = text.gold[own]
    return dataclasses.replace(text, gold=kept)


@dataclass(frozen=True)
class Training:
    """What a student is trained from: all that a trainer is given.

    The random streams are named by the target only: students of all methods, sizes and budgets with one seed
    start from the same head, which makes their comparison a paired one.

    Attributes:
        encoder: Where the pretrained layers are.
        method: Its objective, options and needs.
        names: The label names, as of `tagger.label_names`.
        text: What is trained on.
        recipe: Optimiser and schedule.
        target: The target language.
        seed: The student seed.
        start: A teacher to start from, trained in place; a fresh tagger where there is none.
    """

    encoder: EncoderSpec
    method: Method
    names: list[str]
    text: Text
    recipe: Recipe
    target: str
    seed: int
    start: tagger.Tagger | None = None

    @property
    def updates(self) -> int:
        """The updates of a student on the cell's sentences."""
        return self.recipe.steps(len(self.text.subset))

    def of(self, updates: int) -> Training:
        """The same with so many updates, whatever its sentences."""
        return dataclasses.replace(
            self, recipe=dataclasses.replace(self.recipe, epochs=0, min_steps=updates)
        )

    def on(self, **changes: Any) -> Training:
        """The same on a text of which something is changed."""
        return dataclasses.replace(self, text=dataclasses.replace(self.text, **changes))

    def stream(self, *purpose: str) -> np.random.SeedSequence:
        """The random stream that all methods of a target share for a purpose."""
        return stream(self.seed, "student", self.target, *purpose)

    def tagger(self) -> tagger.Tagger:
        """The tagger to train."""
        encoder, labels = self.encoder, len(self.names)
        return self.start or tagger.fresh(
            encoder.folder, encoder.freeze, labels, self.stream("head")
        )


Trainer = Callable[[Training], tuple[tagger.Tagger, Outcome]]


def trainer_of(method: Method) -> Trainer:
    """What trains a method's students: `train_student`, or a function like it that the method names."""
    if not method.trainer:
        return train_student
    module, _, function = method.trainer.partition(":")
    trainer: Trainer = getattr(importlib.import_module(module), function)
    return trainer


def step_of(objective: Objective, text: Text, second: bool) -> Step:
    """An update's loss: the tagger's output and what the method may see, given to its objective."""

    def step(model: tagger.Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        output = Output(*model.output(batch, dropout))
        again = Output(*model.output(batch, dropout)) if second else None
        return objective(output, seen_of(text, batch, again))

    return step


def seen_of(text: Text, batch: Batch, second: Output | None = None) -> Seen:
    """What an objective may see of a batch of the text."""
    device, entries = batch.hidden.device, batch.entries
    soft = gold = words = None
    if text.soft is not None:
        soft = torch.from_numpy(text.soft.at(entries.numpy())).to(device)
    if text.gold is not None:
        gold = text.gold[entries].to(device)
    if text.words is not None:
        words = words_of(text, entries.numpy())
    return Seen(batch, soft, gold, second, words)


def words_of(text: Text, entries: np.ndarray) -> list[str]:
    """The words of some labelled words of the pool, by their indices."""
    assert text.words is not None
    sentences = np.searchsorted(text.pool.word_offsets, entries, side="right") - 1
    places = zip(sentences, text.pool.word[entries], strict=True)
    return [text.words[sentence][word] for sentence, word in places]


def train_student(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Trains a student on the first sentences of a permutation.

    Raises:
        TrainingFailed: The loss is not finite, or no sentence has a labelled word.
    """
    model, step, also = prepared(training)
    return model, run(training, model, step, also)


def run(
    training: Training,
    model: tagger.Tagger,
    step: Step,
    also: Sequence[torch.nn.Parameter],
    *purpose: str,
) -> Outcome:
    """Trains a prepared student in place.

    Args:
        training: Its text, recipe, device and precision.
        model: The tagger.
        step: An update's loss.
        also: Further parameters that are trained with the tagger.
        *purpose: What sets the random stream apart from that of all methods, where a method trains more than once.
    """
    return train(_task(training, model, step, also, *purpose))


def _task(
    training: Training,
    model: tagger.Tagger,
    step: Step,
    also: Sequence[torch.nn.Parameter],
    *purpose: str,
) -> Task:
    return Task(
        model,
        training.text.pool,
        training.text.subset,
        step,
        training.recipe,
        training.stream("training", *purpose),
        training.encoder.device,
        training.encoder.precision,
        also,
    )


def branch_students(
    training: Training, updates: Sequence[int]
) -> Iterator[tuple[int, tagger.Tagger, Outcome]]:
    """Students of several numbers of updates from one training.

    Yields:
        Updates, tagger and cost; the tagger is trained on when the next one is asked for.
    """
    model, objective, also, remembers = begun(training)
    step = step_of(objective, training.text, "second" in training.method.needs)
    task = dataclasses.replace(_task(training, model, step, also), remembering=remembers)
    for number, outcome in train_branches(task, updates):
        yield number, model, outcome


def prepared(training: Training) -> tuple[tagger.Tagger, Step, list[torch.nn.Parameter]]:
    """The tagger to train, an update's loss, and the objective's own parameters."""
    model, objective, also, _ = begun(training)
    return model, step_of(objective, training.text, "second" in training.method.needs), also


def begun(
    training: Training,
) -> tuple[tagger.Tagger, Objective, list[torch.nn.Parameter], list[Remembering]]:
    """The tagger to train, the method's objective, the objective's own parameters, and what it remembers."""
    method, device = training.method, training.encoder.device
    model = training.tagger()
    model.to(device)
    context = Context(
        options=method.chosen,
        labels=training.names,
        width=model.head.in_features,
        seed=training.stream("objective"),
        dictionary=training.text.dictionary,
        names=training.text.names,
    )
    objective = objective_of(method, context)
    if isinstance(objective, torch.nn.Module):
        objective.to(device)
    also = parameters_of(objective)
    for parameter in also:  # in place, also where the objective is no module
        parameter.data = parameter.data.to(device)
    return model, objective, also, remembering(objective, context)
