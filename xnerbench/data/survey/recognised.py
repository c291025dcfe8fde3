"""Whether a file of a corpus, or of raw text, looks like another format than the one that it is read as."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from xnerbench.data import survey
from xnerbench.data.formats import Format, Place, Split
from xnerbench.data.formats.pool import PoolConfig
from xnerbench.storage import artifacts

_NAMES = {
    "conll": "CoNLL columns",
    "conllu": "CoNLL-U",
    "jsonl": "JSON lines",
    "text": "running text without tags",
    "hub": "Parquet",
}


def doubt(corpus: Format, place: Place, split: Split) -> tuple[str, str]:
    """What a file looks like and the keys to set; nothing where it looks as configured, or cannot be told.

    Args:
        corpus: The language's entry in the configuration.
        place: Where it is.
        split: Whose file is looked at. A `pool` of its own has a `format` of its own; one of columns is taken as it
            is, since columns without tags cannot be told from text.
    """
    own = corpus.format
    if split == "pool":
        pool = getattr(corpus, "pool", None)
        own = "text" if isinstance(pool, PoolConfig) and pool.format == "text" else ""
    if own not in _NAMES or own == "hub":
        return "", ""
    for path in corpus.files(split, place):
        if not artifacts.is_file(path):
            continue
        found = _seen(path)
        if found is None or (found.format == own and not found.remedy):
            continue
        what = f"{path} looks like {_NAMES[found.format]} and is read as {_NAMES[own]}"
        if split == "pool":
            return what, _of_pool(found)
        if found.remedy:
            return f"{path} {found.note}", found.remedy
        return what, _of_labelled(found.format, found.settings)
    return "", ""


def of_raw(path: Path) -> str:
    """What is to be said of a file that is read as one sentence a line and looks like a labelled one, or nothing."""
    found = _seen(path) if artifacts.is_file(path) else None
    if found is None or found.format == "text":
        return ""
    return (
        f"{path} looks like {_NAMES[found.format]} and is read as {_NAMES['text']}, so that its tags "
        "are taken for words; give its sentences instead, one on each line"
    )


def _of_labelled(kind: str, settings: dict[str, object]) -> str:
    if kind == "text":
        return "running text has no tags: give it as `pool: {path: ...}`"
    return _set(kind, settings)


def _of_pool(found: survey.Found) -> str:
    kind, settings = found.format, found.settings
    if kind == "jsonl":
        return "a pool has one sentence on each line: take the sentences out of it"
    if kind == "conllu":
        kind, settings = "conll", {"token_column": 1}
    known = {field.name for field in dataclasses.fields(PoolConfig)}
    if kind == "conll":
        known -= {"segmentation"}
    keys = _set(kind, {key: value for key, value in settings.items() if key in known})
    flaw = f"it {found.note}: {found.remedy}, and " if found.remedy else ""
    return f"{flaw}{keys} in `pool`"


def _set(kind: str, settings: dict[str, object]) -> str:
    keys = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"set `format: {kind}`" + (f" with `{keys}`" if keys else "")


def _seen(path: Path) -> survey.Found | None:
    if path.suffix == ".parquet" or _is_binary(path):
        return None
    found = survey.recognise(path, path.parent)
    # What survey has doubts about itself is nothing to correct anybody with.
    return None if found is None or (found.note and not found.remedy) else found


def _is_binary(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" in file.read(4096)
