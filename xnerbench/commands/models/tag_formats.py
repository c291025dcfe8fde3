"""How a tagged sentence is written: CoNLL columns, a line of JSON, or colours."""

from __future__ import annotations

import json

from xnerbench.data import tags as tagging

_COLOURS = (34, 32, 35, 33, 36, 31)  # a type has the same one in every sentence and run


def conll(words: list[str], tags: list[str], spaced: bool) -> str:
    """Word, tab, tag on a line each, and a blank line; a blank sentence is nothing."""
    if not words:
        return ""
    return "".join(f"{word}\t{tag}\n" for word, tag in zip(words, tags, strict=True)) + "\n"


def jsonl(words: list[str], tags: list[str], spaced: bool) -> str:
    """One object a line of text: words, tags, and entities with their words' places, `end` exclusive."""
    joint = " " if spaced else ""
    entities = [
        {"type": kind, "start": start, "end": end, "text": joint.join(words[start:end])}
        for kind, start, end in _entities(tags)
    ]
    value = {"words": words, "tags": tags, "entities": entities}
    return json.dumps(value, ensure_ascii=False) + "\n"


def colour(words: list[str], tags: list[str], spaced: bool) -> str:
    """The sentence with entities in colour, each followed by its type."""
    joint = " " if spaced else ""
    parts, after = [], 0
    for kind, start, end in _entities(tags):
        parts += words[after:start]
        shade = _COLOURS[sum(kind.encode()) % len(_COLOURS)]
        parts.append(f"\x1b[1;{shade}m{joint.join(words[start:end])}\x1b[0;2m {kind}\x1b[0m")
        after = end
    return joint.join([*parts, *words[after:]]) + "\n"


def _entities(tags: list[str]) -> list[tagging.Entity]:
    """Entities as corpora are read: an `I-` that continues nothing begins one, so that no tag goes unseen."""
    return tagging.entities(tags, strict=False)


FORMATS = {"conll": conll, "jsonl": jsonl, "colour": colour}
