"""Dictionaries: dictd, tables, CLDR, our own."""

from __future__ import annotations

import gzip
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.data import embedded
from xnerbench.data.dictionaries import Dictionary, cldr, dictd, own, read_dictionary, table
from xnerbench.data.dictionaries.coverage import Coverage, coverage
from xnerbench.errors import InputError

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ENTRIES = {
    "house": "house /haʊs/ <n>\n1. talo, koti 2.\na place to live\n 3.\na family\n2. suku\ndynasty, family\n",
    "germany": "Germany /x/ <pn>\nSaksa\ncountry in Europe, central\n",
    "water": "water /x/ <n>\n\nmaji\n",
    "run": "run <v>\njuosta (nopeasti), kulkea [puhek.]\nto move\n",
    "give up": "give up <v>\nantaa periksi, luovuttaa\n",
}


def digits(value: int) -> str:
    text = ""
    while True:
        text = DIGITS[value % 64] + text
        value //= 64
        if not value:
            return text


def write_dictd(folder: Path, entries: dict[str, str] = ENTRIES, packed: bool = True) -> Path:
    body, lines = b"info\n", ["00databaseinfo\tA\tF"]
    for head, entry in entries.items():
        raw = entry.encode()
        lines.append(f"{head}\t{digits(len(body))}\t{digits(len(raw))}")
        body += raw
    stem = folder / "small-eng-fin"
    stem.with_name("small-eng-fin.index").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ending = ".dict.dz" if packed else ".dict"
    stem.with_name("small-eng-fin" + ending).write_bytes(gzip.compress(body) if packed else body)
    return stem


@given(st.integers(0, 2**40))
def test_numbers_of_an_index(value: int) -> None:
    assert dictd.number(digits(value)) == value


@pytest.mark.parametrize("text", ["", "A-", "ä"])
def test_other_text_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="base-64"):
        dictd.number(text)


@pytest.mark.parametrize("packed", [True, False])
def test_dictd_entries(tmp_path: Path, packed: bool) -> None:
    stem = write_dictd(tmp_path, packed=packed)
    found = read_dictionary(str(stem), "fin", "dictionaries.fin")
    assert found["House"] == ("talo", "koti", "suku")
    assert found["germany"] == ("Saksa",)
    assert found["water"] == ("maji",)
    assert found["run"] == ("juosta", "kulkea")
    assert found["give up"] == ("antaa periksi", "luovuttaa")
    assert len(found) == len(ENTRIES)
    assert dict(read_dictionary(f"{stem}.index", "fin", "d")) == dict(found)
    if packed:
        assert dict(read_dictionary(f"{stem}.dict.dz", "fin", "d")) == dict(found)


def test_words_are_composed_as_those_of_a_pool_are(tmp_path: Path) -> None:
    apart = {word: unicodedata.normalize("NFD", word) for word in ("école", "trường", "été")}
    stem = write_dictd(
        tmp_path, {apart["école"]: f"{apart['école']} /x/ <n>\n{apart['trường']}, {apart['été']}\n"}
    )
    path = tmp_path / "fr-vi.txt"
    path.write_text(f"{apart['école']}\t{apart['trường']}\n", encoding="utf-8")
    assert dict(dictd.read_dictd(stem, "d")) == {"école": ("trường", "été")}
    assert dict(table.read_table(path, "d")) == {"école": ("trường",)}


def test_damaged_dictd(tmp_path: Path) -> None:
    stem = write_dictd(tmp_path)
    index = tmp_path / "small-eng-fin.index"
    good = index.read_text()
    index.write_text(good + "late\t////\tZ\n")
    with pytest.raises(InputError, match=r"index:7: the entry is not there"):
        dictd.read_dictd(stem, "d")
    index.write_text("no columns\n")
    with pytest.raises(InputError, match=r"index:1: not a line of a dictd index"):
        dictd.read_dictd(stem, "d")
    index.write_text(good)
    packed = tmp_path / "small-eng-fin.dict.dz"
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(InputError, match="is damaged"):
        dictd.read_dictd(stem, "d")
    packed.unlink()
    with pytest.raises(InputError, match="there is no file"):
        dictd.read_dictd(stem, "d")


