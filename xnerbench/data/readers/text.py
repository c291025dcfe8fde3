"""A text as every reader gives it, and what they share: tags converted to IOB2, a hash of words."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from xnerbench.data import tags as tagging
from xnerbench.errors import InputError


@dataclass
class Text:
    """Sentences of one file or split.

    Attributes:
        words: One list a sentence.
        tags: IOB2 tags with the corpus's own types, aligned with `words`; None for unlabelled text,
            whose tags are not even parsed.
        repairs: How often each repair was made.
        scheme: Tagging scheme of the file, `none` without tags.
        sha256: Of the file's bytes, or of the words where no file stands behind them.
        columns: Where the file has several columns, a sample of each for messages.
    """

    words: list[list[str]]
    tags: list[list[str]] | None
    repairs: Counter[str] = field(default_factory=Counter)
    scheme: str = "none"
    sha256: str = ""
    columns: str = ""

    def __len__(self) -> int:
        return len(self.words)


def convert(
    tags: list[list[str]],
    scheme: str,
    repairs: Counter[str],
    path: Path | str,
    numbers: list[int] | None = None,
) -> tuple[str, list[list[str]]]:
    """Tags of a whole file to IOB2.

    Args:
        tags: As in the file.
        scheme: The stated one, or `auto`.
        repairs: Counter to add to.
        path: Named in errors.
        numbers: Line of each sentence's first word, where there are lines.

    Returns:
        The scheme and the converted tags.
    """
    sentence = 0
    try:
        scheme = tagging.detect(tags) if scheme == "auto" else scheme
        converted = []
        for sentence, sequence in enumerate(tags):  # noqa: B007 - named in the error below
            converted.append(tagging.to_iob2(sequence, scheme, repairs))
    except tagging.TagError as error:
        if error.tag not in tags[sentence]:
            sentence = next(index for index, sequence in enumerate(tags) if error.tag in sequence)
        offset = tags[sentence].index(error.tag)
        place = f"{path}:{numbers[sentence] + offset}" if numbers else f"{path}, row {sentence}"
        raise InputError(
            error.what, place, "correct it, or choose another column of tags"
        ) from None
    return scheme, converted


def sha256_of_words(sentences: list[list[str]]) -> str:
    """Hash of a text's words, one a line, with an empty line after a sentence."""
    digest = hashlib.sha256()
    for words in sentences:
        digest.update("".join(f"{word}\n" for word in [*words, ""]).encode())
    return digest.hexdigest()
