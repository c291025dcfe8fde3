"""Parquet files on the hub or in a folder: their keys. `data/readers/hub.py` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from xnerbench.data.formats.base import FileFormat, Place, Split
from xnerbench.study.reading.keys import COMMIT, COMMIT_HINT, PATH, PATH_HINT, key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text


@dataclass(frozen=True, kw_only=True)
class HubCorpus(FileFormat):
    """One language's Parquet files; `train` and `test` name splits."""

    SUMMARY: ClassVar[str] = "Parquet through `datasets`, from the hub or from a local folder."

    name: str | None = key(None, "Name on the hub, `owner/name`.")
    revision: str | None = key(
        None, "Commit on the hub; needed with `name`.", pattern=COMMIT, hint=COMMIT_HINT
    )
    path: str | None = key(
        None,
        "Local folder with `<split>.parquet`, `<split>-*.parquet` or `<split>/*.parquet`, in place of `name`.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    config: str | None = key(
        None, "Configuration of the data set on the hub; the subfolder of a local one."
    )
    train: str | None = key("train", "Split with labelled text.")
    test: str | None = key("test", "Split of the test set.")
    tokens: str = key("tokens", "Column of the words (list of strings).")
    tags: str = key(
        "ner_tags",
        "Column of the tags (list of class labels, of strings, or of numbers with `tag_names`).",
    )
    tag_names: tuple[str, ...] | None = key(
        None, "Names of numbered tags where the column does not carry them, in order."
    )

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """The rows of one split."""
        from xnerbench.data.readers import hub

        folder = place.path(self.path) if self.path else None
        return hub.read(self, folder, getattr(self, split), place.key, with_tags)

    def files(self, split: Split, place: Place) -> list[Path]:
        """Every Parquet file of a local folder: which of them a split has, its reader decides."""
        if split == "pool":
            return super().files(split, place)
        return sorted(place.path(self.path).rglob("*.parquet")) if self.path else []

    def mistakes(self, place: Place) -> Iterator[tuple[str, str, str]]:
        """One of `name` (with a revision) and `path` (without)."""
        if bool(self.name) == bool(self.path):
            what = "needs either `name` (on the hub) or `path` (a local folder), and has "
            yield "", what + ("both" if self.name else "neither"), "give one of the two"
        elif self.name and not self.revision:
            remedy = "add `revision:` with the commit that the hub shows under the files' history"
            yield "", f"`{self.name}` is not pinned to a revision", remedy
        elif self.path and self.revision:
            yield "revision", "a local folder has no revision", "remove the key"