def test_tables(tmp_path: Path) -> None:
    path = tmp_path / "en-de.txt"
    path.write_text("house Haus\nhouse\tHeim\t0.3\n# note\nnew york\tNew York\n", encoding="utf-8")
    found = read_dictionary(str(path), "deu", "d")
    assert dict(found) == {"house": ("Haus", "Heim"), "new york": ("New York",)}
    path.write_text("house Haus\nalone\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"en-de\.txt:2: there is no word pair"):
        table.read_table(path, "d")
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no word pair"):
        table.read_table(path, "d")


def test_a_dictionary_that_is_not_there() -> None:
    with pytest.raises(InputError, match="there is no dictionary /nowhere/freedict-eng-fin"):
        read_dictionary("/nowhere/freedict-eng-fin", "fin", "dictionaries.fin")


def test_what_can_be_switched_in() -> None:
    words = Dictionary(
        [("house", "talo"), ("house", "omakotitalo"), ("House", "koti"), ("new york", "X"),
         ("run", "juosta kovaa"), ("a", "se"), ("monday", "maanantai"), ("x", "")]
    )  # fmt: skip
    within = words.within(["talo", "Maanantai", "koti", "se", "X"], skip=["A"])
    assert dict(within) == {"house": ("talo", "koti"), "monday": ("Maanantai",)}
    assert within.coverage(["House", ".", "the", "house", "Monday", "1"]) == 0.75
    assert within.coverage(["...", "7"]) == 0.0
    assert within.inverted()["TALO"] == ("house",)


def test_the_shuffled_control_keeps_words_and_translations() -> None:
    words = Dictionary([(f"w{i}", f"t{i}") for i in range(50)])
    shuffled = words.shuffled(np.random.default_rng(0))
    assert list(shuffled) == list(words)
    assert sorted(shuffled.pairs(), key=lambda pair: pair[1]) != words.pairs()
    assert {word for _, word in shuffled.pairs()} == {word for _, word in words.pairs()}
    assert sum(shuffled[word] == words[word] for word in words) < 5


def test_names_of_cldr() -> None:
    finnish = read_dictionary("cldr", "fin", "d")
    assert finnish["germany"] == ("Saksa",)
    assert finnish["rome"] == ("Rooma",)
    assert ("Uusi-Seelanti",) in cldr.gazetteer("fin")
    assert "Ujerumani" in read_dictionary("cldr", "swh", "d")["germany"]
    with pytest.raises(InputError, match="CLDR has no names in `xyz`"):
        read_dictionary("cldr", "xyz", "dictionaries.xyz")


@pytest.mark.parametrize("language", ["deu", "fin", "spa", "tur", "ind", "nld", "fra"])
def test_our_own_dictionary_meets_the_embedded_corpus(language: str) -> None:
    ours = own.read_own(language)
    pool = {word for words, _ in embedded.generate(language, "pool", 400) for word in words}
    english = [
        word
        for words, tags in embedded.generate("eng", "train", 400)
        for word, tag in zip(words, tags, strict=True)
        if tag == "O"
    ]
    within = ours.within(pool)
    assert within.coverage(english) > 0.05
    assert set(word for _, word in within.pairs()) <= pool


@pytest.mark.parametrize(
    ("name", "least", "word", "translation"),
    [
        ("eng-fin", 60_000, "house", "talo"),
        ("eng-swh", 1_300, "water", "maji"),
    ],
)
def test_freedict_where_it_is_installed(name: str, least: int, word: str, translation: str) -> None:
    stem = Path(f"/usr/share/dictd/freedict-{name}")
    if not stem.with_name(stem.name + ".index").is_file():
        pytest.skip(f"dict-freedict-{name} is not installed")
    found = read_dictionary(str(stem), name[-3:], "d")
    assert translation in found[word]
    assert len(found) > least * 0.7
    pairs = found.pairs()
    odd = [pair for pair in pairs if pair[1][0].isdigit() or set(pair[1]) & set("[]<>\n")]
    assert len(odd) < 0.003 * len(pairs)


def test_coverage_counts_words_outside_mentions_and_what_the_pool_can_take_over() -> None:
    dictionary = Dictionary([("house", "talo"), ("big", "iso"), ("rome", "Rooma"), ("of", "n n")])
    found = coverage(
        dictionary,
        [["The", "big", "house", "of", "Rome", "."], ["Big", "Rome"]],
        [["O", "O", "O", "O", "B-LOC", "O"], ["O", "O"]],
        [["Iso", "talo"], ["talo"]],
    )
    # Outside mentions: the, big, house, of, Big, Rome; the full stop is no word.
    assert found == Coverage(4, 5 / 6, 3 / 6)
    assert coverage(dictionary, [], [], []) == Coverage(4, 0.0, 0.0)
