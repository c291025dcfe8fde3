"""Files beside corpora: dictionaries, lists of names, parallel text, annotations; and folders that `init` looks at."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.hostile.files import almost, changed, files
from tests.hostile.test_corpora import COLUMNS, LABELS, LINES, NAMES, SPACED, TABLE, bytes_of
from tests.hostile.trying import tried
from xnerbench.data import gazetteer, survey
from xnerbench.data.dictionaries import read_dictionary
from xnerbench.data.readers import annotations, parallel

PAIRS = b"house\tHaus\nhouse Heim\ncar\tAuto\t0.9\n# a remark\ndog\tHund\n"


@tried("Dictionaries: tables of word pairs", files(PAIRS))
def test_tables_of_word_pairs(folder: Path, content: bytes) -> None:
    path = folder / "eng-deu.tsv"
    path.write_bytes(content)
    is_dictionary(read_dictionary(str(path), "deu", "dictionaries.deu"))


def is_dictionary(found: Any) -> None:
    assert found.pairs()
    for one, other in found.pairs():
        assert one == one.strip().lower() and one and other == other.strip() and other


ENTRY = b'house /haUs/ <n>\n1. Haus, Heim\n2. Geb\xc3\xa4ude\n   "a house"\n'
INDEX = b"00databaseinfo\tA\tA\nhouse\tA\t4\nthe house\tA\t3\n"  # of length 56 and 55


@tried(
    "Dictionaries: dictd",
    st.one_of(
        st.tuples(
            files(INDEX, [b"\tA\tA", b"/////////"]),
            st.just(ENTRY),
            st.sampled_from(["gz", "plain"]),
        ),
        st.tuples(st.just(INDEX), files(ENTRY), st.sampled_from(["gz", "plain"])),
        st.tuples(st.just(INDEX), almost(gzip.compress(ENTRY, mtime=0)), st.just("raw")),
        st.tuples(st.just(INDEX), st.just(gzip.compress(bytes(10**8), 9, mtime=0)), st.just("raw")),
    ),
)
def test_dictd(folder: Path, given: tuple[bytes, bytes, str]) -> None:
    index, body, kind = given
    (folder / "eng-deu.index").write_bytes(index)
    if kind == "plain":
        (folder / "eng-deu.dict").write_bytes(body)
    else:
        (folder / "eng-deu.dict.dz").write_bytes(gzip.compress(body) if kind == "gz" else body)
    is_dictionary(read_dictionary(str(folder / "eng-deu"), "deu", "dictionaries.deu"))


@tried(
    "Lists of names", files(b"Anna Berg\tPER\nOslo\tLOC\nAcme Group\tORG\n\n", [b"PER", b"\tLOC"])
)
def test_names(folder: Path, content: bytes) -> None:
    path = folder / "names.tsv"
    path.write_bytes(content)
    for name, kind in gazetteer.read_names(path, LABELS, "gazetteer").items():
        assert kind in LABELS and name and all(name)


SIDES = (b"Anna lives here .\nIt rained .\n", b"Anna wohnt hier .\nEs regnete .\n")
JOINED = b"Anna lives here . ||| Anna wohnt hier .\n\nIt rained . ||| Es regnete .\n"


@tried(
    "Parallel text",
    st.one_of(
        st.tuples(files(SIDES[0]), st.just(SIDES[1])),
        st.tuples(files(SIDES[0]), files(SIDES[1])),
        st.tuples(files(JOINED), st.none()),
    ),
)
def test_parallel(folder: Path, given: tuple[bytes, bytes | None]) -> None:
    one, two = folder / "eng.txt", folder / "deu.txt"
    one.write_bytes(given[0])
    if given[1] is None:
        pairs = parallel.read_joined(one, "parallel")
    else:
        two.write_bytes(given[1])
        pairs = parallel.read_pairs(one, two, "parallel")
    assert pairs and all(left and right for left, right in pairs)


HARD = {"words": ["Anna", "lives"], "tags": ["B-PER", "O"]}
SOFT = {"words": ["Oslo", "."], "probabilities": [{"B-LOC": 0.9, "O": 0.1}, {"O": 1.0}]}
ROWS = "\n".join(json.dumps(row) for row in (HARD, SOFT)).encode()
odd_rows = st.lists(
    st.one_of(changed(HARD, ["probabilities"]), changed(SOFT, ["tags"])), min_size=1, max_size=3
).map(lambda rows: "\n".join(json.dumps(row) for row in rows).encode())


@tried(
    "Annotations",
    st.one_of(
        st.tuples(st.one_of(files(ROWS), odd_rows), st.just("a.jsonl")),
        st.tuples(files(COLUMNS), st.just("a.conll")),
    ),
    60,
)
def test_annotations(folder: Path, given: tuple[bytes, str]) -> None:
    path = folder / given[1]
    path.write_bytes(given[0])
    for words, rows in annotations.read_annotations(path, NAMES, "annotations").items():
        assert words and rows.shape == (len(words), len(NAMES))
        assert (
            np.isfinite(rows).all()
            and (rows >= 0).all()
            and np.allclose(rows.sum(axis=1), 1, atol=1e-5)
        )


@tried(
    "Folders that `xnerbench init` looks at",
    st.tuples(
        st.one_of(
            files([COLUMNS, SPACED, ROWS, "\n".join(LINES).encode(), bytes_of(TABLE)]), odd_rows
        ),
        st.sampled_from(
            [
                "deu.train.conll",
                "test.jsonl",
                "x",
                "de/pool.txt",
                "train.parquet",
                "ger-dev.conllu",
                "a b.txt",
            ]
        ),
    ),
    60,
)
def test_a_folder_that_is_looked_at(folder: Path, given: tuple[bytes, str]) -> None:
    path = folder / given[1]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(given[0])
    for found in survey.look(folder):
        assert found.path.exists() and found.split in ("train", "test", "dev", "pool")
