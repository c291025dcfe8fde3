"""Finnish case forms of names.

Rules: vowel harmony, consonant gradation before a closed syllable, -nen names (stem -se-), names
that end in a consonant (stem -i-), the illative's forms, and a table of endings whose stems a rule
cannot tell (`-joki` : `-joe-`). Towns that take the outer local cases (`Tampereella`) do so even
where a frame asks for an inner one, as a Finnish writer would.
"""

from __future__ import annotations

from dataclasses import dataclass

from xnerbench.data.embedded.cases import finnish_words

CASES = ("gen", "ine", "ela", "ill", "ade", "all", "abl", "part")

_VOWELS = "aeiouyäöåáéíóúàèâêôûüãõøæ"
_BACK = "aouáóúàâôûãõ"
_ENDINGS = {"gen": "n", "ine": "ssA", "ela": "stA", "ade": "llA", "all": "lle", "abl": "ltA"}
_OUTER = {"ine": "ade", "ela": "abl", "ill": "all"}


@dataclass(frozen=True)
class _Stem:
    """Stems of a name: before an open syllable, before a closed one, partitive and illative."""

    strong: str
    weak: str
    partitive: str
    illative: str


_LETTER_BACK = "AHKOUQÅ"
_LETTER_ILLATIVE = {
    **dict.fromkeys("BCDEGPTV", "hen"),
    **dict.fromkeys("FLMNRSXZ", "ään"),
    **dict.fromkeys("IJ", "hin"),
    **dict.fromkeys("HKO", "hon"),
    **dict.fromkeys("UQ", "hun"),
    "A": "han",
    "Y": "hyn",
    "Ä": "hän",
    "Ö": "hön",
}


def inflect(name: str, case: str, kind: str) -> str:
    """Inflects the last word of a name.

    Args:
        name: One or more words in the nominative.
        case: One of `CASES`.
        kind: `PER`, `LOC.city`, `ORG.club`, ...; places may turn an inner local case outer.

    Returns:
        The name in the case.
    """
    if kind.startswith("LOC") and takes_outer_cases(name):
        case = _OUTER.get(case, case)
    head, blank, last = name.rpartition(" ")
    start, hyphen, tail = last.rpartition("-")
    for whole in (last, tail):
        if whole in finnish_words.WHOLE:
            before = last[: len(last) - len(whole)]
            return head + blank + before + finnish_words.WHOLE[whole].split(" ")[CASES.index(case)]
    return head + blank + start + hyphen + inflect_word(tail, case, kind == "PER")


def takes_outer_cases(place: str) -> bool:
    """Whether a place is spoken of with -lla, -lta, -lle rather than -ssa, -sta, -Vn."""
    if place in finnish_words.INNER_ALL_THE_SAME:
        return False
    return any(
        place.lower().endswith(name[1:]) if name[0] == "-" else place == name
        for name in finnish_words.OUTER_PLACES
    )


def inflect_word(word: str, case: str, person: bool = False) -> str:
    """Inflects a single word; a person's -as has another stem than a place's."""
    if word.lower() in ("oy", "oyj", "ab", "ry", "abp") or (word.isupper() and len(word) > 1):
        return f"{word}:{_abbreviation(word, case)}"
    stem = _stem(word, person)
    if case == "part":
        return stem.partitive
    if case == "ill":
        return stem.illative
    return stem.weak + _harmonic(_ENDINGS[case], _sound(word))


def _abbreviation(word: str, case: str) -> str:
    letter = word[-1].upper()
    a = "a" if letter in _LETTER_BACK else "ä"
    if case == "part":
        return "t" + a
    if case == "ill" and word == "Oy":  # read as osakeyhtiö
        return "öön"
    if case == "ill":
        return _LETTER_ILLATIVE.get(letter, "hen")
    return _ENDINGS[case].replace("A", a)


def _sound(word: str) -> str:
    """The part of a compound that decides the harmony: a listed ending, or the whole word."""
    low = word.lower()
    for ending in (*finnish_words.STEMS, "kylä", "pää", "lä", "syrjä", "seppä", "venäjä"):
        if low.endswith(ending):
            return ending
    return low


def _harmonic(ending: str, sound: str) -> str:
    return ending.replace("A", "a" if any(c in _BACK for c in sound) else "ä")


def _stem(word: str, person: bool) -> _Stem:
    low = word.lower()
    if low.endswith("nen") and len(word) > 4:
        stem = word[:-3] + "se"
        return _Stem(stem, stem, word[:-3] + _harmonic("stA", _sound(word)), stem + "en")
    for ending, (strong, weak, partitive) in finnish_words.STEMS.items():
        if low.endswith(ending):
            return _from_table(word, ending, strong, weak, partitive)
    if low[-1] not in _VOWELS:
        return _consonant_stem(word, person)
    weak = _gradate(word)
    return _Stem(word, weak, word + _partitive_ending(word), word + _illative_ending(word))


def _from_table(word: str, ending: str, strong: str, weak: str, partitive: str) -> _Stem:
    before, shown = word[: -len(ending)], word[-len(ending) :]

    def cased(text: str) -> str:
        return before + (text[0].upper() + text[1:] if shown[0].isupper() else text)

    long_vowel = strong[-1] == strong[-2]
    illative = strong + ("seen" if long_vowel else strong[-1] + "n")
    return _Stem(cased(strong), cased(weak), cased(partitive), cased(illative))


def _consonant_stem(word: str, person: bool) -> _Stem:
    # Markus : Markuksen, Vilnius : Vilniuksen; Tuomas : Tuomaksen, but Dallas : Dallasin
    if word.lower().endswith(("us", "as") if person else "us") and len(word) > 4:
        stem = word[:-1] + "kse"
        return _Stem(stem, stem, word + _harmonic("tA", _sound(word)), stem + "en")
    stem = word + "i"
    return _Stem(stem, stem, stem + _harmonic("A", _sound(word)), stem + "in")


def _partitive_ending(word: str) -> str:
    low = word.lower()
    a = _harmonic("A", _sound(word))
    double = low[-1] == low[-2] or low[-2:] in (
        "io",
        "eo",
        "yö",
        "uo",
        "ie",
        "iö",
        "oi",
        "ai",
        "ei",
    )
    return ("t" if double and low[-2] in _VOWELS else "") + a


def _illative_ending(word: str) -> str:
    low = word.lower()
    last, before = low[-1], low[-2]
    if low.endswith(("maa", "pää", "suu", "puu", "kää")):
        return f"h{last}n"
    if last == before:
        return "seen"
    if before in _VOWELS and last in "iuy" and before in "aeouäö":
        return f"h{'i' if last == 'y' else last}n"
    return last + "n"


def _gradate(word: str) -> str:
    """The weak grade of a double stop and of -nki, -nku, -nka (Helsinki : Helsingi-)."""
    low = word.lower()
    foreign = any(c in "bcfgqwxzåáéíóúüñçãõøæ" for c in low)
    if len(word) < 4 or low[-1] not in _VOWELS or foreign:
        return word
    if low[-3:-1] in ("kk", "pp", "tt"):
        return word[:-2] + word[-1]
    if low[-3:-1] == "nk":
        return word[:-2] + "g" + word[-1]
    return word
