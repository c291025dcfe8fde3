"""`xnerbench status --watch` goes on until every cell is there."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from tests import small_study
from xnerbench import cli
from xnerbench.commands.study import status
from xnerbench.storage import artifacts
from xnerbench.study import grid
from xnerbench.study.layout import Layout


def test_watching_ends_with_the_last_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.json").write_text(json.dumps(small_study.RAW))
    study = small_study.load(small_study.RAW, tmp_path)
    todo = [Layout(study).cell(cell) for cell in grid.cells(study)]
    total, waited = len(todo), []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        path = todo.pop()
        path.parent.mkdir(parents=True, exist_ok=True)
        artifacts.write_parquet(path, pa.table({}), {})

    monkeypatch.setattr(status.time, "sleep", sleep)
    with pytest.raises(SystemExit) as stop:
        cli.main(["status", "--config", "study.json", "--watch", "3"])
    assert stop.value.code in (0, None)
    assert waited == [3.0] * total
    assert f"{total} of {total}" in capsys.readouterr().out.splitlines()[-2]


def test_a_file_may_lie_over_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.json").write_text(json.dumps(small_study.RAW))
    Path("part.json").write_text(json.dumps({"seeds": [0, 1, 2], "teacher": {"epochs": 2}}))
    whole = small_study.RAW | {"seeds": [0, 1, 2]}
    total = len(grid.cells(small_study.load(whole, tmp_path)))
    with pytest.raises(SystemExit) as stop:
        cli.main(["status", "--config", "study.json", "--config", "part.json"])
    assert stop.value.code in (0, None)
    assert f"0 of {total}" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        cli.main(["status", "--config", "study.json", "--config", "absent.json"])
    assert stop.value.code == 2 and "absent.json" in capsys.readouterr().err


def test_students_that_are_not_trained_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.RAW | {"seeds": [0, 1]}
    Path("study.json").write_text(json.dumps(raw))
    study = small_study.load(raw, tmp_path)
    students = [cell for cell in grid.cells(study) if cell.n]
    for cell, fidelity, collapsed in zip(
        students[:3], (31.4, 88.0, 2.0), (False, False, True), strict=True
    ):
        record = {"init": "pretrained", "fidelity_heldout": fidelity}
        artifacts.write_parquet(
            Layout(study).cell(cell), pa.table({}), {**record, "collapsed": collapsed}
        )
    Layout(study).cell(students[3]).parent.mkdir(parents=True, exist_ok=True)
    Layout(study).cell(students[3]).write_bytes(b"half")
    with pytest.raises(SystemExit):
        cli.main(["status", "--config", "study.json"])
    lines = capsys.readouterr().out.splitlines()
    assert f"not trained yet: {students[0].id}: fidelity 31" in lines
    assert f"collapsed: {students[2].id}: tags next to nothing" in lines
    assert any(line.startswith(f"damaged: {students[3].id}: ") for line in lines)
    assert not any(students[1].id in line for line in lines)


def test_a_second_look_reads_only_new_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = small_study.load(small_study.RAW, tmp_path)
    monkeypatch.chdir(tmp_path)
    first, second, *_ = (cell for cell in grid.cells(study) if cell.n)
    read: list[Path] = []
    of_file = artifacts.read_parquet_record
    monkeypatch.setattr(
        status.artifacts, "read_parquet_record", lambda path: read.append(path) or of_file(path)
    )
    known: status.Known = {}

    def look(cell: grid.Cell, fidelity: float) -> list[str]:
        path = Layout(study).cell(cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"init": "pretrained", "fidelity_heldout": fidelity}
        artifacts.write_parquet(path, pa.table({}), record)
        read.clear()
        status.show(study, known)
        return [line for line in capsys.readouterr().out.splitlines() if "not trained" in line]

    assert len(look(first, 31.0)) == 1
    assert len(look(second, 32.0)) == 2
    assert read == [Layout(study).cell(second)]
    assert look(first, 90.0) == [f"not trained yet: {second.id}: fidelity 32"]
    assert read == [Layout(study).cell(first)]
