"""Whatever is in a file that a user hands in: one `InputError`, or values that mean something."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnerbench.analysis import scores
from xnerbench.analysis.distances import covariates, own_csv
from xnerbench.data.readers import plain
from xnerbench.errors import InputError
from xnerbench.report import reading
from xnerbench.storage import foreign

fuzzed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FIELDS = [
    "ts", "direct", "deu", "eng", "0", "25", "50.5", "100", "101", "-1", "nan", "inf", "1e400", "", " ", '"', '"a,b"',
    "None", "\x00", "\x07", "é", "\u202e", "9" * 40, "method", "target", "n", "f1", "seed", "status", "name", "value",
]  # fmt: skip
HEADERS = ["method,target,n,f1", "method,target,n,f1,seed,status", "target,name,value", "x", ""]
row = st.lists(st.sampled_from(FIELDS), max_size=6).map(",".join)
tables = st.tuples(st.sampled_from(HEADERS), st.lists(row, max_size=5)).map(
    lambda parts: "\n".join([parts[0], *parts[1]]).encode()
)
contents = st.one_of(tables, st.binary(max_size=60))


def said(error: InputError) -> None:
    assert error.where and error.remedy
    assert "\n" not in str(error) and len(str(error)) < 2000


@fuzzed
@given(contents)
def test_scores(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    try:
        found = scores.read(path)
    except InputError as error:
        return said(error)
    assert found.ok["f1"].between(0, 100).all() and (found.frame["n"] % 1 == 0).all()
    assert found.frame["method"].str.strip().all()
    return None


@fuzzed
@given(contents)
def test_covariates_and_rows_of_ones_own(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    for read in (covariates.read_own, lambda p: list(own_csv.rows(p, ("target",), "things"))):
        try:
            read(path)
        except InputError as error:
            said(error)


@fuzzed
@given(contents, st.sampled_from(["spaces", "words"]))
def test_plain_text(tmp_path: Path, content: bytes, segmentation: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    try:
        text = plain.read(path, segmentation, "utf-8", "pool")
    except InputError as error:
        return said(error)
    assert all(text.words) and all(all(words) for words in text.words)
    return None


@fuzzed
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text('{}[]":,0123456789enultrafs \n', max_size=60).map(str.encode),
    )
)
def test_json(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    try:
        assert isinstance(foreign.read_json(path), dict)
    except InputError as error:
        said(error)


SCORES = b"method,sources,target,n,seed,budget,f1,status,reason\nts,eng,deu,25,0,steps,50,ok,\n"


@fuzzed
@given(
    st.sampled_from(
        [
            "scores.csv",
            "corpora.csv",
            "weights.csv",
            "config.yaml",
            "versions.json",
            "tables/means.csv",
        ]
    ),
    st.one_of(
        contents, st.sampled_from([b"analysis: [1]", b"labels: 7", b"- 1", b"[]", b"study: 7"])
    ),
)
def test_a_results_folder(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "tables").mkdir(exist_ok=True)
    for path in (*tmp_path.glob("*.*"), *tmp_path.glob("tables/*")):
        path.unlink()
    (tmp_path / "scores.csv").write_bytes(SCORES)
    (tmp_path / name).write_bytes(content)
    try:
        reading.load(tmp_path)
    except InputError as error:
        said(error)


def test_a_results_folder_that_is_right(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_bytes(SCORES)
    assert reading.load(tmp_path).targets == ["deu"]
