"""A bilingual word list: source word in lower case to its translations, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np


def is_word(token: str) -> bool:
    """Whether a token has a letter; marks and numbers have none."""
    return any(character.isalpha() for character in token)


class Dictionary(Mapping[str, tuple[str, ...]]):
    """An immutable mapping; keys are looked up in lower case, translations keep their order."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        entries: dict[str, dict[str, None]] = {}
        for source, translation in pairs:
            source, translation = source.strip().lower(), translation.strip()
            if source and translation:
                entries.setdefault(source, {})[translation] = None
        self._entries = {source: tuple(found) for source, found in entries.items()}

    def __getitem__(self, word: str) -> tuple[str, ...]:
        return self._entries[word.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def pairs(self) -> list[tuple[str, str]]:
        """Every (source word, translation), in order."""
        return [(source, word) for source, found in self._entries.items() for word in found]

    def within(self, pool_words: Iterable[str], skip: Iterable[str] = ()) -> Dictionary:
        """The part that can be switched in: single words on both sides, translations met in the pool.

        Args:
            pool_words: Words of the target's unlabelled text, as they stand there. A translation that occurs
                there only in other capitals is taken over as the pool writes it.
            skip: Source words to leave out, such as the most frequent ones, whose senses are often wrong.
        """
        known = set(pool_words)
        lower: dict[str, str] = {}
        for word in sorted(known):
            lower.setdefault(word.lower(), word)
        left_out = {word.lower() for word in skip}
        kept = []
        for source, word in self.pairs():
            if " " in source or " " in word or source in left_out:
                continue
            met = word if word in known else lower.get(word.lower())
            if met is not None:
                kept.append((source, met))
        return Dictionary(kept)

    def inverted(self) -> Dictionary:
        """From translation to source word."""
        return Dictionary((word, source) for source, word in self.pairs())

    def shuffled(self, rng: np.random.Generator) -> Dictionary:
        """The control: the same source words, each with another one's translations."""
        sources = list(self._entries)
        order = rng.permutation(len(sources))
        return Dictionary(
            (source, word)
            for source, other in zip(sources, order, strict=True)
            for word in self._entries[sources[other]]
        )

    def coverage(self, words: Iterable[str]) -> float:
        """Share of the words (repeats counted) that have an entry; 0 for none at all. Marks are not words."""
        total = found = 0
        for word in words:
            if is_word(word):
                total += 1
                found += word.lower() in self._entries
        return found / total if total else 0.0
