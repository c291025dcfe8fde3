"""Labels made elsewhere (a language model, another tool, a second annotator) for sentences of a pool.

CoNLL columns (a word, and a tag in the last column), or JSON lines: `{"words": [...], "tags": [...]}` for hard labels,
`{"words": [...], "probabilities": [{"O": 0.9, "B-PER": 0.1}, ...]}` for soft ones, one object a word.
Sentences are found by their words, so the file's order does not matter and it may label only some.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.data import normalise
from xnerbench.data.readers import conll
from xnerbench.errors import InputError

TOLERANCE = 1e-3  # of the sum of a word's probabilities, which were rounded when they were written


def read_annotations(path: Path, names: list[str], where: str) -> dict[tuple[str, ...], np.ndarray]:
    """Reads a file of labels.

    Args:
        path: `.jsonl` or `.json` for JSON lines, anything else for CoNLL columns.
        names: The study's labels: `O`, then `B-` and `I-` of every type.
        where: Configuration key, for messages.

    Returns:
        The words of each sentence to float32 (words, labels), rows summing to one.

    Raises:
        InputError: The file cannot be read, or a line has a label that is not the study's.
    """
    if path.suffix in (".jsonl", ".json"):
        return _read_json(path, names, where)
    text = conll.read(path, conll.Columns(), where)
    found = {}
    for words, tags in zip(text.words, text.tags or [], strict=True):
        found[tuple(words)] = _hard(tags, names, str(path))
    return found


def for_pool(
    annotations: dict[tuple[str, ...], np.ndarray], pool: list[list[str]]
) -> tuple[list[np.ndarray | None], int]:
    """The labels of each sentence of a pool (None where the file has none), and how many have some."""
    found = [annotations.get(tuple(words)) for words in pool]
    return found, sum(labels is not None for labels in found)


def _read_json(path: Path, names: list[str], where: str) -> dict[tuple[str, ...], np.ndarray]:
    found = {}
    for number, line in enumerate(normalise.read_lines(path, "utf-8", where, Counter()), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError("not a line of JSON", place, "write one object a line") from None
        words, labels = _entry(entry, place)
        clean = tuple(normalise.clean(word, Counter()) for word in words)
        if isinstance(labels[0], str):
            found[clean] = _hard(labels, names, place)
        else:
            found[clean] = _soft(labels, names, place)
    return found


def _entry(entry: Any, place: str) -> tuple[list[str], list[Any]]:
    words = entry.get("words") if isinstance(entry, dict) else None
    labels = (entry.get("tags") or entry.get("probabilities")) if words else None
    if (
        not isinstance(words, list)
        or not isinstance(labels, list)
        or not all(isinstance(word, str) for word in words)
    ):
        raise InputError(
            "there are no `words` with `tags` or `probabilities`", place, "write lists of both"
        )
    kinds = {type(label) for label in labels}
    if len(words) != len(labels) or kinds not in ({str}, {dict}):
        raise InputError(
            f"{len(words)} words and {len(labels)} labels", place, "write one label a word"
        )
    return words, labels


def _hard(tags: list[str], names: list[str], place: str) -> np.ndarray:
    rows = np.zeros((len(tags), len(names)), dtype=np.float32)
    for row, tag in enumerate(tags):
        rows[row, _index(tag, names, place)] = 1.0
    return rows


def _soft(labels: list[dict[str, Any]], names: list[str], place: str) -> np.ndarray:
    rows = np.zeros((len(labels), len(names)), dtype=np.float64)
    for row, word in enumerate(labels):
        for tag, value in word.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
                raise InputError(
                    f"{value!r} is not a probability", place, "write numbers from 0 to 1"
                )
            rows[row, _index(tag, names, place)] = value
        total = rows[row].sum()
        if not math.isclose(total, 1.0, abs_tol=TOLERANCE):
            raise InputError(
                f"the probabilities of word {row + 1} sum to {total:.4g}",
                place,
                "give every label of the word, so that they sum to 1",
            )
    return (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def _index(tag: str, names: list[str], place: str) -> int:
    if tag not in names:
        known = ", ".join(names)
        raise InputError(f"`{tag}` is no label of the study", place, f"use {known}")
    return names.index(tag)
