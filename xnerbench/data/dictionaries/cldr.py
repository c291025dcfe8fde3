"""Names of territories and cities from CLDR, through babel: a gazetteer for nearly every language.

CLDR's data are under the Unicode licence, which permits their use and copies.
"""

from __future__ import annotations

import pycountry
from babel import Locale, UnknownLocaleError

from xnerbench.data.dictionaries.dictionary import Dictionary
from xnerbench.errors import InputError

_MACRO = {"swh": "sw", "cmn": "zh", "npi": "ne", "arb": "ar", "pes": "fa", "zsm": "ms", "ekk": "et"}


def locale_of(language: str, where: str) -> Locale:
    """babel's locale of an ISO 639-3 code.

    Raises:
        InputError: CLDR, or this version of babel, has no such language.
    """
    record = pycountry.languages.get(alpha_3=language)
    code = _MACRO.get(language) or getattr(record, "alpha_2", language)
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        remedy = "give a table of word pairs for it"
        raise InputError(f"CLDR has no names in `{language}`", where, remedy) from None


def places(language: str, where: str = "dictionaries") -> dict[str, str]:
    """Territory codes and time zones to names in a language: `{"DE": "Saksa", "Europe/Rome": "Rooma"}`."""
    locale = locale_of(language, where)
    named = {
        str(code): str(name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")
    }
    for zone, entry in locale._data["time_zones"].items():
        if "city" in entry and zone.startswith(("Africa/", "America/", "Asia/", "Europe/")):
            named[str(zone)] = str(entry["city"])
    return named


def gazetteer(language: str, where: str = "dictionaries") -> set[tuple[str, ...]]:
    """Names of places as words, for labels of LOC: `{("Uusi", "Seelanti"), ...}`."""
    return {tuple(name.split()) for name in places(language, where).values()}


def read_cldr(language: str, where: str) -> Dictionary:
    """English names of territories and cities to those of a language.

    Where CLDR has no English name of a city, the zone's own spelling stands for it (`Europe/Rome`: Rome).
    """
    english, foreign = places("eng", where), places(language, where)
    pairs = []
    for key, name in foreign.items():
        plain = english.get(key) or key.rsplit("/", 1)[-1].replace("_", " ")
        pairs.append((plain, name))
    return Dictionary(pairs)
