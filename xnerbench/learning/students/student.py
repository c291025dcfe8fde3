"""The student: a fresh (or teacher-initialised) tagger trained on a target's text."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
)
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import Mixture
from xnerbench.learning.training.loop import Outcome, Step, train, train_branches
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


def trainer_of(method: Method) -> Callable[..., tuple[tagger.Tagger, Outcome]]:
    """What trains a method's students: `train_student`, or a function of its arguments that the method names."""
    if not method.trainer:
        return train_student
    module, _, function = method.trainer.partition(":")
    return getattr(importlib.import_module(module), function)


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
        words = _words(text, entries.numpy())
    return Seen(batch, soft, gold, second, words)


def _words(text: Text, entries: np.ndarray) -> list[str]:
    assert text.words is not None
    sentences = np.searchsorted(text.pool.word_offsets, entries, side="right") - 1
    places = zip(sentences, text.pool.word[entries], strict=True)
    return [text.words[sentence][word] for sentence, word in places]


def train_student(
    encoder: EncoderSpec,
    method: Method,
    names: list[str],
    text: Text,
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
        method: Its objective, options and needs.
        names: The label names, as of `tagger.label_names`.
        text: What is trained on.
        recipe: Optimiser and schedule.
        target: The target language.
        seed: The student seed.
        start: A teacher to start from; a fresh tagger by default.

    Raises:
        TrainingFailed: The loss is not finite, or no sentence has a labelled word.
    """
    model, step, also = prepared(encoder, method, names, text, target, seed, start)
    return model, run(encoder, text, recipe, target, seed, model, step, also)


def run(
    encoder: EncoderSpec,
    text: Text,
    recipe: Recipe,
    target: str,
    seed: int,
    model: tagger.Tagger,
    step: Step,
    also: Sequence[torch.nn.Parameter],
) -> Outcome:
    """Trains a prepared student in place, on the random stream that all methods of a target share.

    Args:
        encoder: Device and precision.
        text: What is trained on.
        recipe: Optimiser and schedule.
        target: The target language.
        seed: The student seed.
        model: The tagger.
        step: An update's loss.
        also: Further parameters that are trained with the tagger.
    """
    purpose = stream(seed, "student", target, "training")
    return train(
        model,
        text.pool,
        text.subset,
        step,
        recipe,
        purpose,
        encoder.device,
        encoder.precision,
        also,
    )


def branch_students(
    encoder: EncoderSpec,
    method: Method,
    names: list[str],
    text: Text,
    recipe: Recipe,
    target: str,
    seed: int,
    updates: Sequence[int],
    start: tagger.Tagger | None = None,
) -> Iterator[tuple[int, tagger.Tagger, Outcome]]:
    """Students of several numbers of updates from one training; arguments as of `train_student`.

    Yields:
        Updates, tagger and cost; the tagger is trained on when the next one is asked for.
    """
    model, step, also = prepared(encoder, method, names, text, target, seed, start)
    purpose = stream(seed, "student", target, "training")
    for number, outcome in train_branches(
        model,
        text.pool,
        text.subset,
        step,
        recipe,
        purpose,
        updates,
        encoder.device,
        encoder.precision,
        also,
    ):
        yield number, model, outcome


def prepared(
    encoder: EncoderSpec,
    method: Method,
    names: list[str],
    text: Text,
    target: str,
    seed: int,
    start: tagger.Tagger | None,
) -> tuple[tagger.Tagger, Step, list[torch.nn.Parameter]]:
    """The tagger to train, an update's loss, and the objective's own parameters."""
    model, objective, also = begun(encoder, method, names, text, target, seed, start)
    return model, step_of(objective, text, "second" in method.needs), also


def begun(
    encoder: EncoderSpec,
    method: Method,
    names: list[str],
    text: Text,
    target: str,
    seed: int,
    start: tagger.Tagger | None,
) -> tuple[tagger.Tagger, Objective, list[torch.nn.Parameter]]:
    """The tagger to train, the method's objective, and the objective's own parameters."""
    model = start or tagger.fresh(
        encoder.folder, encoder.freeze, len(names), stream(seed, "student", target, "head")
    )
    model.to(encoder.device)
    context = Context(
        options=method.chosen,
        labels=names,
        width=model.head.in_features,
        seed=stream(seed, "student", target, "objective"),
        dictionary=text.dictionary,
        names=text.names,
    )
    objective = objective_of(method, context)
    also = [parameter.to(encoder.device) for parameter in parameters_of(objective)]
    return model, objective, also
