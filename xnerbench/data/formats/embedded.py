"""The generated corpus that comes with the suite: its keys. `data/embedded/` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from xnerbench.data.formats.base import Format, Place, Split, licence
from xnerbench.errors import InputError
from xnerbench.study.reading.keys import key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


def _sentences(default: int, meaning: str) -> Any:
    return key(default, meaning, minimum=1, maximum=1_000_000)


@dataclass(frozen=True, kw_only=True)
class EmbeddedCorpus(Format):
    """The generated corpus of one language; numbers of sentences."""

    SUMMARY: ClassVar[str] = "The generated corpus that comes with the suite."
    ALWAYS: ClassVar[frozenset[str]] = frozenset({"PER", "LOC", "ORG"})

    train: int = _sentences(1500, "Labelled sentences of a source.")
    pool: int = _sentences(1500, "Unlabelled sentences of a target.")
    test: int = _sentences(300, "Test sentences of a target.")
    licence: str = licence("MIT (generated sentences)")

    def length(self, split: Split) -> int:
        """As configured."""
        return int(getattr(self, split))

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """Generates so many sentences.

        Raises:
            InputError: The suite has no frames of the language.
        """
        from xnerbench.data import embedded
        from xnerbench.data.readers.text import Text, sha256_of_words

        known = embedded.languages()
        if place.language not in known:
            raise InputError(
                f"the embedded corpus has no `{place.language}`",
                place.key,
                f"it has {', '.join(sorted(known))}; give another corpus for this language",
            )
        words: list[list[str]] = []
        tags: list[list[str]] | None = [] if with_tags else None
        for sentence, sequence in embedded.generate(place.language, split, self.length(split)):
            words.append(sentence)
            if tags is not None:
                tags.append(sequence)
        scheme = "iob2" if with_tags else "none"
        return Text(words, tags, scheme=scheme, sha256=sha256_of_words(words))
