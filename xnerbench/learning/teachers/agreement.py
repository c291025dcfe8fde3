"""Agreement of two taggings of one text: a student's with its teacher's, without any gold tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xnerbench.data import tags as tagging

COLLAPSED = 0.05
"""A student has collapsed when it predicts fewer than this share of the entities that its teacher predicts."""


def entity_f1(tags: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> float | None:
    """Strict entity F1 in 0..100 of tags against reference tags; None where neither has an entity."""
    shared = own = theirs = 0
    for row, other in zip(tags, reference, strict=True):
        found, wanted = set(tagging.entities(row)), set(tagging.entities(other))
        shared, own, theirs = shared + len(found & wanted), own + len(found), theirs + len(wanted)
    return 200.0 * shared / (own + theirs) if own + theirs else None


def entities_of(tags: Sequence[Sequence[str]]) -> int:
    """The number of entities in a tagged text."""
    return sum(len(tagging.entities(row)) for row in tags)


def collapsed(tags: Sequence[Sequence[str]], teacher: Sequence[Sequence[str]]) -> bool:
    """Whether a student has collapsed; never where its teacher finds nothing either."""
    return entities_of(tags) < COLLAPSED * entities_of(teacher)


def heldout(order: np.ndarray, n: int, most: int = 500) -> np.ndarray:
    """The last `most` pool sentences (indices) of a permutation, less those among its first n.

    The same sentences for every size that leaves them out, whatever other sizes a study has.
    """
    return np.asarray(order[max(n, len(order) - most) :])


def summary(
    student: dict[str, list[list[str]]], teacher: dict[str, list[list[str]]]
) -> dict[str, Any]:
    """The agreement's part of a cell's record.

    Args:
        student: Tags by text, `test` and perhaps `heldout`.
        teacher: The teacher's (or mixture's) tags of the same texts.
    """
    found: dict[str, Any] = {
        f"fidelity_{name}": entity_f1(student[name], teacher[name]) for name in student
    }
    # An untested target has no test set; held-out text says the same, if less of it.
    text = "test" if student["test"] or "heldout" not in student else "heldout"
    found["collapsed"] = collapsed(student[text], teacher[text])
    found["teacher_entities"] = entities_of(teacher["test"])
    return found
