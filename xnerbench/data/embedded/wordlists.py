"""Names of persons from faker and of places, days and numbers from CLDR (through babel).

Every function returns plain lists in the library's order; which part of a list a split may use is
decided elsewhere (`partition`), by content.
"""

from __future__ import annotations

import functools
import importlib
import unicodedata
from collections.abc import Iterable
from typing import Any

from babel import Locale

from xnerbench.data.embedded.script import in_script


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Locales whose persons appear as foreigners in the news of a language with the same script.
FOREIGN_LOCALES = {
    "Latn": _words(
        "cs_CZ de_DE en_GB en_US es_ES fi_FI fr_FR ha_NG hu_HU id_ID it_IT nl_NL pl_PL pt_BR "
        "ro_RO sv_SE sw tr_TR"
    ),
    "Deva": ("hi_IN", "ne_NP"),
}

# Territories that no news sentence calls a country: dependencies, groupings and test codes.
_NOT_COUNTRIES = frozenset(
    _words(
        "AC AI AQ AS AW AX BL BM BQ BV CC CK CP CQ CW CX DG EA EH EU EZ FK FO GF GG GI GP GS GU HK HM "
        "IC IM IO JE KY MF MO MP MQ MS NC NF NU PF PM PN PS QO RE SH SJ SX TA TC TF TK UM UN VG VI WF "
        "XA XB YT ZZ"
    )
)

# Countries that news of any language names often; drawn more than the others.
OFTEN_NAMED = frozenset(
    _words(
        "AF AR AT AU BD BE BG BR CA CH CL CN CO CU CZ DE DK DZ EC EG ES ET FI FR GB GH GR HR HU ID IE "
        "IL IN IQ IR IS IT JM JO JP KE KH KR KZ LB LT LV LY MA ML MM MX MY NG NL NO NP NZ PE PH PK PL "
        "PT QA RO RS RU RW SA SD SE SG SI SK SN SO SY TH TN TR TZ UA UG US UY UZ VE VN YE ZA ZM "
        "ZW"
    )
)

_CITY_AREAS = ("Africa/", "America/", "Asia/", "Australia/", "Europe/")
_CITIES_ELSEWHERE = _words(
    "Atlantic/Reykjavik Atlantic/Stanley Indian/Antananarivo Pacific/Apia Pacific/Auckland "
    "Pacific/Honolulu Pacific/Noumea Pacific/Pago_Pago Pacific/Port_Moresby"
)
_NOT_CITIES = frozenset(
    _words(
        "Anguilla Antigua Aruba Barbados Bahia Belize Cayman Costa_Rica Curacao Dominica El_Salvador "
        "Grenada Guadeloupe Guatemala Guyana Jamaica Martinique Miquelon Montserrat Puerto_Rico "
        "St_Barthelemy St_Kitts St_Lucia St_Thomas St_Vincent Tortola Bahrain Brunei Kuwait Qatar "
        "Kamchatka Sakhalin Gaza Andorra Guernsey Isle_of_Man Jersey Malta Vatican Busingen Adak "
        "Coral_Harbour Danmarkshavn Lower_Princes Lord_Howe Lindeman Thule Grand_Turk Noronha "
        "Bahia_Banderas Khandyga Scoresbysund Eucla Srednekolymsk Ust-Nera Kralendijk Marigot "
        "Metlakatla Rankin_Inlet Resolute Cambridge_Bay Blanc-Sablon Oral El_Aaiun Ceuta "
        "Araguaina Eirunepe Glace_Bay Goose_Bay Swift_Current Dawson Creston Menominee Ojinaga"
    )
)

_BAD = frozenset("()[]/&,;:!?0123456789’'\"")


