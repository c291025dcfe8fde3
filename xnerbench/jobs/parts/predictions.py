"""What a cell's tagger says of the test set: its tags, how sure it is, and how far it agrees with its teachers."""

from __future__ import annotations

from typing import Any

import numpy as np

from xnerbench.jobs.parts.students import Made
from xnerbench.jobs.parts.upstream import open_activations
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import agreement, labels
from xnerbench.scoring import signals
from xnerbench.storage.artifacts import read_parquet
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout


def tags_of(
    config: Config, layout: Layout, cell: Cell, made: Made
) -> tuple[list[list[str]], dict[str, Any]]:
    """The tags of the test set, and how far a student agrees with its teachers there and on held-out text.

    Returns:
        One list of tags per test sentence; `fidelity_test`, `fidelity_heldout`, `collapsed` and
        `teacher_entities` of a student that has teachers, and of every student `signals` by text, of the test
        set and of held-out text. No gold tag is read.
    """
    names = tagger.label_names(config.labels)
    test = open_activations(layout, cell.target, "test")
    made.inputs["test"] = test.record["digest"]
    lengths = [len(row) for row in read_parquet(layout.test(cell.target))[0]["words"].to_pylist()]

    def tags(choices: np.ndarray) -> list[list[str]]:
        return labels.predicted_tags(test, choices, lengths, names)

    whole = np.arange(len(test.first))
    if made.model is None:
        assert made.teachers is not None
        return tags(made.teachers["test"].at(whole).argmax(axis=1)), {}
    said = tagger.probabilities(made.model, test, made.spec.precision)
    own = tags(said.argmax(axis=1))
    told = (
        {"signals": {"test": signals.of_text(said, config.labels)}}
        if cell.info.trains_student
        else {}
    )
    if made.teachers is None:
        return own, told
    student_tags = {"test": own}
    teacher_tags = {"test": tags(made.teachers["test"].at(whole).argmax(axis=1))}
    if len(made.heldout):
        pool = open_activations(layout, cell.target, "pool")
        probabilities = tagger.probabilities(made.model, pool, made.spec.precision, made.heldout)
        entries = np.concatenate(_entries(pool, made.heldout))
        told["signals"]["heldout"] = signals.of_text(probabilities[entries], config.labels)
        student_tags["heldout"] = _rows(pool, made.heldout, names, probabilities.__getitem__)
        teacher_tags["heldout"] = _rows(pool, made.heldout, names, made.teachers["pool"].at)
    return own, told | agreement.summary(student_tags, teacher_tags)


def _rows(pool: Activations, sentences: np.ndarray, names: list[str], at: Any) -> list[list[str]]:
    """Tags of some pool sentences at their labelled words; `at` maps entries to probabilities."""
    return [
        [names[choice] for choice in at(own).argmax(axis=1)] for own in _entries(pool, sentences)
    ]


def _entries(pool: Activations, sentences: np.ndarray) -> list[np.ndarray]:
    """The labelled words of some sentences, as places in the text's arrays."""
    offsets = pool.word_offsets
    return [np.arange(offsets[s], offsets[s + 1]) for s in sentences]
