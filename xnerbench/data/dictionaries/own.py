"""A small dictionary of our own for the embedded corpus: no file of others, nothing to install.

`own.csv` holds some of the frames' commonest words in English and in seven of the corpus's languages,
written for this suite. Months, days of the week and places come from CLDR.
"""

from __future__ import annotations

import csv
from pathlib import Path

from xnerbench.data.dictionaries.cldr import locale_of, read_cldr
from xnerbench.data.dictionaries.dictionary import Dictionary

FILE = Path(__file__).parent / "own.csv"


def read_own(language: str, where: str = "dictionaries") -> Dictionary:
    """The dictionary from English to a language; without a column of its own it has names and dates only.

    Raises:
        InputError: CLDR does not know the language either.
    """
    pairs = []
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs += [(row["eng"], word) for word in (row.get(language) or "").split("|") if word]
    return Dictionary([*pairs, *_dates(language, where), *read_cldr(language, where).pairs()])


def _dates(language: str, where: str) -> list[tuple[str, str]]:
    english, foreign = locale_of("eng", where), locale_of(language, where)
    pairs = []
    for kind in ("months", "days"):
        ours, theirs = (getattr(locale, kind)["format"]["wide"] for locale in (english, foreign))
        pairs += [(str(ours[key]), str(theirs[key])) for key in sorted(ours)]
    return pairs
