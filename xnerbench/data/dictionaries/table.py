"""Word pairs in a table: MUSE (`house Haus`), PanLex and anything else with a pair a line.

The separator is a tab where there is one, else the first run of spaces. Columns after the second (scores) are
left unread. Lines without a second column are refused, so that a wrong file does not pass for a dictionary.
Words are cleaned as those of a pool are.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from xnerbench.data import normalise
from xnerbench.data.dictionaries.dictionary import Dictionary
from xnerbench.data.readers.plain import phrase
from xnerbench.errors import InputError


def read_table(path: Path, where: str) -> Dictionary:
    """Reads a table of word pairs in UTF-8; lines that begin with `#` and a space are comments.

    Raises:
        InputError: It cannot be read, has a line without a pair, or no line.
    """
    pairs = []
    for number, line in enumerate(normalise.read_lines(path, "utf-8", where, Counter()), 1):
        if not line.strip() or line.startswith("# "):
            continue
        fields = line.split("\t") if "\t" in line else line.split(None, 1)
        pair = [phrase(field) for field in fields[:2]]
        if len(pair) < 2 or not all(pair):
            raise InputError(
                "there is no word pair",
                f"{path}:{number}",
                "write a source word, a tab and its translation",
            )
        pairs.append((pair[0], pair[1]))
    if not pairs:
        raise InputError(f"{path} has no word pair", where, "check that it is the right file")
    return Dictionary(pairs)
