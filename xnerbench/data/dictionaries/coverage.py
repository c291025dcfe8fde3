"""How much of a source's text a dictionary covers, and how much of that a target's pool can take over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xnerbench.data.dictionaries.dictionary import Dictionary


@dataclass(frozen=True)
class Coverage:
    """What a dictionary is worth for code-switching.

    Attributes:
        entries: Source words with a translation.
        share: Of the source's words outside mentions (repeats counted, marks left out), those that have an entry.
        share_in_pool: The same with single-word translations that occur in the target's pool: what can be switched.
    """

    entries: int
    share: float
    share_in_pool: float


def coverage(
    dictionary: Dictionary,
    words: Iterable[Sequence[str]],
    tags: Iterable[Sequence[str]],
    pool: Iterable[Sequence[str]],
) -> Coverage:
    """Coverage of a source's labelled text.

    Args:
        dictionary: From the source's language to the target's.
        words: The source's sentences.
        tags: Their IOB2 tags.
        pool: The target's unlabelled sentences.
    """
    plain = [
        word
        for sentence, row in zip(words, tags, strict=True)
        for word, tag in zip(sentence, row, strict=True)
        if tag == "O"
    ]
    usable = dictionary.within(word for sentence in pool for word in sentence)
    return Coverage(len(dictionary), dictionary.coverage(plain), usable.coverage(plain))
