"""Generated sentences: deterministic, valid, and with splits that share nothing they should not."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import unicodedata
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import babel
import faker
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnerbench.data.embedded import frames, generate, generator, languages, names, partition
from xnerbench.errors import InputError

TYPES = ("PER", "LOC", "ORG")
SPLITS = ("train", "pool", "test")


def texts(language: str, split: str, n: int, seed: int = 0) -> list[str]:
    return [" ".join(words) for words, _ in generate(language, split, n, seed)]


def digest_of(language: str, split: str, n: int, seed: int = 0) -> str:
    sha = hashlib.sha256()
    for words, tags in generate(language, split, n, seed):
        sha.update(f"{' '.join(words)}\t{' '.join(tags)}\n".encode())
    return sha.hexdigest()


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(languages()), st.sampled_from(SPLITS), st.integers(0, 2**40))
def test_sentences_are_valid(language: str, split: str, seed: int) -> None:
    for words, tags in generate(language, split, 40, seed):
        assert len(words) == len(tags)
        assert all(words) and not any(c.isspace() or c in "{}" for w in words for c in w)
        assert all(unicodedata.is_normalized("NFC", word) for word in words)
        previous = "O"
        for tag in tags:
            prefix, _, kind = tag.partition("-")
            assert tag == "O" or (prefix in "BI" and kind in TYPES)
            assert prefix != "I" or previous[2:] == kind  # IOB2: I- continues the same type
            previous = tag


@pytest.mark.parametrize("language", languages())
def test_splits_share_no_sentence(language: str) -> None:
    train = texts(language, "train", 800, seed=1)
    pool = texts(language, "pool", 800, seed=2)
    test = texts(language, "test", 400, seed=3)
    assert len(set(train)) == len(set(pool)) == 800 and len(set(test)) == 400
    assert not set(train) & set(pool)
    assert not set(test) & (set(train) | set(pool))


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    long = list(generate("deu", "pool", 300, seed=5))
    assert list(generate("deu", "pool", 120, seed=5)) == long[:120]
    assert texts("deu", "pool", 120, seed=6) != texts("deu", "pool", 120, seed=5)


def test_other_processes_draw_the_same_sentences() -> None:
    program = (
        "from tests.data.embedded.test_generate import digest_of\n"
        "print(digest_of('fin', 'test', 200, 9))"
    )
    root = Path(__file__).parents[3]
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert found == {digest_of("fin", "test", 200, 9)}


SMALL = """[meta]
name = Small
script = Latn
babel = en
faker = en_US
foreign = 0

[frames]
{PER:1} of {ORG.club} met {PER.f:2} in {LOC.city} ; {PER:1.last} {=smiled|left} .
On {weekday} {num} people in {LOC.country} saw {mood} films .
{ORG.club} beat {ORG.club} by {small} points in {month} {year} .

[list mood]
glad
sad

[ORG.club]
FC {LOC.city}
Harbour Rangers

[LOC.city]
Lincoln
Derby
Preston
"""

# Of 60 sentences a split of SMALL, seed 4; names as these versions list them.
PINNED = {
    ("40.54.0", "2.18.0"): "0afeae398c590595a5cc844f3c09526fdbeb9f4bd7da966f7ded8360d5c967e2",
}


def test_pinned_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = (faker.VERSION, babel.__version__)
    if versions not in PINNED:
        pytest.skip(f"no digest pinned for faker {versions[0]} and babel {versions[1]}")
    path = tmp_path / "sml.txt"
    path.write_text(SMALL, encoding="utf-8")
    small = frames.read(path)
    monkeypatch.setattr(generator, "frames", SimpleNamespace(load=lambda language: small))
    generator._programs.cache_clear()
    try:
        digests = [digest_of("sml", split, 60, 4) for split in ("train", "pool")]
    finally:
        generator._programs.cache_clear()
    assert hashlib.sha256(" ".join(digests).encode()).hexdigest() == PINNED[versions]


def test_frames_of_the_test_split_are_its_own() -> None:
    file = frames.load("eng")
    programs = generator._programs("eng")
    count = sum(partition.is_test_frame(line.text) for line in file.frames)
    assert len(programs["test"]) == count
    assert len(programs["train"]) == len(file.frames) - count
    assert 0.2 < count / len(file.frames) < 0.4


@given(st.lists(st.text(min_size=1), min_size=1))
def test_cut_depends_on_content_only(listed: list[str]) -> None:
    train, test = names.cut(listed)
    if not set(train) & set(test):  # one part was empty otherwise
        assert set(train) | set(test) == set(listed)
        assert all(partition.is_test_name(name) for name in test)
        more_train, more_test = names.cut([*listed, "Zwickau", "Aalto"])
        assert set(train) <= set(more_train) and set(test) <= set(more_test)


def surfaces(split: str, kind: str, n: int) -> list[str]:
    found: list[str] = []
    for words, tags in generate("eng", split, n, seed=1):
        for i, tag in enumerate(tags):
            if tag == f"B-{kind}":
                end = next((j for j in range(i + 1, len(tags)) if tags[j][0] != "I"), len(tags))
                found.append(" ".join(words[i:end]))
    return found


@pytest.mark.parametrize("kind", ["PER", "LOC"])
def test_most_names_of_the_test_split_are_new(kind: str) -> None:
    known = set(surfaces("train", kind, 4000))
    test = surfaces("test", kind, 600)
    shared = sum(surface in known for surface in test) / len(test)
    assert shared < partition.SHARED_NAMES + 0.1
    if kind == "LOC":  # few enough places that the shared ones turn up in training text
        assert shared > 0.1


def test_first_names_of_training_text_are_not_test_names() -> None:
    for name in surfaces("train", "PER", 1000):
        if " " in name and "." not in name:
            assert not partition.is_test_name(name.split(" ")[0])


def test_some_surfaces_are_ambiguous() -> None:
    places, clubs = set(surfaces("train", "LOC", 3000)), set(surfaces("train", "ORG", 3000))
    people = {name.split(" ")[-1] for name in surfaces("train", "PER", 3000)}
    assert len(places & clubs) >= 5
    assert len(people & clubs) >= 5


def test_too_many_sentences_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sml.txt"
    path.write_text(SMALL.split("{PER:1}")[0] + "It was {mood} .\n\n[list mood]\nglad\nsad\n")
    few = frames.read(path)
    monkeypatch.setattr(generator, "frames", SimpleNamespace(load=lambda language: few))
    generator._programs.cache_clear()
    try:
        with pytest.raises(InputError, match=r"only [0-2] different sentences"):
            for split in ("train", "test"):
                list(generate("sml", split, 10))
    finally:
        generator._programs.cache_clear()


def test_unknown_language_and_split_are_bad_input() -> None:
    with pytest.raises(InputError, match="no language 'xyz'"):
        next(generate("xyz", "train", 1))
    with pytest.raises(InputError, match="no split 'dev'"):
        next(generate("eng", "dev", 1))


def test_frames_take_turns() -> None:
    count = len(generator._programs("eng")["train"])
    first = list(islice(generate("eng", "train", 10_000), count))
    assert len({" ".join(words) for words, _ in first}) == count


def test_the_corpus_card_covers_every_language() -> None:
    page = (Path(__file__).parents[3] / "docs" / "embedded-corpus.md").read_text(encoding="utf-8")
    for language in languages():
        name = frames.load(language).meta["name"]
        assert page.count(f"| {name} ({language}) |") >= 2
        assert f"- **{name}** ({language}): the linter, and" in page
