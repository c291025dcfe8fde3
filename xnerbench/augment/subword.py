"""Subword sampling (Kudo, 2018; xTune): other segmentations of the same words.

The library's own sampling takes no seed, so segmentations are drawn here: the n best of a word by dynamic
programming over the Unigram pieces, one of them with probability proportional to P(segmentation)^alpha.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Mapping

import numpy as np

from xnerbench.augment.registry import register_augmentation
from xnerbench.augment.text import Augmented, Pool, unchanged
from xnerbench.errors import InputError

MARK = "▁"  # SentencePiece's mark of a word's beginning
LONGEST = 16  # characters of a piece in the XLM-R vocabulary

Segmentation = tuple[float, tuple[str, ...]]


def best_segmentations(
    text: str, pieces: Mapping[str, float], count: int, longest: int = LONGEST
) -> list[Segmentation]:
    """The `count` most probable segmentations of a text, best first: log probability and pieces.

    Empty where the pieces cannot make the text. Equal probabilities are ordered by their pieces.
    """
    ends: list[list[Segmentation]] = [[(0.0, ())]]
    for end in range(1, len(text) + 1):
        found: list[Segmentation] = []
        for start in range(max(0, end - longest), end):
            score = pieces.get(text[start:end])
            if score is not None:
                piece = (text[start:end],)
                found += [(before + score, path + piece) for before, path in ends[start]]
        ends.append(heapq.nsmallest(count, found, key=lambda one: (-one[0], one[1])))
    return ends[-1]


@register_augmentation("subword")
def subword(
    pool: Pool,
    sentence: int,
    rng: np.random.Generator,
    rate: float = 0.3,
    alpha: float = 0.3,
    best: int = 64,
) -> Augmented:
    """Draws the segmentation of each word with probability `rate`; the others are left to the tokenizer.

    Args:
        pool: With the tokenizer's pieces.
        sentence: Its number.
        rng: The sentence's own generator.
        rate: Share of words that are sampled.
        alpha: Exponent of the segmentations' probabilities; 0 is uniform, large values the best one.
        best: Among how many segmentations one is drawn.

    Raises:
        InputError: There are no pieces.
    """
    if not pool.pieces:
        raise InputError(
            "subword sampling needs a Unigram vocabulary",
            "encoder",
            "name an encoder with a SentencePiece Unigram tokenizer",
        )
    table = _Table(pool.pieces)
    drawn: list[list[str]] = []
    for word in pool.words[sentence]:
        sampled = rng.random() < rate
        found = _found(table, pool.mark + word, best) if sampled else []
        if not found:  # not sampled, or written with signs that the pieces lack
            drawn.append([])
            continue
        scores = alpha * np.asarray([score for score, _ in found])
        weights = np.exp(scores - scores.max())
        drawn.append(list(found[rng.choice(len(found), p=weights / weights.sum())][1]))
    return Augmented(list(pool.words[sentence]), unchanged(pool, sentence), drawn)


class _Table:
    """A vocabulary that can be a cache's key: the same object is the same table."""

    def __init__(self, pieces: Mapping[str, float]) -> None:
        self.pieces = pieces

    def __hash__(self) -> int:
        return id(self.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Table) and self.pieces is other.pieces


@functools.lru_cache(maxsize=50_000)
def _found(table: _Table, text: str, best: int) -> list[Segmentation]:
    return best_segmentations(text, table.pieces, best)
