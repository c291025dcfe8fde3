"""Languages: ISO 639-3 codes with the nearest code for a wrong one, names, scripts of texts."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pycountry

UNSPACED = frozenset(
    [
        *("zho", "cdo", "cjy", "cmn", "cpx", "czh", "czo", "gan", "hak", "hsn", "lzh", "mnp", "nan"),
        *("wuu", "yue", "jpn", "tha", "nod", "sou", "tts", "lao", "khm", "mya", "shn", "mnw", "bod", "dzo"),
    ]
)  # fmt: skip
"""Chinese, Japanese, Thai, Lao, Khmer, Burmese, Shan, Mon, Tibetan, Dzongkha and their closest relatives."""

_LOCAL = re.compile("q[a-t][a-z]")


@functools.cache
def _record(code: str) -> Any:
    return pycountry.languages.get(alpha_3=code)


def is_code(code: str) -> bool:
    """Whether `code` is an ISO 639-3 code: three lower-case letters, assigned or for local use."""
    return len(code) == 3 and code.islower() and (is_local(code) or _record(code) is not None)


def is_local(code: str) -> bool:
    """Whether `code` is one of `qaa` to `qtz`, which ISO 639 leaves to its users.

    A study may use one for a second text of a language: another domain, a development set, a dialect.
    """
    return bool(_LOCAL.fullmatch(code))


def is_spaced(code: str) -> bool:
    """Whether the language is, as far as is known, written with spaces between words."""
    return code not in UNSPACED


def is_macrolanguage(code: str) -> bool:
    """Whether `code` covers several individual languages (ISO 639-3 scope M), such as `ara`."""
    record = _record(code)
    return record is not None and record.scope == "M"


def name(code: str) -> str:
    """English name of a language without its qualifiers: `Swahili` for `swa` and `swh`.

    A code for local use is its own name.

    Raises:
        KeyError: `code` is not an ISO 639-3 code.
    """
    if is_local(code):
        return code
    record = _record(code)
    if record is None:
        raise KeyError(code)
    return record.name.split(" (")[0]


def suggest(text: str) -> str | None:
    """The ISO 639-3 code somebody who wrote `text` may have meant, with its name, or None.

    Understands ISO 639-1 codes (`de`), tags with a region (`pt-BR`), English names (`german`),
    codes in capitals and near misses of common codes.
    """
    if len(text) > 100:
        return None
    key = text.strip().lower()
    base = key.replace("_", "-").split("-")[0]
    candidates = [
        pycountry.languages.get(alpha_2=base),
        pycountry.languages.get(alpha_3=base),
        pycountry.languages.get(bibliographic=base),
        pycountry.languages.get(name=text.strip().title()),
    ]
    if len(key) <= 4:  # longer ones are names
        near = difflib.get_close_matches(key, _common_codes(), 1, 0.6)
        candidates += [_record(code) for code in near]
    for record in candidates:
        if record is not None:
            return f"{record.alpha_3} ({record.name})"
    names = {record.name.split(" (")[0].lower(): record for record in _living()}
    for match in difflib.get_close_matches(key, names, 1, 0.8):
        return f"{names[match].alpha_3} ({names[match].name})"
    return None


def code_of(name: str) -> str | None:
    """The code of an English name without its qualifiers, whatever its capitals; of namesakes the commoner."""
    return _by_name().get(name.casefold())


@functools.cache
def _by_name() -> dict[str, str]:
    common = sorted(_living(), key=lambda record: hasattr(record, "alpha_2"))
    return {record.name.split(" (")[0].casefold(): record.alpha_3 for record in common}


@functools.cache
def _living() -> tuple[Any, ...]:
    return tuple(record for record in pycountry.languages if record.type == "L")


@functools.cache
def _common_codes() -> tuple[str, ...]:
    # The 184 languages with a two-letter code are the likely ones; all 7,900 would match anything.
    return tuple(record.alpha_3 for record in _living() if hasattr(record, "alpha_2"))


def script(texts: Iterable[str]) -> str:
    """The commonest script of the letters in `texts`, as in Unicode character names.

    For example `Latin`, `Cyrillic`, `Devanagari`, `Han`, or `none` where there is no letter. Kana
    beside Han is reported as `Japanese`.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_script_of(character) for character in text if character.isalpha())
    if not counts:
        return "none"
    if counts["Hiragana"] + counts["Katakana"] > 0.05 * counts.total() and counts["Han"]:
        return "Japanese"
    return counts.most_common(1)[0][0]


@functools.cache
def _script_of(character: str) -> str:
    words = unicodedata.name(character, "UNKNOWN").split(" ")
    first = words[0].removesuffix("-")
    if first.startswith("CJK"):
        return "Han"
    if first in {"HALFWIDTH", "FULLWIDTH", "MODIFIER", "MATHEMATICAL"} and len(words) > 1:
        first = words[1]
    return first.title()
