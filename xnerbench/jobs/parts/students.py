"""What a cell's tagger is made from: its teachers, its text, its recipe."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xnerbench.errors import InputError
from xnerbench.jobs.parts.texts import text_of
from xnerbench.jobs.parts.upstream import encoder_spec, load_teacher, open_activations, succeeded
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.layers.tensors import read_record
from xnerbench.learning.students import student
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import agreement, labels
from xnerbench.learning.training.loop import Outcome
from xnerbench.learning.training.recipe import Recipe
from xnerbench.methods.options import OPTIMISER
from xnerbench.storage.artifacts import read_json, read_parquet, sha256_file
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, joined
from xnerbench.study.needs import needs_of

UNTRAINED = {"steps": 0, "train_seconds": 0.0, "final_loss": None}


@dataclass
class Made:
    """A cell's tagger, or the mixture that stands for one.

    Attributes:
        spec: The encoder.
        model: The tagger; None where a mixture of teachers is applied.
        teachers: The teachers' probabilities by text; None where the cell has none of its own.
        heldout: Indices of pool sentences that the cell did not train on.
        cost: What training took, for the record.
        inputs: Digests of everything read.
        settings: What of the configuration decided it.
    """

    spec: EncoderSpec
    model: tagger.Tagger | None = None
    teachers: dict[str, labels.Mixture] | None = None
    heldout: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    cost: dict[str, Any] = field(default_factory=lambda: dict(UNTRAINED))
    inputs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def stamp(self) -> dict[str, Any]:
        """The provenance part of the cell's record."""
        return stamp(self.inputs, self.settings)


def applied(config: Config, layout: Layout, cell: Cell) -> Made:
    """A teacher, or the mixture of several, as it is."""
    made = Made(encoder_spec(config, layout))
    if cell.info.applies == "mixture":
        made.teachers = _mixtures(layout, cell, made.inputs)
        return made
    made.model, record = load_teacher(layout, made.spec, cell.sources, cell.teacher_seed)
    made.inputs["teacher"] = record["digest"]
    made.model.to(made.spec.device)
    return made


def make(config: Config, layout: Layout, cell: Cell) -> Made:
    """Trains a cell's student.

    Raises:
        InputError: The pool is smaller than the cell's size.
        UpstreamFailed: Something that it needs failed.
        TrainingFailed: The loss is not finite, or there is nothing to train on.
    """
    made, training = _prepared(config, layout, cell)
    model, outcome = student.trainer_of(cell.info)(training)
    made.model, made.cost = model, _cost(outcome)
    return made


def make_branches(config: Config, layout: Layout, cells: Sequence[Cell]) -> Iterator[Made]:
    """The students of one training, in order of updates; each is trained on when the next one is asked for."""
    made, training = _prepared(config, layout, cells[0])
    updates = [each.updates or 0 for each in cells]
    for number, model, outcome in student.branch_students(training, updates):
        settings = {**made.settings, "updates": number}
        yield dataclasses.replace(
            made, model=model, cost=_cost(outcome), inputs=dict(made.inputs), settings=settings
        )


def _cost(outcome: Outcome) -> dict[str, Any]:
    return {
        "steps": outcome.steps,
        "train_seconds": outcome.seconds,
        "final_loss": outcome.final_loss,
        "words_seen": outcome.words,
        **outcome.told,
    }


def recipe_of(config: Config, cell: Cell) -> Recipe:
    """The study's recipe for students with what the method sets of its own."""
    values: dict[str, Any] = {}
    if cell.budget != "steps":
        values["min_steps"] = 0
    for name in OPTIMISER:
        if (own := cell.info.option(name)) is not None:
            values[name] = own
    return Recipe.of(config.student, **values)


def _prepared(config: Config, layout: Layout, cell: Cell) -> tuple[Made, student.Training]:
    """What training a cell's student reads, and what its record says of it."""
    info, made = cell.info, Made(encoder_spec(config, layout))
    inputs = made.inputs
    start = None
    if info.init == "teacher":
        start, record = load_teacher(layout, made.spec, cell.sources, cell.teacher_seed)
        inputs["teacher"] = record["digest"]
    subset_path = layout.subset(cell.target, cell.subset_seed)
    order = read_parquet(subset_path)[0]["position"].to_numpy()
    inputs["subset"] = sha256_file(subset_path)
    if cell.n > len(order):
        raise InputError(
            f"{cell.n} sentences asked for, the pool of {cell.target} has {len(order)}",
            "sizes",
            f"Use sizes up to {len(order)}",
        )
    made.teachers = _mixtures(layout, cell, inputs)
    made.heldout = agreement.heldout(order, cell.n)
    soft = made.teachers["pool"] if made.teachers else None
    text = text_of(config, layout, cell, made.spec, order, soft, inputs)
    recipe, names = recipe_of(config, cell), tagger.label_names(config.labels)
    made.settings = {
        "recipe": dataclasses.asdict(recipe),
        "method": info.facts(),
        "labels": names,
        "precision": made.spec.precision,
        "freeze": made.spec.freeze,
    }
    return made, student.Training(
        made.spec, info, names, text, recipe, cell.target, cell.student_seed, start
    )


def _mixtures(
    layout: Layout, cell: Cell, inputs: dict[str, str]
) -> dict[str, labels.Mixture] | None:
    """The mixture of the cell's teachers for the pool and for the test set; None without a teacher.

    Weights per sentence are those of the pool's sentences; the test set has their mean.
    """
    needs = needs_of(cell)
    if not needs.softlabels:
        return None
    parts = []
    for target, sources, seed in needs.softlabels:
        path = layout.softlabels(target, sources, seed)
        what = f"the soft labels of {joined(sources)} for {target}"
        record = succeeded(read_record(path), what)
        parts.append(labels.read_soft(path)[0])
        own = f".s{seed}" if cell.teacher_seeds else ""
        inputs[f"softlabels.{joined(sources)}{own}"] = record["digest"]
    alpha = mean = labels.uniform(len(parts))
    sentence_of = None
    for key in needs.weights:
        weights = succeeded(read_json(layout.weights(*key)), f"the weights for {cell.target}")
        inputs["weights"] = weights["digest"]
        mean = np.asarray(weights["alpha"])
        alpha = np.asarray(weights["alpha_per_sentence"] or weights["alpha"])
        if alpha.ndim == 2 and cell.info.trains_student:
            sentence_of = labels.sentence_of(open_activations(layout, cell.target, "pool"))
    if sentence_of is None:
        alpha = mean
    return {
        "pool": labels.Mixture([part["pool"] for part in parts], alpha, sentence_of),
        "test": labels.Mixture([part["test"] for part in parts], mean),
    }
