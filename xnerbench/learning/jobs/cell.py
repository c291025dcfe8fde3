"""One cell of the grid: train, predict, write."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from xnerbench.errors import InputError
from xnerbench.learning import labels, process, student, tagger, teacher
from xnerbench.learning.activations import Activations, read_record
from xnerbench.learning.jobs.guard import failing, succeeded
from xnerbench.learning.jobs.trained import load_teacher, training_recipe
from xnerbench.learning.jobs.upstream import encoder_spec, open_activations
from xnerbench.learning.spec import EncoderSpec
from xnerbench.storage.artifacts import read_json, read_parquet, sha256_file, write_parquet
from xnerbench.storage.provenance import stamp
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, joined


def run(config: Config, layout: Layout, cell: Cell) -> None:
    """`cells/<cell.id>.parquet`: trains (unless the method only applies a teacher), predicts, writes."""
    path = layout.cell(cell)
    identity = {
        "method": cell.method,
        "sources": joined(cell.sources),
        "target": cell.target,
        "budget": cell.budget,
        "n": cell.n,
        "seed": cell.seed,
        "teacher_seed": cell.teacher_seed,
        "subset_seed": cell.subset_seed,
        "student_seed": cell.student_seed,
        "init": cell.info.init,
        "encoder": config.encoder.name,
    }

    def failed(record: dict[str, Any]) -> None:
        write_parquet(path, _predictions([], [], []), identity | record)

    with failing(layout, "cell", cell.id, failed):
        if (same := _trained_as_twin(config, layout, cell)) is not None:
            write_parquet(path, same[0], same[1] | identity)
            return
        start = time.perf_counter()
        process.one_thread()
        spec = encoder_spec(config, layout)
        model, cost, inputs, settings = _tagger_of(config, layout, spec, cell)
        test = open_activations(layout, cell.target, "test")
        table, _ = read_parquet(layout.test(cell.target))
        words = table["words"].to_pylist()
        choices = tagger.probabilities(model, test, spec.precision).argmax(axis=1)
        names = tagger.label_names(config.labels)
        tags = labels.predicted_tags(test, choices, [len(row) for row in words], names)
        inputs["test"] = test.record["digest"]
        record = {"status": "ok", "reason": "", "seconds": time.perf_counter() - start}
        record |= {"peak_mb": process.peak_memory_mb()} | cost | stamp(inputs, settings)
        ids = table["sentence_id"].to_pylist()
        write_parquet(path, _predictions(ids, words, tags), identity | record)


def _trained_as_twin(
    config: Config, layout: Layout, cell: Cell
) -> tuple[pa.Table, dict[str, Any]] | None:
    """Predictions and record of the cell that was trained just so under the other budget, if there is one.

    Sentences without a subword do not count as training text. Should so many be left out that the
    floor decided after all (or should the twin have failed), the cell is trained here.
    """
    twin = grid.twin(config, cell)
    if twin is None:
        return None
    table, record = read_parquet(layout.cell(twin))
    if record["status"] != "ok" or record["steps"] <= config.student.min_steps:
        return None
    return table, record | {"twin": twin.id}


def _predictions(ids: list[int], words: list[list[str]], tags: list[list[str]]) -> pa.Table:
    strings = pa.list_(pa.string())
    return pa.table(
        {
            "sentence_id": pa.array(ids, pa.int64()),
            "words": pa.array(words, strings),
            "tags": pa.array(tags, strings),
        }
    )


def _tagger_of(
    config: Config, layout: Layout, spec: EncoderSpec, cell: Cell
) -> tuple[tagger.Tagger, dict[str, Any], dict[str, str], dict[str, Any]]:
    """The cell's tagger, what training it cost, the digests of its inputs, and its settings."""
    info, inputs = cell.info, {}
    start = None
    if info.init != "pretrained":
        start, record = load_teacher(layout, spec, cell.sources, cell.teacher_seed)
        inputs["teacher"] = record["digest"]
        start.to(spec.device)
        if not info.trains_student:
            cost = {"steps": 0, "train_seconds": 0.0, "final_loss": None}
            return start, cost, inputs, {}
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
    names = tagger.label_names(config.labels)
    loss = _loss(layout, cell, pool, names, inputs)
    recipe = training_recipe(
        config.student, config.student.min_steps if cell.budget == "steps" else 0
    )
    model, outcome = student.train_student(
        spec,
        len(names),
        pool,
        np.array(order[: cell.n]),
        loss,
        recipe,
        cell.target,
        cell.student_seed,
        start,
    )
    settings = {"recipe": dataclasses.asdict(recipe), "loss": info.loss, "labels": names}
    settings |= {"precision": spec.precision, "freeze": spec.freeze}
    cost = {
        "steps": outcome.steps,
        "train_seconds": outcome.seconds,
        "final_loss": outcome.final_loss,
        "words_seen": outcome.words,
    }
    return model, cost, inputs, settings


def _loss(
    layout: Layout, cell: Cell, pool: Activations, names: list[str], inputs: dict[str, str]
) -> Callable[[Any, Any], Any]:
    """The cell's loss; adds the digests of the labels it reads to `inputs`."""
    info, needs = cell.info, grid.needs(cell)
    if info.reads_gold:
        gold_path = layout.gold(cell.target)
        tags = read_parquet(gold_path)[0]["tags"].to_pylist()
        inputs["gold"] = sha256_file(gold_path)
        return teacher.gold_loss(torch.from_numpy(labels.gold_labels(pool, tags, names)))
    parts = []
    for target, sources, seed in needs.softlabels:
        soft_path = layout.softlabels(target, sources, seed)
        record = succeeded(
            read_record(soft_path), f"the soft labels of {joined(sources)} for {target}"
        )
        parts.append(labels.read_soft(soft_path)[0])
        inputs[f"softlabels.{joined(sources)}"] = record["digest"]
    alpha, sentence_of = labels.uniform(len(parts)), None
    for key in needs.weights:
        weights = succeeded(read_json(layout.weights(*key)), f"the weights for {cell.target}")
        inputs["weights"] = weights["digest"]
        alpha = np.asarray(weights["alpha_per_sentence"] or weights["alpha"])
        sentence_of = labels.sentence_of(pool) if alpha.ndim == 2 else None
    mixture = labels.Mixture(parts, alpha, sentence_of)
    return student.soft_loss(mixture, student.loss_of(info))
