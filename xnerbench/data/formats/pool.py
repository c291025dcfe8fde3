"""Unlabelled text in a file of its own, beside a corpus of any format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xnerbench.study.reading.keys import PATH, PATH_HINT, REQUIRED, key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


def column(default: int, meaning: str) -> Any:
    """A key that names a column."""
    return key(default, meaning, minimum=-50, maximum=50)


def separator() -> Any:
    """The key `separator`."""
    return key(
        "auto",
        "What stands between columns. `auto`: tabs where the first line has one, else runs of spaces.",
    )


def encoding() -> Any:
    """The key `encoding`."""
    return key("utf-8", "Character encoding of the files.", longest=50)


@dataclass(frozen=True, kw_only=True)
class PoolConfig:
    """Unlabelled text to use in place of `train`."""

    format: Literal["text", "conll"] = key(
        "text",
        "`text`: one sentence a line. `conll`: columns whose tags, if any, are not read.",
    )
    path: str = key(REQUIRED, "File of unlabelled text.", pattern=PATH, hint=PATH_HINT)
    segmentation: Literal["words", "spaces"] = key(
        "words",
        "How a line of `text` becomes words: `words` splits off punctuation (see `docs/corpora.md`), `spaces` takes "
        "the line as segmented already.",
    )
    token_column: int = column(0, "Column of the words of `conll`, from 0.")
    separator: Literal["auto", "tab", "space"] = separator()
    encoding: str = encoding()

    def read(self, locate: Callable[[str], Path], where: str) -> Text:
        """Reads the file.

        Args:
            locate: From the path as written to the one to open.
            where: The key of the pool, for messages.
        """
        from xnerbench.data.readers import conll, plain

        path = locate(self.path)
        if self.format == "text":
            return plain.read(path, self.segmentation, self.encoding, where)
        columns = conll.Columns(self.token_column, None, self.separator, self.encoding)
        return conll.read(path, columns, where)
