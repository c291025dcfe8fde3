"""A configuration for one thing: a tagger of a language from its raw text and other languages' labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnerbench.data import languages, survey
from xnerbench.data.readers.opening import open_split
from xnerbench.data.survey import known_types
from xnerbench.errors import InputError
from xnerbench.study.model import Config
from xnerbench.study.proposal.candidates import opening
from xnerbench.study.proposal.written import flow

LEAST_POOL = 20
"""Sentences without which there is nothing to learn from, and nothing to measure on."""
LABELS: tuple[str, ...] = Config.labels
"""The default labels of a study."""
HELD_OUT = 500
"""Sentences of a large pool on which student and teacher are compared (`learning.agreement.heldout`)."""


@dataclass(frozen=True)
class Labelled:
    """Labelled text of one source: its language and its entry under `corpora.languages`."""

    language: str
    entry: dict[str, Any]
    types: frozenset[str]


def labelled(given: str, where: str = "--source") -> Labelled:
    """What `LANG=FILE` or `FILE` names, recognised by looking at it.

    Args:
        given: As it was typed.
        where: The argument.

    Raises:
        InputError: There is no such file, its language is not said, or it is no labelled text.
    """
    code, _, name = given.rpartition("=")
    path = Path(name)
    if not path.is_file():
        raise InputError(f"there is no file {path}", where, "name a file of labelled text")
    found = survey.recognise(path, path.parent)
    language = code or survey.language_of(path)
    if language is None or not languages.is_code(language):
        what = f"the language of {path} is not known"
        raise InputError(what, where, f"write it before the path, as in eng={path}")
    if found is None or found.note or found.format == "text":
        what = found.note if found is not None and found.note else "no labelled text was recognised"
        remedy = "give CoNLL columns, CoNLL-U or JSON lines, or write a configuration by hand"
        if found is not None and found.remedy:
            remedy = found.remedy
        raise InputError(f"{path}: {what}", where, remedy)
    entry = {"format": found.format, **found.settings, "train": str(path)}
    text = open_split(opening(Path(), {language: entry}), language, "train")
    return Labelled(language, entry, frozenset(survey.types_of(text.tags or [])))


def types_of(
    sources: Iterable[Labelled], wanted: Sequence[str] = ()
) -> tuple[list[str], dict[str, str | None]]:
    """The types that every source has, and a map for those that are spelled otherwise.

    Args:
        sources: The labelled texts.
        wanted: Types to be learned; all that are shared by default.

    Raises:
        InputError: They share none, or not one that is wanted.
    """
    own = [source.types for source in sources]
    renamed = [{known_types.proposed(kind) or kind for kind in types} for types in own]
    alike = all(types == own[0] for types in own) and set(wanted) <= own[0]
    shared = set(own[0] if alike else set.intersection(*renamed))
    if not shared:
        what = "the sources have no type of entities in common"
        raise InputError(what, "--source", "give one source only, or map types in a configuration")
    if odd := [kind for kind in wanted if kind not in shared]:
        what = f"the sources do not all have the type {odd[0]}"
        raise InputError(what, "--labels", f"they share {', '.join(_ordered(shared))}")
    taken = list(dict.fromkeys(wanted)) or _ordered(shared)
    every = sorted(set().union(*own) - set(taken))  # those that are left out become `O`
    return taken, {} if alike else _map(every, taken)


def renamed(kinds: Collection[str], taken: Collection[str]) -> dict[str, str | None]:
    """A map for the types of one more text that are among the taken ones under another name; others become `O`.

    Args:
        kinds: Types of the text.
        taken: Types that are learned.

    Raises:
        InputError: None of its types is.
    """
    found = _map(sorted(set(kinds) - set(taken)), taken)
    if not found and not set(kinds) & set(taken):
        what = f"it has none of the types {', '.join(taken)}, but {', '.join(sorted(kinds)) or 'no entity'}"
        raise InputError(
            what, "TEXT", "label entities of these types, or name others by `--labels`"
        )
    return found


def _map(kinds: Iterable[str], taken: Collection[str]) -> dict[str, str | None]:
    proposed = {kind: known_types.proposed(kind) for kind in kinds}
    return {kind: new for kind, new in proposed.items() if new in taken}


def _ordered(types: Iterable[str]) -> list[str]:
    """The types that studies have by default first, in their order, as calibrations are made with them."""
    first = [kind for kind in LABELS if kind in types]
    return [*first, *sorted(set(types) - set(first))]


def sizes(pool: int) -> int:
    """How many sentences to learn from, so that some are left to compare on.

    Raises:
        InputError: There are too few.
    """
    if pool < LEAST_POOL:
        what = f"{pool} different sentences are too few to learn from"
        raise InputError(what, "TEXT", f"give at least {LEAST_POOL}, one on each line")
    return pool - min(HELD_OUT, pool // 10)


def text(raw: dict[str, Any], target: str, of: int) -> str:
    """The configuration as YAML with comments; `of` is the number of different sentences."""
    lines = [
        "# Made by `xnerbench distil`: a tagger without a test set. Yours to change: with `test:` in the target's",
        "# corpus and without `untested` it is a study with scores; docs/configuration.md has all keys.",
    ]
    notes = {
        "sizes": f"of {of:,} different sentences; the others measure how faithful the student is"
        if raw["sizes"] != [of]
        else "all labelled sentences",
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
