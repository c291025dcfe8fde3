"""A sentence as a row of two lists, words and tags, which Parquet and JSON lines have in common."""

from __future__ import annotations

from typing import Any

from xnerbench.data import normalise
from xnerbench.errors import InputError


def check_words(words: list[Any], column: str, row: int, place: str) -> None:
    """Refuses a row whose words are no words, or far too many for a sentence.

    Args:
        words: As in the file, at least one.
        column: Their key, for messages.
        row: Of the file, from 0.
        place: The file, or the row's own place, for messages.

    Raises:
        InputError: They are no texts, more than `MAX_WORDS`, or one is longer than `LONGEST_WORD`.
    """
    if not all(isinstance(word, str) for word in words):
        what = f"row {row} of `{column}` is not a list of words"
        raise InputError(what, place, "name the column of words in `tokens`")
    if len(words) > normalise.MAX_WORDS or max(map(len, words)) > normalise.LONGEST_WORD:
        what = f"row {row} has more than {normalise.MAX_WORDS} words, or one of more than "
        what += f"{normalise.LONGEST_WORD} characters"
        raise InputError(what, place, "put one sentence in each row")


def named_tags(
    values: list[Any] | None,
    words: list[str],
    names: tuple[str, ...] | None,
    column: str,
    row: int,
    place: str,
) -> list[str]:
    """A row's tags as texts.

    Args:
        values: Texts, or numbers that stand for entries of `names`; None where the row has none.
        words: The row's words, one a tag.
        names: Names of numbered tags, in order.
        column: The tags' key, for messages.
        row: Of the file, from 0.
        place: The file, for messages.

    Raises:
        InputError: Words and tags do not pair up, or a tag has no name.
    """
    values = values or []
    if len(values) != len(words):
        what = f"row {row} has {len(words)} words and {len(values)} tags"
        raise InputError(what, place, "correct the file, or name other columns")
    tags = []
    for value in values:
        number = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, str) and value:
            tags.append(value)
        elif number and names is not None and 0 <= value < len(names):
            tags.append(names[value])
        elif number and names is None:
            what = f"the column `{column}` holds numbers without names"
            remedy = "list the names in order in `tag_names:`, as in [O, B-PER, I-PER]"
            raise InputError(what, place, remedy)
        else:
            what = f"row {row} has the tag `{value}`, which has no name"
            raise InputError(what, place, "complete `tag_names:`, or correct the file")
    return tags
