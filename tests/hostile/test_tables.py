"""Tables that a user hands in: scores, covariates, distances, families, published scores, points of a plan."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from tests.hostile.files import FIELDS, files, tables
from tests.hostile.test_corpora import bytes_of
from tests.hostile.trying import tried
from xnerbench.analysis import scores
from xnerbench.analysis.distances import between, covariates, genealogy
from xnerbench.commands.results import fit, plan
from xnerbench.report import comparison

SCORES = (
    b"cell,method,sources,target,budget,n,seed,f1,status,reason,n_test_sentences,f1_PER\n"
    b"direct/eng/deu/none/n0/s0,direct,eng,deu,none,0,0,50.5,ok,,4,40\n"
    b"ts/eng/deu/steps/n2/s0,ts,eng,deu,steps,2,0,55,ok,,4,\n"
    b"ts/eng/deu/steps/n4/s0,ts,eng,deu,steps,4,0,,failed,out of memory,4,\n"
    b"ts/eng/deu/steps/n4/s1,ts,eng,deu,steps,4,1,60.25,ok,,4,70\n"
)
PLAIN = b"method,target,n,f1\ndirect,deu,0,50\nts,deu,25,61.5\nts,deu,50,62\n"
HEADERS = [
    "method,target,n,f1",
    "method,target,n,f1,seed,status",
    PLAIN.decode().splitlines()[0] + ",f1_PER",
]


@tried("Scores for fit, plan and take", st.one_of(files([SCORES, PLAIN]), tables(HEADERS)), 100)
def test_scores(folder: Path, content: bytes) -> None:
    path = folder / "scores.csv"
    path.write_bytes(content)
    are_scores(scores.read(path))


def are_scores(found: scores.Scores) -> None:
    frame = found.frame
    assert (
        found.ok["f1"].between(0, 100).all()
        and (frame["n"] % 1 == 0).all()
        and (frame["n"] >= 0).all()
    )
    for name in ("method", "target"):
        assert frame[name].str.strip().all() and frame[name].map(str.isprintable).all()
    assert not frame.duplicated([*scores.KEYS, "seed"]).any()
    for label in found.labels:
        assert frame[f"f1_{label}"].dropna().between(0, 100).all()


COLUMNS: dict[str, list[Any]] = {
    "method": ["ts", "ts"], "target": ["deu", "deu"], "n": [25, 50], "f1": [50.0, 60.0], "seed": [0, 0],
    "status": ["ok", "ok"],
}  # fmt: skip
CELLS: list[Any] = [
    ["ts", "ts"], [25, 50], [50.0, math.nan], [math.inf, 1.0], [None, None], [True, False], [[1], [2]], [{"a": 1}] * 2,
    [b"\xff", b"x"], ["\x00", "\u202e"], [2**62, 1], [-1, 0], [0.5, 0.5], ["50", "60"], ["", " "],
]  # fmt: skip
TABLE = bytes_of(pa.table(COLUMNS))


@tried(
    "Scores as Parquet",
    st.one_of(
        files(TABLE),
        st.dictionaries(
            st.sampled_from([*COLUMNS, "f1_PER", "x"]), st.sampled_from(CELLS), max_size=4
        ),
    ),
)
def test_scores_as_parquet(folder: Path, content: bytes | dict[str, Any]) -> None:
    path = folder / "scores.parquet"
    if isinstance(content, dict):
        content = bytes_of(pa.table({**COLUMNS, **content}))
    path.write_bytes(content)
    are_scores(scores.read(path))


COUNTED = pa.table(
    {
        "cell": ["direct/eng/deu/none/n0/s0", "ts/eng/deu/steps/n2/s0"], "sentence": pa.array([0, 1], pa.int32()),
        "type": ["PER", "PER"], "tp": pa.array([1, 1], pa.uint16()), "predicted": pa.array([1, 2], pa.uint16()),
        "gold": pa.array([1, 1], pa.uint16()),
    }
)  # fmt: skip
ODD_COUNTS: list[Any] = [
    ["direct/eng/deu/none/n0/s0"] * 2, [0, 1], [0, 10**9], [-1, 0], [None, 1], ["a", "b"], [0.5, 1.0], [[1], [2]],
    [2**62, 1], [True, False], [{"a": 1}] * 2, [b"\xff"] * 2,
]  # fmt: skip
SCORED = b"cell,method,target,n,f1,n_test_sentences\n" + (
    b"direct/eng/deu/none/n0/s0,direct,deu,0,100,4\nts/eng/deu/steps/n2/s0,ts,deu,2,66.67,4\n"
)


@tried(
    "Counts per sentence",
    st.one_of(
        files(bytes_of(COUNTED)),
        st.dictionaries(
            st.sampled_from(COUNTED.column_names), st.sampled_from(ODD_COUNTS), max_size=3
        ),
    ),
)
def test_counts(folder: Path, content: bytes | dict[str, Any]) -> None:
    if isinstance(content, dict):
        content = bytes_of(pa.table({**{n: COUNTED[n] for n in COUNTED.column_names}, **content}))
    (folder / "scores.csv").write_bytes(SCORED)
    (folder / "deu.parquet").write_bytes(content)
    found = scores.read_counts(folder, "deu", scores.read(folder / "scores.csv").ok)
    assert found is not None and found.n_sentences == 4
    for array in (found.tp, found.predicted, found.gold):
        assert array.shape == (2, 4) and (array >= 0).all() and np.isfinite(array).all()


OWN = b"target,name,value\n# a remark\ndeu,wealth,1.5\nswh,wealth,2\ndeu,reach,0\n"


@tried("Covariates", st.one_of(files(OWN), tables(["target,name,value"])))
def test_covariates(folder: Path, content: bytes) -> None:
    path = folder / "own.csv"
    path.write_bytes(content)
    for name, values in covariates.read_own(path).items():
        assert (
            name.strip()
            and all(target.strip() for target in values)
            and all(map(math.isfinite, values.values()))
        )


DISTANCES = b"source,target,kind,distance,variant,provenance\neng,deu,lexical,0.4,own,me\neng,swh,syntactic,0.9,,\n"


@tried("Distances", st.one_of(files(DISTANCES), tables(["source,target,kind,distance"])))
def test_distances(folder: Path, content: bytes) -> None:
    path = folder / "own.csv"
    path.write_bytes(content)
    for row in between.rows(("eng",), ("deu",), {}, path, "knn"):
        assert row["distance"] is None or (math.isfinite(row["distance"]) and row["distance"] >= 0)
        assert row["source"].strip() and row["target"].strip() and row["kind"].strip()


FAMILIES = b"target,family,branch\ndeu,Indo-European,Germanic\nswh,Atlantic-Congo,\n"


@tried("Families of languages", st.one_of(files(FAMILIES), tables(["target,family,branch"])))
def test_families(folder: Path, content: bytes) -> None:
    path = folder / "own.csv"
    path.write_bytes(content)
    for language, own in genealogy._read_csv(path).items():
        assert language.strip() and own.family.strip()


PUBLISHED = b"setting,method,year,deu,spa\nsingle,TSL,2020,73.2,76.9\nmulti,TSL,2020,74.8,\n"


@tried("Published scores", st.one_of(files(PUBLISHED), tables(["setting,method,year,deu"])))
def test_published(folder: Path, content: bytes) -> None:
    path = folder / "published.csv"
    path.write_bytes(content)
    frame = comparison.read_published(path, ["deu", "spa"])
    for target in {"deu", "spa"} & set(frame):
        assert frame[target].dropna().between(0, 100).all()


numbers = st.one_of(
    st.sampled_from(["100:61.5", "0:50", "25:0", "1e3:5", "٣:5", "5:٣", "1_0:5", " 5 : 6 ", "5:nan", ":", "5", "a:b"]),
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(FIELDS)).map(":".join), st.text(max_size=10),
)  # fmt: skip


@tried("Points of a plan", st.lists(numbers, min_size=1, max_size=3))
def test_points(folder: Path, texts: list[str]) -> None:
    for n, f1 in plan._points(texts).items():
        assert isinstance(n, int) and n >= 0 and 0 <= f1 <= 100


OPTIONS = [name for name, _, _ in fit._options()]


@tried(
    "Options of fit and plan",
    st.dictionaries(
        st.sampled_from(OPTIONS),
        st.sampled_from([*FIELDS, "0.9", "200", "2.0"]),
        min_size=1,
        max_size=2,
    ),
    100,
)
def test_options(folder: Path, options: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    fit.add_inputs(parser)
    told = [text for name, value in options.items() for text in (f"{fit._option(name)}={value}",)]
    settings = fit.settings_of(parser.parse_args(["--scores", "x", *told]), None)
    assert (
        0 < settings.confidence < 1
        and settings.bootstrap >= 1
        and math.isfinite(settings.extrapolate)
    )
