"""Whether a corpus's file looks like another format than the configured one."""

from __future__ import annotations

from pathlib import Path

from xnerbench.data import survey
from xnerbench.data.formats import Format, Place, Split
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
        split: Whose file is looked at.
    """
    if corpus.format not in _NAMES or corpus.format == "hub":
        return "", ""
    for path in corpus.files(split, place):
        if not artifacts.is_file(path):
            continue
        kind, settings = _kind(path)
        if kind and kind != corpus.format:
            keys = ", ".join(f"{key}: {value}" for key, value in settings.items())
            remedy = f"set `format: {kind}`" + (f" with `{keys}`" if keys else "")
            if kind == "text":
                remedy = "running text has no tags: give it as `pool: {path: ...}`"
            return (
                f"{path} looks like {_NAMES[kind]} and is read as {_NAMES[corpus.format]}",
                remedy,
            )
    return "", ""


def _kind(path: Path) -> tuple[str, dict[str, object]]:
    if path.suffix == ".parquet" or _is_binary(path):
        return "", {}
    found = survey.recognise(path, path.parent)
    # What survey has doubts about itself is nothing to correct anybody with.
    return ("", {}) if found is None or found.note else (found.format, found.settings)


def _is_binary(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" in file.read(4096)
