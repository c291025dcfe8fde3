"""CoNLL columns: their keys. `data/readers/conll.py` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from xnerbench.data.formats.base import FileFormat, Place, Split
from xnerbench.data.formats.pool import column, encoding, separator

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


@dataclass(frozen=True, kw_only=True)
class ConllCorpus(FileFormat):
    """One language's files in CoNLL columns."""

    SUMMARY: ClassVar[str] = "Columns, one word a line, an empty line after a sentence."

    token_column: int = column(0, "Column of the words, from 0; negative from the end.")
    tag_column: int = column(-1, "Column of the tags, from 0; negative from the end.")
    separator: Literal["auto", "tab", "space"] = separator()
    encoding: str = encoding()

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """The columns of one file."""
        from xnerbench.data.readers import conll

        columns = conll.Columns(
            self.token_column,
            self.tag_column if with_tags else None,
            self.separator,
            self.encoding,
            self.scheme,
        )
        return conll.read(place.path(getattr(self, split)), columns, f"{place.key}.{split}")
