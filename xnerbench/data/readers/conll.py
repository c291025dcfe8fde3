"""CoNLL columns: one word a line, an empty line after a sentence, a tag in one of the columns.

`docs/corpora.md` lists what is repaired (and counted) and what is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from xnerbench.data import normalise
from xnerbench.data.readers.text import Text, convert
from xnerbench.errors import InputError

_SPACES = re.compile(r"[ \t]+")  # str.split() would also split at no-break spaces inside words


@dataclass(frozen=True)
class Columns:
    """Where words and tags stand; `tags` is None to read words only. Negative counts from the end."""

    tokens: int = 0
    tags: int | None = -1
    separator: str = "auto"
    encoding: str = "utf-8"
    scheme: str = "auto"


def read(path: Path, columns: Columns, where: str) -> Text:
    """Reads a file of columns.

    Args:
        path: The file.
        columns: Which columns, separator, encoding and scheme.
        where: The configuration key that names the file, for messages.

    Raises:
        InputError: Naming the line, for anything that is not repaired by a documented rule.
    """
    repairs: Counter[str] = Counter()
    lines, sha256 = normalise.read_hashed_lines(path, columns.encoding, where, repairs)
    sentences, tags, numbers = _sentences(lines, columns, path, repairs)
    if not sentences:
        remedy = "check that it is the right file"
        raise InputError("there is no sentence in it", str(path), remedy)
    samples = sample(lines, columns.separator)
    if columns.tags is None:
        return Text(sentences, None, repairs, "none", sha256, samples)
    try:
        scheme, converted = convert(tags, columns.scheme, repairs, path, numbers)
    except InputError as error:
        remedy = f"{error.remedy}; the file's columns: {samples}"
        raise InputError(error.what, error.where, remedy) from None
    return Text(sentences, converted, repairs, scheme, sha256, samples)


def sample(lines: list[str], separator: str = "auto", first: int = 500) -> str:
    """What the columns hold: `0 (EU, rejects, German), 1 (O, B-ORG)`, from the first lines.

    Args:
        lines: The file's.
        separator: As in `Columns`.
        first: How many lines are looked at.
    """
    tabs = _uses_tabs(lines, separator)
    held: list[dict[str, None]] = []
    for line in lines[:first]:
        if not line.strip() or line.startswith(("#", "-DOCSTART-")):
            continue
        for place, value in enumerate(_split(line, tabs)):
            if place == len(held):
                held.append({})
            held[place].setdefault(value if len(value) <= 20 else value[:19] + "…")
    return ", ".join(
        f"{place} ({', '.join(list(seen)[:3])})" for place, seen in enumerate(held[:12])
    )


def _sentences(
    lines: list[str], columns: Columns, path: Path, repairs: Counter[str]
) -> tuple[list[list[str]], list[list[str]], list[int]]:
    tabs = _uses_tabs(lines, columns.separator)
    width = next((len(_split(line, tabs)) for line in lines if _holds_words(line)), 0)
    if not width:  # no comments, but a file whose every word begins with `#`
        widths = {len(_split(ln, tabs)) for ln in lines if ln.strip()}
        width = widths.pop() if len(widths) == 1 else 0
    sentences: list[list[str]] = []
    all_tags: list[list[str]] = []
    numbers: list[int] = []
    words: list[str] = []
    tags: list[str] = []

    def finish() -> None:
        nonlocal words, tags
        if words:
            sentences.append(words)
            all_tags.append(tags)
            words, tags = [], []

    for number, line in enumerate(lines, 1):
        if not line.strip():
            repairs["extra_blank_lines"] += not words and bool(sentences)
            finish()
            continue
        if line.startswith("-DOCSTART-"):
            repairs["docstart_lines"] += 1
            finish()
            continue
        fields = _split(line, tabs)
        if line[0] == "#" and not words and len(fields) != width:
            repairs["comment_lines"] += 1
            continue
        if not tabs and line[0] in " \t" and len(fields) == width - 1:
            fields.insert(0, "")  # the word itself was a space
        if width and len(fields) != width:
            _check_ragged(len(fields), width, columns, tabs, f"{path}:{number}")
            repairs["ragged_lines"] += 1
        word = _pick(fields, columns.tokens, "word", path, number, tabs)
        if columns.tags is not None:
            tag = _pick(fields, columns.tags, "tag", path, number, tabs).strip()
            if not tag:
                raise InputError("there is no tag", f"{path}:{number}", "add one, `O` if in doubt")
            tags.append(tag)
        if not words:
            numbers.append(number)
        words.append(normalise.clean(word, repairs))
        if len(words) > normalise.MAX_WORDS:
            raise InputError(
                f"the sentence that begins here has more than {normalise.MAX_WORDS} words",
                f"{path}:{numbers[-1]}",
                "put an empty line after every sentence",
            )
    finish()
    return sentences, all_tags, numbers


def _uses_tabs(lines: list[str], separator: str) -> bool:
    if separator != "auto":
        return separator == "tab"
    some = [ln for ln in lines if ln.strip() and not ln.startswith("-DOCSTART-")]
    first = next(filter(_holds_words, some), some[0] if some else "")
    return "\t" in first.rstrip(" \t")


def _holds_words(line: str) -> bool:
    return bool(line.strip()) and line[0] != "#" and not line.startswith("-DOCSTART-")


def _check_ragged(found: int, width: int, columns: Columns, tabs: bool, where: str) -> None:
    """Refuses a line of another width where that moves the word or the tag, as in `New York B-LOC`."""
    counted_from_end = columns.tokens < 0 or (columns.tags is not None and columns.tags < 0)
    if tabs and not counted_from_end:
        return
    kind = "tabs" if tabs else "spaces"
    raise InputError(
        f"the line has {found} columns and the first one {width} (separated by {kind})",
        where,
        "correct the line (a word with a space in it needs tabs), or set `separator`",
    )


def _split(line: str, tabs: bool) -> list[str]:
    # A trailing separator makes no column, but a leading tab does: its word is invisible.
    line = line.rstrip(" \t")
    return line.split("\t") if tabs else _SPACES.split(line.lstrip(" \t"))


def _pick(fields: list[str], column: int, what: str, path: Path, number: int, tabs: bool) -> str:
    # With one column, column 0 and column -1 are the same: a word without a tag, or the reverse.
    if not -len(fields) <= column < len(fields) or (what == "tag" and len(fields) < 2):
        kind = "tabs" if tabs else "spaces"
        columns = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
        raise InputError(
            f"there is no {what} in column {column}: the line has {columns} (separated by {kind})",
            f"{path}:{number}",
            "correct the line, or set `separator`, `token_column` and `tag_column` of the corpus",
        )
    return fields[column]
