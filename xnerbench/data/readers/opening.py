"""From a language's entry in the configuration to its text, whatever its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xnerbench.data.formats import Split
from xnerbench.errors import InputError

if TYPE_CHECKING:
    from xnerbench.data.readers.text import Text
    from xnerbench.study.config import Config


def open_split(config: Config, language: str, split: Split, with_tags: bool = True) -> Text:
    """Reads one split of a language's corpus.

    Args:
        config: The study.
        language: ISO 639-3 code with an entry in `corpora.languages`.
        split: `pool` is the unlabelled text of a target: its own file, or the training split.
        with_tags: False to leave tags unread; they are then nowhere in memory.

    Raises:
        InputError: The corpus has no such split, or cannot be read.
    """
    place = config.place(language)
    corpus = config.corpora.languages.get(language)
    if corpus is None:
        raise InputError(f"`{language}` has no corpus", place.key, "add the key")
    return corpus.open(split, place, with_tags)
