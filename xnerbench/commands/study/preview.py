"""A sentence as it was read: entities in brackets with their type, and in colour on a terminal."""

from __future__ import annotations

from xnerbench.data import tags as tagging
from xnerbench.errors import printable

SHOWN = 30
"""Words of a sentence that are shown."""
COLOURS = (32, 34, 35, 33, 36, 31)
"""Terminal codes of the labels, in their order in the study."""


def show(words: list[str], tags: list[str] | None, labels: tuple[str, ...], colour: bool) -> str:
    """One line: `[PER Anna Berg] lives in [LOC Oslo] .`

    Args:
        words: The sentence's.
        tags: IOB2 with the study's labels, or None for unlabelled text.
        labels: The study's, for the colours.
        colour: Whether to write terminal codes.
    """
    ends = {start: (kind, end) for kind, start, end in tagging.entities(tags or [])}
    parts, place = [], 0
    while place < min(len(words), SHOWN):
        kind, end = ends.get(place, ("", place + 1))
        text = printable(" ".join(words[place:end]))
        if kind:
            text = f"[{kind} {text}]"
            if colour:
                code = COLOURS[labels.index(kind) % len(COLOURS)]
                text = f"\x1b[1;{code}m{text}\x1b[0m"
        parts.append(text)
        place = end
    return " ".join(parts) + (" ..." if place < len(words) else "")
