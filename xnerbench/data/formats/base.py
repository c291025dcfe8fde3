"""What a corpus format is: its keys in the configuration, its files, and how they become text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from xnerbench.data import languages
from xnerbench.data.formats.pool import PoolConfig
from xnerbench.data.tags import SCHEMES
from xnerbench.errors import InputError
from xnerbench.study.reading import keys
from xnerbench.study.reading.keys import REQUIRED, key

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text

Split = Literal["train", "test", "pool"]

# What is printed and drawn must not move the cursor or break a drawing.
_PRINTABLE = r"[^\x00-\x1f\x7f-\x9f]+"


@dataclass(frozen=True)
class Place:
    """Where a corpus is configured, and where its relative paths start.

    Attributes:
        language: ISO 639-3.
        key: Its key in the configuration, for messages: `corpora.languages.deu`.
        path: From a path as written to the one to open.
    """

    language: str
    key: str
    path: Callable[[str], Path]


def licence(default: str = "not stated") -> Any:
    """The key `licence`, with a format's own default."""
    return key(
        default,
        "Licence of the corpus, printed in the report.",
        pattern=_PRINTABLE,
        hint="remove line ends and control characters",
        longest=500,
        last=True,
    )


@dataclass(frozen=True, kw_only=True)
class Format:
    """One language's corpus. A format is a subclass whose fields are its keys.

    What the fields say is checked before anything is opened; `read` is called in a job of its own.
    """

    TAG: ClassVar[str] = "format"
    KINDS: ClassVar[dict[str, type[Format]]] = {}
    SUMMARY: ClassVar[str] = ""
    """One sentence for the reference page."""
    ALWAYS: ClassVar[frozenset[str]] = frozenset()
    """Labels that the corpus has, though a short draw of it may miss one."""
    spaced: ClassVar[bool] = True
    """Whether words are written with spaces between them."""

    format: str = key(REQUIRED, "")
    licence: str = licence()
    family: str = key(
        None,
        "Corpora of one family share annotation rules; a factor of the analysis. `null` is the format's name.",
        pattern=_PRINTABLE,
        hint="remove line ends and control characters",
        longest=100,
        last=True,
    )

    # --- what a subclass says

    def read(self, split: Split, place: Place, with_tags: bool) -> Text:
        """Reads a split that `has` says is there.

        Args:
            split: `pool` is only asked for where `pool_has_tags` is false.
            place: For paths and messages.
            with_tags: False to leave tags unread; they are then nowhere in memory.

        Raises:
            InputError: It cannot be read.
        """
        raise NotImplementedError

    def files(self, split: Split, place: Place) -> list[Path]:
        """The user's files behind a split, whether or not they exist; a change there prepares it anew."""
        return []

    def mistakes(self, place: Place) -> Iterator[tuple[str, str, str]]:
        """What must hold between the keys: key (or nothing), what is wrong, remedy."""
        return iter(())

    # --- what may stay

    @property
    def pool_has_tags(self) -> bool:
        """Whether the pool is a labelled text whose tags were thrown away."""
        return True

    def has(self, split: Split) -> bool:
        """Whether the corpus has a split."""
        return getattr(self, split, None) is not None

    def length(self, split: Split) -> int | None:
        """Sentences of a split, where that is known before it is read."""
        return None

    def resolved(self, name: str, language: str) -> Format:
        """The corpus with what depends on format and language in place of `null`."""
        return dataclasses.replace(self, family=self.family or name)

    def open(self, split: Split, place: Place, with_tags: bool) -> Text:
        """Reads a split in any role; see `readers.opening.open_split`."""
        return self.read(split, place, with_tags)


@dataclass(frozen=True, kw_only=True)
class FileFormat(Format):
    """A corpus whose splits are named by the user, with unlabelled text of its own if need be."""

    train: str | None = key(
        None, "Labelled text. A target's tags are thrown away at once and make the pool.",
        pattern=keys.PATH, hint=keys.PATH_HINT,
    )  # fmt: skip
    test: str | None = key(None, "Test set.", pattern=keys.PATH, hint=keys.PATH_HINT)
    pool: PoolConfig | None = key(None, "Unlabelled text to use in place of `train`.")
    scheme: str = key(
        "auto",
        "Tagging scheme. `auto` recognises IOB1, IOB2, IOBES, BILOU and bare types file by file.",
        choices=("auto", *SCHEMES),
        last=True,
    )
    spaced: bool = key(  # type: ignore[misc]
        None,
        "Whether words are written with spaces between them; where they are not, the tokenizer is given no mark of "
        "a word's beginning (see `docs/corpora.md`). By default `false` for Chinese, Japanese, Thai, Lao, Khmer, "
        "Burmese, Tibetan and their like, else `true`.",
        last=True,
    )

    @property
    def pool_has_tags(self) -> bool:
        """Unless the pool is a file of its own."""
        return self.pool is None

    def has(self, split: Split) -> bool:
        """The pool falls back on the training text."""
        if split == "pool":
            return self.pool is not None or self.train is not None
        return getattr(self, split) is not None

    def files(self, split: Split, place: Place) -> list[Path]:
        """The file of the split."""
        if split == "pool":
            return [place.path(self.pool.path)] if self.pool is not None else []
        name = getattr(self, split)
        return [place.path(name)] if name is not None else []

    def resolved(self, name: str, language: str) -> Format:
        """As in `Format`; whether words are spaced is known of the language."""
        spaced = languages.is_spaced(language) if self.spaced is None else self.spaced
        return dataclasses.replace(self, family=self.family or name, spaced=spaced)

    def open(self, split: Split, place: Place, with_tags: bool) -> Text:
        """Reads a split; the pool is its own file, or the training text."""
        if split == "pool" and self.pool is not None:
            if with_tags:
                what = f"the pool of `{place.language}` has no gold tags"
                raise InputError(what, f"{place.key}.pool")
            return self.pool.read(place.path, f"{place.key}.pool")
        split = "train" if split == "pool" else split
        if getattr(self, split) is None:
            what = f"there is no `{split}` text"
            raise InputError(what, f"{place.key}.{split}", "add the key")
        return self.read(split, place, with_tags)


def register_format(name: str, corpus: type[Format]) -> None:
    """Makes `format: <name>` one that a study may name.

    Args:
        name: Letters, digits and hyphens.
        corpus: A frozen dataclass derived from `Format` or `FileFormat`.

    Raises:
        ValueError: The name is taken by another class or is none, or the class or a key is not what it may be.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        raise ValueError(
            f"{str(name)[:60]!r} is no name of a format: small letters, digits, hyphens"
        )
    if not (isinstance(corpus, type) and issubclass(corpus, Format)):
        raise ValueError(f"the format {name} is no class derived from Format")
    if "__dataclass_fields__" not in vars(corpus) or not isinstance(corpus.SUMMARY, str):
        raise ValueError(f"the format {name} is no frozen dataclass with a SUMMARY")
    try:
        keys.schema_of(corpus, name)  # type: ignore[arg-type]  # the class is hashed, not its instances
    except Exception as error:  # whatever an annotation or a default may hold
        what = f"{type(error).__name__}: {error}"
        raise ValueError(f"the keys of the format {name} cannot be understood ({what})") from None
    known = Format.KINDS.get(name)
    if known is not None and known.__qualname__ != corpus.__qualname__:
        raise ValueError(f"there is a format {name} already, {known.__qualname__}")
    Format.KINDS[name] = corpus
    keys.forget()
