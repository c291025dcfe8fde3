"""Corpora whose tags were made by a program, so that one annotated by people is the better choice."""

from __future__ import annotations

import re
from pathlib import Path

_NAMES = {
    "wikiann": "WikiANN",
    "panx": "WikiANN (PAN-X)",
    "wikineural": "WikiNEuRal",
    "multinerd": "MultiNERD",
    "wikiner": "WikiNER",
    "wikifane": "WikiFANE",
    "polyglotner": "Polyglot-NER",
    "naamapadam": "Naamapadam",
}
"""Without spaces, hyphens and capitals. Their test sets were tagged by the same program, some in part corrected."""


def name_of(path: Path) -> str:
    """Name of the automatically annotated corpus that a part of a path names, or nothing."""
    for part in path.parts:
        plain = re.sub(r"[\W_]+", "", part.casefold())
        for name, title in _NAMES.items():
            if plain.startswith(name):
                return title
    return ""
