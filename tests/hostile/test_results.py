"""Results folders that somebody hands in: to report, and to join as parts of a study."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow as pa
import yaml
from hypothesis import strategies as st

from tests import small_study
from tests.hostile.files import changed, files, tables
from tests.hostile.test_corpora import bytes_of
from tests.hostile.trying import tried
from xnerbench.analysis import scores as scoring
from xnerbench.analysis import tables as written
from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS, score_columns
from xnerbench.catalogue.tables import TABLES, fitted
from xnerbench.commands.results import join
from xnerbench.report import page, reading
from xnerbench.report.figures import writing
from xnerbench.storage import foreign
from xnerbench.study import config, grid

RAW = small_study.RAW
STUDY = config.from_dict(RAW, Path("/"))


def _frame(rows: list[dict[str, Any]], table: Any, columns: Any = None) -> bytes:
    frame = written.as_frame(rows, columns or table.names)
    return written.to_csv(frame, table.of_kind("integer")).encode()


CELLS = grid.cells(STUDY)
WHOLE = _frame(
    [
        cell.identity(STUDY)
        | {
            "study": "small",
            "cell": cell.id,
            "f1": 50.0 + i,
            "status": "ok",
            "reason": "",
            "n_test_sentences": 4,
        }
        | {
            "precision": 60.0,
            "recall": 40.0,
            "f1_PER": 55.0,
            "seconds": 1.5,
            "train_seconds": 1.0,
            "peak_mb": 100.0,
        }
        for i, cell in enumerate(CELLS)
    ],
    SCORES,
    score_columns(STUDY.labels),
)
TEXTS = _frame(
    [
        {"language": "eng", "role": "source", "name": "English", "train": 4, "sha256": "0" * 64},
        {
            "language": "deu",
            "role": "target",
            "name": "German",
            "test": 4,
            "sha256": '{"a": "0"}',
            "fertility": 1.5,
        },
    ],
    CORPORA,
)
ALPHA = _frame(
    [{"target": "deu", "seed": 0, "method": "multi-sim", "source": "eng", "alpha": 0.5}], WEIGHTS
)
VERSIONS = {"versions": {"python": "3.12", "torch": "2.8"}, "platform": "Linux", "commit": "0" * 40}
CONFIG = STUDY.to_dict()
COUNTS = bytes_of(
    pa.table(
        {
            "cell": [CELLS[0].id], "sentence": pa.array([0], pa.int32()), "type": ["PER"],
            **{name: pa.array([1], pa.uint16()) for name in ("tp", "predicted", "gold")},
        }
    )
)  # fmt: skip
RIGHT: dict[str, bytes] = {
    "scores.csv": WHOLE,
    "corpora.csv": TEXTS,
    "weights.csv": ALPHA,
    "versions.json": json.dumps(VERSIONS).encode(),
    "config.yaml": yaml.safe_dump(CONFIG, sort_keys=False).encode(),
}
MEANS = ",".join(TABLES["means"].names).encode() + b"\n"
one_file = st.one_of(
    *(
        st.tuples(
            st.just(name), st.one_of(files(content), tables([content.decode().splitlines()[0]]))
        )
        for name, content in RIGHT.items()
    ),
    st.tuples(
        st.just("versions.json"), changed(VERSIONS).map(lambda value: json.dumps(value).encode())
    ),
    st.tuples(
        st.just("config.yaml"),
        changed(
            {
                k: CONFIG[k]
                for k in ("study", "analysis", "sources", "labels", "encoder", "student", "budgets")
            }
        ).map(
            lambda value: json.dumps(
                value
            ).encode()  # JSON is YAML, and every value can be written in it
        ),
    ),
    st.tuples(st.sampled_from([f"tables/{name}.csv" for name in fitted()]), files(MEANS)),
)


def write(folder: Path, given: tuple[str, bytes]) -> None:
    for name, content in {**RIGHT, given[0]: given[1]}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)


@tried("Results folders, to their report without figures", one_file, 60)
def test_reports(folder: Path, given: tuple[str, bytes]) -> None:
    write(folder, given)
    omitted = [{"name": name, "omitted": "not drawn here"} for name in writing.FIGURES]
    with mock.patch.object(writing, "current", lambda study, folder: omitted):
        paths = page.write(reading.load(folder))
    for path in paths.values():
        text = path.read_text(encoding="utf-8")
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    for path in folder.glob("tables/*.tex"):
        assert path.read_text(encoding="utf-8").startswith("%")


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


one_part = st.one_of(
    *(
        st.tuples(
            st.just(name), st.one_of(files(content), tables([content.decode().splitlines()[0]]))
        )
        for name, content in RIGHT.items()
    ),
    st.tuples(st.just("counts/deu.parquet"), files(COUNTS)),
    st.tuples(
        st.just("versions.json"), changed(VERSIONS).map(lambda value: json.dumps(value).encode())
    ),
    st.tuples(
        st.just("config.yaml"), changed(CONFIG).map(lambda value: json.dumps(value).encode())
    ),
)


@tried("Parts to join", one_part, 60)
def test_parts(folder: Path, given: tuple[str, bytes]) -> None:
    (folder / "study.json").write_text(json.dumps(CONFIG))
    write(folder / "part", given)
    with inside(folder):
        made = Path("results") / STUDY.study
        try:
            join.run(argparse.Namespace(config=[Path("study.json")], parts=[Path("part")]))
        except Exception:
            assert not made.exists(), "nothing is written before everything is read"
            raise
        found = scoring.read(made / "scores.csv")
        assert list(found.frame["cell"]) == [cell.id for cell in CELLS]
        assert set(foreign.read_json(made / "versions.json"))
        assert list(pd.read_csv(made / "corpora.csv")) == list(CORPORA.names)
