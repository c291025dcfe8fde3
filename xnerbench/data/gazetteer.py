"""Weak labels from lists of names: the longest match from the left, as a soft vote beside a teacher's labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from xnerbench.data import normalise
from xnerbench.data.readers.plain import phrase
from xnerbench.errors import InputError

Names = Mapping[tuple[str, ...], str]


def read_names(path: Path, types: Iterable[str], where: str) -> dict[tuple[str, ...], str]:
    """Reads a user's list: one `name<TAB>type` a line, the name's words separated by spaces.

    Words are cleaned as those of a pool are.

    Raises:
        InputError: A line has no type, or one that the study does not have.
    """
    known, names = list(types), {}
    for number, line in enumerate(normalise.read_lines(path, "utf-8", where, Counter()), 1):
        if not line.strip():
            continue
        name, _, kind = line.partition("\t")
        words = tuple(phrase(name).split())
        if kind.strip() not in known or not words:
            raise InputError(
                f"`{kind.strip()}` is no type of the study" if kind else "there is no type",
                f"{path}:{number}",
                f"write a name, a tab and one of {', '.join(known)}",
            )
        names[words] = kind.strip()
    return names


def match(words: list[str], names: Names, longest: int | None = None) -> list[str]:
    """IOB2 tags of one sentence: the longest name at each word, left to right; capitals must agree."""
    longest = longest or max(map(len, names), default=0)
    tags, word = ["O"] * len(words), 0
    while word < len(words):
        for length in range(min(longest, len(words) - word), 0, -1):
            kind = names.get(tuple(words[word : word + length]))
            if kind is not None:
                tags[word : word + length] = [f"B-{kind}", *[f"I-{kind}"] * (length - 1)]
                word += length
                break
        else:
            word += 1
    return tags


def vote(soft: np.ndarray, tags: list[str], names: list[str], weight: float) -> np.ndarray:
    """Soft labels (words, labels) moved towards the matches: (1 - weight) p + weight e_tag on matched words.

    A word that no list names keeps its labels: a list says what a name is, never what none is.
    """
    moved = soft.copy()
    for row, tag in enumerate(tags):
        if tag != "O":
            moved[row] *= 1.0 - weight
            moved[row, names.index(tag)] += weight
    return moved
