"""JSON lines: their keys. `data/readers/jsonl.py` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from xnerbench.data.formats.base import FileFormat, Place, Split
from xnerbench.data.formats.pool import encoding
from xnerbench.study.reading.keys import key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


@dataclass(frozen=True, kw_only=True)
class JsonLinesCorpus(FileFormat):
    """One language's files of JSON lines."""

    SUMMARY: ClassVar[str] = (
        "JSON lines: one object a sentence, with a list of words and one of tags."
    )

    tokens: str = key("tokens", "Key of the words (list of texts).")
    tags: str = key("ner_tags", "Key of the tags (list of texts, or of numbers with `tag_names`).")
    tag_names: tuple[str, ...] | None = key(None, "Names of numbered tags, in order.")
    encoding: str = encoding()

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """The objects of one file."""
        from xnerbench.data.readers import jsonl

        names = jsonl.Names(
            self.tokens,
            self.tags if with_tags else None,
            self.tag_names,
            self.encoding,
            self.scheme,
        )
        return jsonl.read(place.path(getattr(self, split)), names, f"{place.key}.{split}")
