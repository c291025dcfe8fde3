"""CoNLL-U with entities in MISC: its keys. `data/readers/conllu.py` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from xnerbench.data.formats.base import FileFormat, Place, Split
from xnerbench.data.formats.pool import encoding
from xnerbench.study.reading.keys import key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


@dataclass(frozen=True, kw_only=True)
class ConlluCorpus(FileFormat):
    """One language's files in CoNLL-U."""

    SUMMARY: ClassVar[str] = (
        "CoNLL-U, ten columns, with the entity's tag in the last one (`name=B-PER`)."
    )

    name: str = key(
        "name",
        "Key of the tag in the last column (MISC); a word without it is outside.",
        pattern=r"[^\s=|]+",
        hint="write what stands before `=`, such as `name` or `NER`",
        longest=50,
    )
    encoding: str = encoding()

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """The words of one file."""
        from xnerbench.data.readers import conllu

        path = place.path(getattr(self, split))
        name = self.name if with_tags else None
        return conllu.read(path, name, self.encoding, self.scheme, f"{place.key}.{split}")
