"""What makes a labelled file of columns look like running text: lost empty lines, commas, spaces for tabs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

LONGEST = 200
"""Words a sentence on average, beyond which empty lines have been lost."""
MOST = 0.9
"""Share of a file's lines that must be alike."""
_SEPARATORS = {",": "commas", ";": "semicolons"}
_LINES = 20_000


def of(lines: Sequence[str], are_tags: Callable[[Counter[str]], bool]) -> tuple[str, str]:
    """What is wrong with a labelled file, and what to do about it; nothing where it is none, or is right.

    Args:
        lines: Of the file, from its first.
        are_tags: Whether the values of a column are tags.
    """
    lines = lines[:_LINES]
    body = [line for line in lines if line.strip() and not line.startswith(("#", "-DOCSTART-"))]
    if len(body) < 4:
        return "", ""
    for separator, name in _SEPARATORS.items():
        last = [line.rsplit(separator, 1)[1].strip("\"' \t") for line in body if separator in line]
        if len(last) >= MOST * len(body) and are_tags(Counter(last)):
            return f"has columns separated by {name}", "separate them by tabs"
    rows = [re.split(r"[ \t]+", line.strip()) for line in body]
    width, times = Counter(map(len, rows)).most_common(1)[0]
    columns = [*zip(*(row for row in rows if len(row) == width), strict=True)]
    if times < MOST * len(rows) or not any(are_tags(Counter(column)) for column in columns[1:]):
        return "", ""
    starts = zip(["", *lines], lines, strict=False)
    blocks = sum(bool(line.strip()) and not before.strip() for before, line in starts)
    if len(body) == len(lines) or len(body) > LONGEST * blocks:
        few = "no" if blocks < 2 else "next to no"
        return f"has {few} empty line between its sentences", "put one after each sentence"
    spaced = sum(
        "\t" not in line and len(row) == width for line, row in zip(body, rows, strict=True)
    )
    if "\t" in body[0] and spaced:
        what = f"has spaces in place of tabs in {spaced:,} of {len(body):,} lines"
        return what, "put tabs there, or set `separator: space`"
    return "", ""
