"""Turkish case suffixes of proper names, set off by an apostrophe.

Rules: vowel harmony (two-way for -e, -de, -den, -le; four-way for -i, -in), buffer consonants after
a vowel (y, n), devoicing of d after a voiceless consonant, and the pronominal n after the
possessive ending of compound names (`Ankara Üniversitesi'nde`). A name's own spelling never changes.
"""

from __future__ import annotations

CASES = ("dat", "acc", "loc", "abl", "gen", "ins")

_VOWELS = "aıoueiöü"
_BACK = "aıou"
_HIGH = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
_VOICELESS = "çfhkpsştxq"
_FOREIGN = str.maketrans("âáàãåäéèêëîíìïôóòõøőûúùűăąęėěīōūœæ", "aaaaaaeeeeiiiiooooööuuuüaaeeeiouöe")

# A final palatal l or a borrowed ending takes front suffixes in spite of its back vowel.
_FRONT = frozenset(
    [
        "kemal",
        "celal",
        "cemal",
        "bilal",
        "hilal",
        "nihal",
        "nepal",
        "senegal",
        "seul",
        "emsal",
        "ahval",
    ]
)

# Heads of compound names: their last vowel is the possessive ending.
_POSSESSIVE_PLACES = [
    "cumhuriyeti",
    "adaları",
    "adası",
    "emirlikleri",
    "krallığı",
    "devletleri",
    "bölgesi",
    "denizi",
    "gölü",
    "dağı",
    "dağları",
    "nehri",
    "ırmağı",
    "ovası",
    "vadisi",
    "yarımadası",
    "körfezi",
    "boğazı",
    "çölü",
    "havzası",
    "yaylası",
    "ormanı",
    "burnu",
    "çayı",
    "platosu",
    "kanalı",
    "deltası",
    "toprakları",
]

_DIGITS = {
    "0": "sıfır",
    "1": "bir",
    "2": "iki",
    "3": "üç",
    "4": "dört",
    "5": "beş",
    "6": "altı",
    "7": "yedi",
    "8": "sekiz",
    "9": "dokuz",
}
_TENS = {
    "10": "on",
    "20": "yirmi",
    "30": "otuz",
    "40": "kırk",
    "50": "elli",
    "60": "altmış",
    "70": "yetmiş",
    "80": "seksen",
    "90": "doksan",
    "00": "yüz",
}


def lower(text: str) -> str:
    """Lower case in the Turkish way: I becomes ı, İ becomes i."""
    return text.replace("I", "ı").replace("İ", "i").lower()


def inflect(name: str, case: str, kind: str) -> str:
    """Adds a case suffix to a name.

    Args:
        name: One or more words; the suffix goes to the last one.
        case: One of `CASES`.
        kind: `PER`, `LOC.city`, `ORG.club`, ...

    Returns:
        The name with an apostrophe and the suffix.
    """
    return f"{name}'{suffix(_spoken(name), case, is_compound(name, kind))}"


def is_compound(name: str, kind: str) -> bool:
    """Whether a name ends in a possessive ending and so takes the pronominal n."""
    words = lower(name).split(" ")
    if len(words) < 2 or words[-1][-1] not in "ıiuü" or name.split(" ")[-1].isupper():
        return False
    if kind.startswith("ORG"):
        return True
    return kind.startswith("LOC") and words[-1].endswith(tuple(_POSSESSIVE_PLACES))


def suffix(word: str, case: str, compound: bool = False) -> str:
    """The suffix that follows a word as it is spoken (lower case)."""
    vowels = [c for c in word if c in _VOWELS] or ["e"]
    last = vowels[-1]
    if word in _FRONT:
        last = {"a": "e", "u": "ü"}[last]
    low = "a" if last in _BACK else "e"
    high = _HIGH[last]
    open_end = word[-1] in _VOWELS
    buffer = "n" if compound else "y" if open_end else ""
    if case == "dat":
        return buffer + low
    if case == "acc":
        return buffer + high
    if case == "gen":
        return ("n" if open_end else "") + high + "n"
    if case == "ins":
        return ("y" if open_end else "") + "l" + low
    stop = "nd" if compound else "t" if word[-1] in _VOICELESS else "d"
    return stop + low + ("n" if case == "abl" else "")


def _spoken(name: str) -> str:
    """The last word of a name as its suffix hears it: letters and digits read aloud."""
    word = name.split(" ")[-1].split("-")[-1].rstrip(".'’")
    if word[-1:].isdigit():
        return _TENS.get(word[-2:]) or _DIGITS[word[-1]]
    if _is_read_by_letters(word):
        letter = lower(word[-1])
        return letter if letter in _VOWELS else letter + "e"
    word = lower(word).translate(_FOREIGN)
    # A foreign y after a consonant is heard as i (Kelly); after a vowel it stays a consonant.
    if len(word) > 1 and word[-1] == "y" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    return word


def _is_read_by_letters(word: str) -> bool:
    if not (word.isupper() and len(word) > 1):
        return False
    ending = lower(word[-2:])
    return len(word) == 2 or not any(c in _VOWELS for c in ending)
