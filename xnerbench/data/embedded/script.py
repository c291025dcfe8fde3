"""Which letters belong to a script."""

from __future__ import annotations

import unicodedata

# ISO 15924 code -> how Unicode names the script's letters
_NAMES = {"Latn": "LATIN", "Deva": "DEVANAGARI", "Cyrl": "CYRILLIC", "Grek": "GREEK"}


def in_script(character: str, script: str) -> bool:
    """Whether a letter belongs to a script (ISO 15924 code) or to any script alike."""
    wanted = _NAMES.get(script, "")
    name = unicodedata.name(character, "")
    return name.startswith((wanted, "MODIFIER LETTER", "FEMININE ORDINAL", "MASCULINE ORDINAL"))
