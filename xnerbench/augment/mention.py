"""Mention replacement (Dai & Adel, COLING 2020): a mention gives way to another of its type."""

from __future__ import annotations

import numpy as np

from xnerbench.augment.registry import register_augmentation
from xnerbench.augment.text import Augmented, Pool
from xnerbench.data.tags import entities
from xnerbench.errors import InputError


@register_augmentation("mention")
def mention(pool: Pool, sentence: int, rng: np.random.Generator, rate: float = 0.3) -> Augmented:
    """Replaces each mention with probability `rate` by one drawn uniformly from the pool's others of its type.

    The length may change. New words carry the labels that they have where they were taken from.

    Raises:
        InputError: The pool has no tags.
    """
    if pool.tags is None:
        raise InputError("mention replacement needs tags", "augment", "name a teacher")
    words: list[str] = []
    origin: list[tuple[int, int]] = []

    def take(source: int, start: int, end: int) -> None:
        words.extend(pool.words[source][start:end])
        origin.extend((source, word) for word in range(start, end))

    done = 0
    for kind, start, end in entities(pool.tags[sentence]):
        take(sentence, done, start)
        done = end
        here = pool.words[sentence][start:end]
        draw = rng.random()
        others = [place for place in pool.mentions[kind] if _text(pool, place) != here]
        if draw < rate and others:
            take(*others[rng.integers(len(others))])
        else:
            take(sentence, start, end)
    take(sentence, done, len(pool.words[sentence]))
    return Augmented(words, np.asarray(origin, dtype=np.int64).reshape(-1, 2))


def _text(pool: Pool, place: tuple[int, int, int]) -> list[str]:
    sentence, start, end = place
    return pool.words[sentence][start:end]
