"""What an augmentation reads and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from xnerbench.data.dictionaries import Dictionary
from xnerbench.data.tags import entities


@dataclass(frozen=True)
class Pool:
    """The sentences that may be augmented, and nothing of the text beyond them.

    Attributes:
        words: One list a sentence.
        tags: IOB2 tags, gold of a source or a teacher's guesses; None where none are known.
        dictionary: From the text's language to the one switched to; None where none is given.
        pieces: A Unigram tokenizer's pieces and their log probabilities; empty where not needed.
        mark: What the tokenizer puts before a word; empty for languages written without spaces.
    """

    words: list[list[str]]
    tags: list[list[str]] | None = None
    dictionary: Dictionary | None = None
    pieces: Mapping[str, float] = field(default_factory=dict)
    mark: str = ""

    @cached_property
    def mentions(self) -> dict[str, list[tuple[int, int, int]]]:
        """The distinct mentions of every type: where each stands first, (sentence, start, end)."""
        found: dict[str, dict[tuple[str, ...], tuple[int, int, int]]] = {}
        for sentence, tags in enumerate(self.tags or []):
            for kind, start, end in entities(tags):
                mention = tuple(self.words[sentence][start:end])
                found.setdefault(kind, {}).setdefault(mention, (sentence, start, end))
        return {kind: list(places.values()) for kind, places in found.items()}


@dataclass(frozen=True)
class Augmented:
    """A new sentence.

    Attributes:
        words: Its words.
        origin: int64 (words, 2), the sentence and word of the pool whose label each word carries.
        pieces: The subwords of each word, where the augmentation is about them; none for a word that is left to the
            tokenizer.
    """

    words: list[str]
    origin: np.ndarray
    pieces: list[list[str]] | None = None

    def carried(self, labels: list[list[str]]) -> list[str]:
        """The labels of the new words, taken from those of the pool."""
        return [labels[sentence][word] for sentence, word in self.origin.tolist()]


def unchanged(pool: Pool, sentence: int) -> np.ndarray:
    """int64 (words, 2): every word of a sentence carries its own label."""
    length = len(pool.words[sentence])
    return np.stack([np.full(length, sentence), np.arange(length)], axis=1).astype(np.int64)
