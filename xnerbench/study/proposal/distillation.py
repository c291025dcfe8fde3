"""A configuration for one thing: a tagger of a language from its raw text and other languages' labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnerbench.data import languages, survey
from xnerbench.data.readers.opening import open_split
from xnerbench.data.survey import known_types
from xnerbench.errors import InputError
from xnerbench.study.proposal.candidates import opening
from xnerbench.study.proposal.written import flow

LEAST_POOL = 20
"""Sentences without which there is nothing to learn from, and nothing to measure on."""
HELD_OUT = 500
"""Sentences of a large pool on which student and teacher are compared (`learning.agreement.heldout`)."""


@dataclass(frozen=True)
class Labelled:
    """Labelled text of one source: its language and its entry under `corpora.languages`."""

    language: str
    entry: dict[str, Any]
    types: frozenset[str]


def labelled(given: str) -> Labelled:
    """What `LANG=FILE` or `FILE` names, recognised by looking at it.

    Raises:
        InputError: There is no such file, its language is not said, or it is no labelled text.
    """
    code, _, name = given.rpartition("=")
    path = Path(name)
    if not path.is_file():
        raise InputError(f"there is no file {path}", "--source", "name a file of labelled text")
    found = survey.recognise(path, path.parent)
    language = code or survey.language_of(path)
    if language is None or not languages.is_code(language):
        what = f"the language of {path} is not known"
        raise InputError(what, "--source", f"write it before the path, as in eng={path}")
    if found is None or found.note or found.format == "text":
        what = found.note if found is not None and found.note else "no labelled text was recognised"
        remedy = "give CoNLL columns, CoNLL-U or JSON lines, or write a configuration by hand"
        raise InputError(f"{path}: {what}", "--source", remedy)
    entry = {"format": found.format, **found.settings, "train": str(path)}
    text = open_split(opening(Path(), {language: entry}), language, "train")
    return Labelled(language, entry, frozenset(survey.types_of(text.tags or [])))


def types_of(sources: Iterable[Labelled]) -> tuple[list[str], dict[str, str | None]]:
    """The types that every source has, and a map for those that are spelled otherwise.

    Raises:
        InputError: They share none.
    """
    own = [source.types for source in sources]
    first = sorted(own[0])
    if all(types == own[0] for types in own):
        return first, {}
    renamed = [{known_types.proposed(kind) or kind for kind in types} for types in own]
    shared = sorted(set.intersection(*renamed))
    if not shared:
        what = "the sources have no type of entities in common"
        raise InputError(what, "--source", "give one source only, or map types in a configuration")
    every = sorted(set().union(*own) - set(shared))
    return shared, {k: known_types.proposed(k) for k in every if known_types.proposed(k) in shared}


def sizes(pool: int) -> int:
    """How many sentences to learn from, so that some are left to compare on.

    Raises:
        InputError: There are too few.
    """
    if pool < LEAST_POOL:
        what = f"{pool} different sentences are too few to learn from"
        raise InputError(what, "TEXT", f"give at least {LEAST_POOL}, one on each line")
    return pool - min(HELD_OUT, pool // 10)


def text(raw: dict[str, Any], target: str, size: int, of: int) -> str:
    """The configuration as YAML with comments."""
    lines = [
        "# Made by `xnerbench distil`: a tagger without a test set. Yours to change: with `test:` in the target's",
        "# corpus and without `untested` it is a study with scores; docs/configuration.md has all keys.",
    ]
    notes = {
        "sizes": f"of {of:,} different sentences; the others measure how faithful the student is",
        "untested": f"{languages.name(target)} has no test set",
        "methods": "docs/methods.md",
    }
    for key, value in raw.items():
        if key == "corpora":
            continue
        note = f"   # {notes[key]}" if key in notes else ""
        lines.append(f"{key}: {flow(value)}{note}")
    corpora = raw["corpora"]
    lines.append("corpora:")
    if corpora.get("label_map"):
        lines.append(f"  label_map: {flow(corpora['label_map'])}")
    lines.append("  languages:   # add `licence:` to each; the model card prints it")
    for code, entry in corpora["languages"].items():
        lines.append(f"    {flow(code)}: {flow(entry)}   # {languages.name(code)}")
    return "\n".join(lines) + "\n"
