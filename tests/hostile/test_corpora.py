"""Corpora, pools, dictionaries, lists of names, parallel text and annotations that a user hands in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests import small_study
from tests.hostile.files import changed, files
from tests.hostile.trying import ACCEPTED, REPAIRED, tried
from xnerbench.data import normalise as wording
from xnerbench.data.formats.hub import HubCorpus
from xnerbench.data.readers import conll, conllu, hub, jsonl, plain

LABELS = ("PER", "ORG", "LOC")
NAMES = ["O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI")]

COLUMNS = small_study.conll(small_study.SENTENCES).encode()
SPACED = small_study.conll(small_study.POOL, " ").encode()
WIKIANN = b"".join(
    b"deu:" + line if line.strip() else line for line in COLUMNS.splitlines(keepends=True)
)
FOUR = "".join(
    f"{line.split(chr(9))[0]} NN B-NP {line.split(chr(9))[1]}\n" if line.strip() else "\n"
    for line in COLUMNS.decode().splitlines()
).encode()
KINDS = [
    conll.Columns(),
    conll.Columns(separator="tab"),
    conll.Columns(separator="space"),
    conll.Columns(tokens=-2, tags=-1),
    conll.Columns(tags=1),
    conll.Columns(tags=None),
    conll.Columns(scheme="iob1"),
    conll.Columns(scheme="iob2"),
    conll.Columns(encoding="latin-1"),
    conll.Columns(encoding="utf-16"),
]


def is_text(text: conll.Text) -> str:
    """Words show something and stay on their line, tags fit them, and repairs are what made the difference."""
    assert text.words and all(text.words)
    for sentence in text.words:
        assert all(word == word.strip() and word and "\n" not in word for word in sentence)
        assert any(map(wording.is_visible, "".join(sentence)))
        "".join(sentence).encode()
    for words, tags in zip(text.words, text.tags or [], strict=text.tags is not None):
        assert len(words) == len(tags)
        before = "O"
        for tag in tags:
            assert tag == "O" or (tag[:2] in ("B-", "I-") and tag[2:].strip())
            assert tag[:2] != "I-" or before[2:] == tag[2:]
            before = tag
    return REPAIRED if +text.repairs else ACCEPTED


@tried(
    "CoNLL and WikiANN columns",
    st.tuples(files([COLUMNS, SPACED, FOUR, WIKIANN]), st.sampled_from(KINDS)),
    100,
)
def test_columns(folder: Path, given: tuple[bytes, conll.Columns]) -> str:
    path = folder / "deu.conll"
    path.write_bytes(given[0])
    return is_text(conll.read(path, given[1], "corpora.languages.deu.train"))


LINES = [
    "Anna lives in Oslo.",
    "",
    "It's 3.14, O'Neil",
    "ที่นี่ไม่มี",
    "中国人",
    "a\u00adb c",
    "x" * 500,
    "\u200b",
    "\x07 a",
]


@tried(
    "Pools of plain text",
    st.tuples(
        files(["\n".join(LINES[:3]).encode(), "\n".join(LINES).encode()]),
        st.sampled_from(["spaces", "words"]),
        st.sampled_from(
            ["utf-8", "utf-8", "latin-1", "utf-16", "no such", "rot13", "base64", "idna"]
        ),
    ),
    60,
)
def test_pools(folder: Path, given: tuple[bytes, str, str]) -> str:
    path = folder / "pool.txt"
    path.write_bytes(given[0])
    return is_text(plain.read(path, given[1], given[2], "corpora.languages.deu.pool"))


WORDS = [s.split() for s, _ in small_study.SENTENCES]
TAGS = [t.split() for _, t in small_study.SENTENCES]
NUMBERS = [[NAMES.index(tag) for tag in row] for row in TAGS]
TABLE = pa.table({"tokens": WORDS, "ner_tags": TAGS})
NUMBERED = pa.table({"tokens": WORDS, "ner_tags": NUMBERS})
CELLS: list[Any] = [
    WORDS, TAGS, NUMBERS, [["x"]] * 4, [[]] * 4, [None] * 4, [[None]] * 4, [1, 2, 3, 4], ["a"] * 4, [[[1]]] * 4,
    [[1.5]] * 4, [[True]] * 4, [{"a": 1}] * 4, [["x" * 20_000]] * 4, [["x"] * 6000] * 4, [["\x00", "\u200b"]] * 4,
    [[10**9]] * 4, [[-1]] * 4, [[b"\xff"]] * 4,
]  # fmt: skip
CLASSES = {
    "info": {
        "features": {
            "ner_tags": {"feature": {"names": NAMES, "_type": "ClassLabel"}, "_type": "Sequence"}
        }
    }
}


def bytes_of(table: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


BOMB = bytes_of(pa.table({"tokens": pa.array([["x" * 10_001]] * 5_000)}), compression="zstd")

odd_tables = st.tuples(
    st.sampled_from(CELLS), st.sampled_from(CELLS),
    st.one_of(
        st.none(), st.just(json.dumps(CLASSES)), changed(CLASSES).map(json.dumps), st.sampled_from(["{", "[]", ""])
    ),
)  # fmt: skip


def write_odd(path: Path, given: tuple[Any, Any, str | None]) -> None:
    words, tags, metadata = given
    table = pa.table({"tokens": words, "ner_tags": tags})
    if metadata is not None:
        table = table.replace_schema_metadata({"huggingface": metadata})
    pq.write_table(table, path)


OBJECTS = [{"tokens": words, "ner_tags": tags} for words, tags in zip(WORDS, TAGS, strict=True)]
odd_objects = st.lists(changed(OBJECTS[0], ["tags"]), min_size=1, max_size=3).map(
    lambda rows: "\n".join(json.dumps(row) for row in rows).encode()
)


@tried(
    "JSON lines",
    st.tuples(
        st.one_of(files("\n".join(map(json.dumps, OBJECTS)).encode()), odd_objects),
        st.sampled_from(
            [
                jsonl.Names(),
                jsonl.Names(tags=None),
                jsonl.Names(numbered=tuple(NAMES)),
                jsonl.Names(encoding="latin-1"),
            ]
        ),
    ),
)
def test_json_lines(folder: Path, given: tuple[bytes, jsonl.Names]) -> str:
    path = folder / "deu.jsonl"
    path.write_bytes(given[0])
    return is_text(jsonl.read(path, given[1], "corpora.languages.deu.train"))


UNIVERSAL = b"# text = Anna zum Berg\n" + b"".join(
    f"{number}\t{word}\t_\t_\t_\t_\t_\t_\t_\t{misc}\n".encode()
    for number, word, misc in [
        ("1", "Anna", "name=B-PER"), ("2-3", "zum", "_"), ("2", "zu", "name=O"), ("3", "dem", "_"), ("3.1", "x", "_"),
        ("4", "Berg", "name=B-LOC|SpaceAfter=No"),
    ]
)  # fmt: skip


@tried(
    "CoNLL-U",
    st.tuples(
        files(UNIVERSAL, [b"2-3", b"1.1", b"name="]), st.sampled_from(["name", "name", "NER", None])
    ),
)
def test_conllu(folder: Path, given: tuple[bytes, str | None]) -> str:
    path = folder / "deu.conllu"
    path.write_bytes(given[0])
    return is_text(conllu.read(path, given[1], "utf-8", "auto", "corpora.languages.deu.train"))


@tried(
    "Parquet corpora, as from the hub",
    st.tuples(
        st.one_of(
            files([bytes_of(TABLE), bytes_of(NUMBERED), bytes_of(TABLE, compression="none")]),
            odd_tables,
            odd_tables,
            st.just(BOMB),
        ),
        st.sampled_from([None, tuple(NAMES), ("O",)]),
    ),
    100,
)
def test_parquet(folder: Path, given: tuple[Any, tuple[str, ...] | None]) -> str:
    content, names = given
    path = folder / "train.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write_odd(path, content)
    corpus = HubCorpus(format="hub", path=str(folder), tag_names=names)
    return is_text(hub.read(corpus, folder, "train", "corpora.languages.deu"))
