"""What a cell's tagger is made from: its teachers, its text, its recipe."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xnerbench.data.dictionaries import Dictionary, read_dictionary
from xnerbench.errors import InputError
from xnerbench.jobs.parts.upstream import encoder_spec, load_teacher, open_activations, succeeded
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations
from xnerbench.learning.layers.activations import Activations, read_record
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.students import student
from xnerbench.learning.students.student import Text
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import agreement, labels
from xnerbench.learning.training.loop import Outcome
from xnerbench.learning.training.recipe import Recipe
from xnerbench.storage.artifacts import read_json, read_parquet, sha256_file
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, joined
from xnerbench.study.needs import needs_of
from xnerbench.study.sections import DICTIONARIES

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
        kept: Temporary folders that its texts lie in.
    """

    spec: EncoderSpec
    model: tagger.Tagger | None = None
    teachers: dict[str, labels.Mixture] | None = None
    heldout: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    cost: dict[str, Any] = field(default_factory=lambda: dict(UNTRAINED))
    inputs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)

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
    made, text, recipe, start = _prepared(config, layout, cell)
    names = tagger.label_names(config.labels)
    model, outcome = student.trainer_of(cell.info)(
        made.spec, cell.info, names, text, recipe, cell.target, cell.student_seed, start
    )
    made.model, made.cost = model, _cost(outcome)
    return made


def make_branches(config: Config, layout: Layout, cells: Sequence[Cell]) -> Iterator[Made]:
    """The students of one training, in order of updates; each is trained on when the next one is asked for."""
    made, text, recipe, start = _prepared(config, layout, cells[0])
    cell, names = cells[0], tagger.label_names(config.labels)
    updates = [each.updates or 0 for each in cells]
    for number, model, outcome in student.branch_students(
        made.spec, cell.info, names, text, recipe, cell.target, cell.student_seed, updates, start
    ):
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
    }


def recipe_of(config: Config, cell: Cell) -> Recipe:
    """The study's recipe for students with what the method sets of its own."""
    values: dict[str, Any] = {}
    if cell.budget != "steps":
        values["min_steps"] = 0
    for name in ("learning_rate", "head_learning_rate", "schedule", "average"):
        if (own := cell.info.option(name)) is not None:
            values[name] = own
    return Recipe.of(config.student, **values)


def _prepared(
    config: Config, layout: Layout, cell: Cell
) -> tuple[Made, Text, Recipe, tagger.Tagger | None]:
    """Everything that training a cell's student reads."""
    info, made = cell.info, Made(encoder_spec(config, layout))
    inputs, needs = made.inputs, needs_of(cell)
    start = None
    if info.init == "teacher":
        start, record = load_teacher(layout, made.spec, cell.sources, cell.teacher_seed)
        inputs["teacher"] = record["digest"]
    pool = open_activations(layout, cell.target, "pool")
    inputs["pool"] = pool.record["digest"]
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
    text = Text(
        pool,
        np.array(order[: cell.n]),
        soft=made.teachers["pool"] if made.teachers and "soft" in info.needs else None,
        gold=_gold(config, layout, cell, pool, inputs) if needs.gold else None,
        words=read_parquet(layout.pool(cell.target))[0]["words"].to_pylist()
        if needs.pools
        else None,
        dictionary=_dictionary(config, layout, cell, inputs) if needs.dictionaries else None,
        source=_source(config, layout, cell, inputs) if needs.trains else None,
        teacher=load_teacher(layout, made.spec, cell.sources, cell.teacher_seed)[0]
        if "teacher" in info.needs
        else None,
        encode=_encode(config, made, cell.target),
        types=config.labels,
    )
    if (few := info.option("labelled")) is not None and text.gold is not None:
        text = student.with_few_labels(text, few)
    recipe = recipe_of(config, cell)
    made.settings = {
        "recipe": dataclasses.asdict(recipe),
        "method": info.facts(),
        "labels": tagger.label_names(config.labels),
        "precision": made.spec.precision,
        "freeze": made.spec.freeze,
    }
    return made, text, recipe, start


def _gold(
    config: Config, layout: Layout, cell: Cell, pool: Activations, inputs: dict[str, str]
) -> torch.Tensor:
    path = layout.gold(cell.target)
    tags = read_parquet(path)[0]["tags"].to_pylist()
    inputs["gold"] = sha256_file(path)
    return torch.from_numpy(labels.gold_labels(pool, tags, tagger.label_names(config.labels)))


def _dictionary(config: Config, layout: Layout, cell: Cell, inputs: dict[str, str]) -> Dictionary:
    source = config.dictionaries[cell.target]
    for path in config.dictionary_files(cell.target):
        inputs[f"dictionary.{path.name}"] = sha256_file(path)
    named = source if source in DICTIONARIES else str(config.path(source))
    return read_dictionary(named, cell.target, f"dictionaries.{cell.target}")


def _source(
    config: Config, layout: Layout, cell: Cell, inputs: dict[str, str]
) -> student.SourceText:
    (source,) = cell.sources
    encoded = open_activations(layout, source, "train")
    inputs["source"] = encoded.record["digest"]
    table = read_parquet(layout.train(source))[0]
    tags = table["tags"].to_pylist()
    gold = labels.gold_labels(encoded, tags, tagger.label_names(config.labels))
    return student.SourceText(encoded, torch.from_numpy(gold), table["words"].to_pylist(), tags)


def _encode(config: Config, made: Made, language: str) -> Callable[[list[list[str]]], Activations]:
    """Runs the frozen layers over new sentences; what they say lives as long as the process."""

    def run(sentences: list[list[str]]) -> Activations:
        spaced = config.corpora.languages[language].spaced
        tokenizer = load_tokenizer(made.spec.folder, spaced)
        tokenised = activations.tokenise(tokenizer, sentences, config.max_subwords)
        trunk = encoder.load_trunk(made.spec.folder, made.spec.freeze)
        hidden = activations.run_trunk(trunk, tokenised.ids, made.spec.precision)
        folder = tempfile.TemporaryDirectory()
        made.kept.append(folder)
        path = Path(folder.name) / "new.safetensors"
        numbers = np.arange(len(sentences))
        activations.write(path, hidden, tokenised, numbers, {"status": "ok"})
        return Activations(path)

    return run


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
