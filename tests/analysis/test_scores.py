import os

import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.errors import InputError


def _frame(**columns):
    base = {"method": ["ts", "ts"], "target": ["deu", "deu"], "n": [25, 50], "f1": [50.0, 60.0]}
    return pd.DataFrame({**base, **columns})


def test_four_columns_suffice_and_what_was_filled_is_said(tmp_path):
    path = tmp_path / "foreign.csv"
    _frame().to_csv(path, index=False)
    found = scores.read(path)
    assert list(found.frame["budget"]) == ["none", "none"]
    assert list(found.frame["cell"]) == ["ts//deu/none/n25/s0", "ts//deu/none/n50/s0"]
    assert any("seed" in note for note in found.notes)


def test_runs_without_seeds_are_numbered_within_their_cell():
    found = scores.validate(_frame(n=[25, 25]), "x")
    assert list(found.frame["seed"]) == [0, 1]


def test_words_that_look_missing_stay_words(tmp_path):
    path = tmp_path / "scores.csv"
    _frame(target=["nan", "NA"], budget=["none", "none"]).to_csv(path, index=False)
    assert scores.read(path).targets == ["nan", "NA"]


def test_failed_cells_stay_in_the_frame_only():
    found = scores.validate(_frame(status=["ok", "failed"], f1=[50, None]), "x")
    assert len(found.frame) == 2 and len(found.ok) == 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"f1": [50, 101]}, "outside 0..100"),
        ({"f1": [0.5, 0.6]}, "multiply by 100"),
        ({"f1": ["50", "many"]}, "no number"),
        ({"f1": [50, None]}, "F1 is missing"),
        ({"f1": [50, 999]}, "outside 0..100"),
        ({"f1": [50, 1e9], "status": ["ok", "failed"]}, "outside 0..100"),
        ({"f1": [50, float("inf")]}, "outside 0..100"),
        ({"recall": [50, -1]}, "recall is outside 0..100"),
        ({"f1_PER": [50, 100.5]}, "f1_PER is outside 0..100"),
        ({"n": [25, float("inf")]}, "number of sentences"),
        ({"n": [25, 1e300]}, "number of sentences"),
        ({"seed": [0, 0.5]}, "no whole number"),
        ({"seed": [0, -1]}, "no whole number"),
        ({"n_test_sentences": [3, -3]}, "number of sentences or entities"),
        ({"method": ["ts", " "]}, "there is no method"),
        ({"target": ["deu", ""]}, "there is no target"),
        ({"n": [25, 2.5]}, "number of sentences"),
        ({"n": [-1, 25]}, "number of sentences"),
        ({"n": [25, 25], "seed": [1, 1]}, "occur twice"),
        ({"seed": [1, None]}, "seed is missing"),
    ],
)
def test_bad_values_name_their_row(columns, message):
    with pytest.raises(InputError, match=message):
        scores.validate(_frame(**columns), "x")


def test_missing_files_columns_and_rows(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        scores.read(tmp_path / "none.csv")
    with pytest.raises(InputError, match="column f1 is missing"):
        scores.validate(_frame().drop(columns="f1"), "x")
    with pytest.raises(InputError, match="no rows"):
        scores.validate(_frame().iloc[:0], "x")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(InputError, match="not a CSV"):
        scores.read(empty)


def test_counts_must_belong_to_the_scores(tmp_path):
    rng = np.random.default_rng(0)
    frame = known_truth.scores(known_truth.power_floor, sizes=(25, 50), n_seeds=2)
    frame = known_truth.write_counts(tmp_path, frame, 40, rng)
    rows = scores.validate(frame, "x").ok
    found = scores.read_counts(tmp_path, "deu", rows)
    f1 = scores.f1_of(found, np.ones((1, 40)))[:, 0]
    assert f1 == pytest.approx(rows["f1"].to_numpy(), abs=1e-4)
    assert scores.read_counts(tmp_path, "nld", rows) is None
    wrong = rows.assign(f1=rows["f1"] + 1)
    with pytest.raises(InputError, match="same predictions"):
        scores.read_counts(tmp_path, "deu", wrong)
    short = rows.assign(n_test_sentences=5)
    with pytest.raises(InputError, match=r"sentence \d+ of 5"):
        scores.read_counts(tmp_path, "deu", short)


ROWS = "method,target,n,f1\nts,deu,25,50\nts,deu,55,66\n"
TABLES = {
    "shifted by a column": (ROWS.replace("ts,", "x,ts,"), "5 values for 4"),
    "a short row": (ROWS.replace(",66", ""), "3 values for 4 columns"),
    "a column twice": (ROWS.replace("n,f1", "f1,f1"), "is listed twice"),
    "nothing": ("", "no header"),
    "a NUL": (ROWS + "\0", "a NUL"),
    "an open quote": (ROWS + '"ts,deu,25,50', "not a CSV table"),
    "Latin-1": ((ROWS + "tsé,deu,25,50").encode("latin-1"), "is not UTF-8"),
    "UTF-16": (ROWS.encode("utf-16"), "is not UTF-8"),
    "a field of a megabyte": (ROWS + "t" * 2**20 + ",deu,25,50\n", "not a CSV table"),
}


@pytest.mark.tried("Files that are no scores", "refused")
@pytest.mark.parametrize("case", TABLES, ids=str)
def test_a_file_that_is_no_table_is_refused(case, tmp_path):
    content, message = TABLES[case]
    path = tmp_path / "scores.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message) as caught:
        scores.read(path)
    assert len(str(caught.value)) < 500


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path, message in (
        (tmp_path / "pipe.csv", "pipe"),
        (tmp_path, "folder"),
        (tmp_path / "none.csv", "no such file"),
        ("/dev/zero", "device"),
    ):
        with pytest.raises(InputError, match=message):
            scores.read(path)