def _usable(name: str, script: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    plain = not _BAD & set(name) and " - " not in name and " – " not in name and "." not in name
    return plain and len(letters) > 1 and all(in_script(c, script) for c in letters)


def _clean(names: Iterable[str], script: str) -> list[str]:
    unique = dict.fromkeys(" ".join(unicodedata.normalize("NFC", n).split()) for n in names)
    return [name for name in unique if _usable(name, script)]


@functools.lru_cache(maxsize=64)
def _provider(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def given_names(locale: str, gender: str, script: str) -> list[str]:
    """A faker locale's given names of `gender` (`m` or `f`), single words of the script."""
    key = {"m": "first_names_male", "f": "first_names_female"}[gender]
    return [n for n in _clean(getattr(_provider(locale), key), script) if " " not in n]


def surnames(locale: str, gender: str, script: str) -> list[str]:
    """A faker locale's surnames for a person of `gender`, without those in lower case."""
    provider = _provider(locale)
    key = {"m": "last_names_male", "f": "last_names_female"}[gender]
    names: Iterable[str]
    if locale == "pl_PL":
        names = _polish(provider, gender)
    else:
        names = getattr(provider, key if hasattr(provider, key) else "last_names")
    found = [n for n in _clean(names, script) if not n[0].islower()]
    return [f"Mc{n[2:].capitalize()}" if n.startswith("Mc") else n for n in found]


def _polish(provider: Any, gender: str) -> list[str]:
    adjectival = list(provider.male_last_names)
    if gender == "f":
        adjectival = [
            n[:-1] + "a" if n.endswith(("ski", "cki", "dzki", "ny")) else n for n in adjectival
        ]
    # A name in -ski or -ny is not unisex, whatever list it stands in.
    unisex = [n for n in provider.unisex_last_names if not n.endswith(("ski", "cki", "ska", "cka"))]
    return adjectival + unisex[:600]


def countries(locale: str, script: str) -> tuple[list[str], list[str]]:
    """CLDR's countries in a language: those that news name often, and the others."""
    territories = {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
    often: list[str] = []
    seldom: list[str] = []
    for code in sorted(c for c in territories if len(c) == 2 and c not in _NOT_COUNTRIES):
        (often if code in OFTEN_NAMED else seldom).append(territories[code])
    return _clean(often, script), _clean(seldom, script)


def cities(locale: str, script: str) -> list[str]:
    """CLDR's exemplar cities of the time zones in a language.

    Where a Latin-script language keeps the zone identifier's spelling, CLDR has no entry of its
    own, and the identifier's last part stands in (`Europe/Berlin`).
    """
    names = {zone: entry.get("city") for zone, entry in _zones(locale).items()}
    territories = set(Locale.parse(locale).territories.values())
    found = []
    # Hindi's list names every zone of CLDR, so it serves as the list of zones.
    for zone in sorted(_zones("hi")):
        last = zone.rsplit("/", 1)[-1]
        is_city = zone.startswith(_CITY_AREAS) or zone in _CITIES_ELSEWHERE
        if not is_city or last in _NOT_CITIES or zone.count("/") > 1:
            continue
        name = names.get(zone) or (last.replace("_", " ") if script == "Latn" else None)
        if name and (name not in territories or name in ("Luxembourg", "Monaco", "Singapore")):
            found.append(name)
    return _clean(found, script)


def _zones(locale: str) -> dict[str, dict[str, str]]:
    return Locale.parse(locale)._data["time_zones"]


def months(locale: str) -> list[str]:
    """The months as they stand inside a date."""
    return [str(Locale.parse(locale).months["format"]["wide"][i]) for i in range(1, 13)]


def weekdays(locale: str) -> list[str]:
    """The days of the week, Monday first, as they stand inside a date."""
    return [str(Locale.parse(locale).days["format"]["wide"][i]) for i in range(7)]


def separators(locale: str) -> tuple[str, str]:
    """The decimal sign, and the grouping sign where four-digit numbers are grouped by a mark."""
    symbols = Locale.parse(locale).number_symbols["latn"]
    group = str(symbols["group"])
    grouped = group in (",", ".") and locale not in ("es", "pl")
    return str(symbols["decimal"]), group if grouped else ""
