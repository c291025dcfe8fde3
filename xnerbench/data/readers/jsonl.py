"""JSON lines: one object a sentence, a list of words and a list of tags among its keys."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnerbench.data import normalise
from xnerbench.data.readers import rows
from xnerbench.data.readers.text import Text, convert
from xnerbench.errors import InputError


@dataclass(frozen=True)
class Names:
    """The names of the lists; `tags` is None to read words only, `numbered` names tags that are numbers."""

    tokens: str = "tokens"
    tags: str | None = "ner_tags"
    numbered: tuple[str, ...] | None = None
    encoding: str = "utf-8"
    scheme: str = "auto"


def read(path: Path, names: Names, where: str) -> Text:
    """Reads a file of JSON lines.

    Objects without a word are left out and counted (`empty_sentences`), empty lines skipped (`extra_blank_lines`).

    Args:
        path: The file.
        names: Names of the lists, encoding and scheme.
        where: The configuration key that names the file, for messages.

    Raises:
        InputError: Naming the line, for anything that is not repaired by a documented rule.
    """
    repairs: Counter[str] = Counter()
    lines, sha256 = normalise.read_hashed_lines(path, names.encoding, where, repairs)
    sentences: list[list[str]] = []
    tags: list[list[str]] = []
    keys = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            repairs["extra_blank_lines"] += 1
            continue
        place = f"{path}:{number}"
        entry = _object(line, place)
        keys = keys or ", ".join(map(str, list(entry)[:12]))
        words = _list(entry, names.tokens, "tokens", place)
        if not words:
            repairs["empty_sentences"] += 1
            continue
        rows.check_words(words, names.tokens, number - 1, place)
        if names.tags is not None:
            values = _list(entry, names.tags, "tags", place)
            tags.append(
                rows.named_tags(values, words, names.numbered, names.tags, number - 1, place)
            )
        sentences.append([normalise.clean(word, repairs) for word in words])
    if not sentences:
        raise InputError("there is no sentence in it", str(path), "check that it is the right file")
    columns = f"keys {keys}"
    if names.tags is None:
        return Text(sentences, None, repairs, "none", sha256, columns)
    scheme, converted = convert(tags, names.scheme, repairs, path)
    return Text(sentences, converted, repairs, scheme, sha256, columns)


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        # The first line of an indented file, or of another format.
        raise InputError(
            "this is not a line of JSON",
            place,
            "write one object a line (`jq -c .[] FILE` makes such lines of one array)",
        ) from None
    if not isinstance(entry, dict):
        what = "the line is an array, not an object" if isinstance(entry, list) else "not an object"
        remedy = "write one object a line (`jq -c .[] FILE` makes such lines of one array)"
        raise InputError(what, place, remedy)
    return entry


def _list(entry: dict[str, Any], name: str, key: str, place: str) -> list[Any]:
    value = entry.get(name)
    if isinstance(value, list):
        return value
    lists = ", ".join(k for k, v in entry.items() if isinstance(v, list)) or "none of them"
    what = f"there is no list `{name}` in it" if value is None else f"`{name}` is no list"
    raise InputError(what, place, f"set `{key}:` to one of its lists: {lists}")
