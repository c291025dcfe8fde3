"""Codes, names and scripts."""

import pytest

from xnerbench.data import language_names, languages


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("de", "deu"), ("ger", "deu"), ("DEU", "deu"), ("German", "deu"), ("germann", "deu"),
        ("pt-BR", "por"), ("zh_CN", "zho"), ("sw", "swa"), ("yoruba", "yor"), ("fre", "fra"),
    ],
)  # fmt: skip
def test_nearest_code(wrong, right):
    assert not languages.is_code(wrong)
    assert languages.suggest(wrong).startswith(f"{right} (")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("luganda", "lug"), ("Ganda", "lug"), ("Farsi", "fas"), ("Persian", "fas"), ("GREEK", "ell"),
        ("Punjabi", "pan"), ("Slovene", "slv"), ("Mandarin", "cmn"), ("Kiswahili", "swa"), ("Swahili", "swa"),
        ("Setswana", "tsn"), ("Sepedi", "nso"), ("isiZulu", "zul"), ("isiXhosa", "xho"), ("Uyghur", "uig"),
        ("Azeri", "aze"), ("Kinyarwanda", "kin"), ("Chichewa", "nya"), ("Luo", "luo"), ("Bokmål", "nob"),
    ],
)  # fmt: skip
def test_names_in_common_use(name, code):
    assert language_names.code_of(name) == code
    assert language_names.suggest(name).startswith(f"{code} (")


def test_aliases_are_codes_and_say_what_iso_does_not():
    for name, code in language_names.ALIASES.items():
        assert name == name.casefold() and languages.is_code(code) and languages.name(code)
        assert languages.code_of(name) != code


def test_near_misses_of_names_in_common_use():
    assert language_names.suggest("lugandaa").startswith("lug (")
    assert language_names.suggest("Lunda").startswith("lun (")  # a language of its own
    assert language_names.suggest("germann").startswith("deu (")
    assert language_names.suggest("de").startswith("deu (")
    assert language_names.suggest("qqqqqqqq") is None


@pytest.mark.parametrize("code", ["deu", "bbj", "pcm", "swh", "ara", "nob"])
def test_codes(code):
    assert languages.is_code(code)


def test_codes_for_local_use():
    assert languages.is_code("qaa") and languages.is_code("qtz")
    assert not languages.is_code("qua1") and not languages.is_local("que")  # Quechua
    assert languages.name("qaa") == "qaa"


def test_no_suggestion_for_nonsense():
    assert languages.suggest("qqqqqqqq") is None


def test_macrolanguages():
    assert languages.is_macrolanguage("ara")
    assert languages.is_macrolanguage("swa")
    assert not languages.is_macrolanguage("swh")


def test_names_have_no_qualifiers():
    assert languages.name("swa") == "Swahili"
    with pytest.raises(KeyError):
        languages.name("xxq")


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Oslo 3", "Latin"), ("Київ", "Cyrillic"), ("हिन्दी", "Devanagari"), ("አማርኛ", "Ethiopic"),
        ("北京", "Han"), ("東京に住む", "Japanese"), ("...", "none"), ("اردو", "Arabic"),
    ],
)  # fmt: skip
def test_script(text, script):
    assert languages.script([text]) == script
