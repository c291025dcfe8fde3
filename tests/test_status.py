"""`xnerbench status --watch` goes on until every cell is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import small_study
from xnerbench import cli
from xnerbench.commands.study import status
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
        path.touch()

    monkeypatch.setattr(status.time, "sleep", sleep)
    with pytest.raises(SystemExit) as stop:
        cli.main(["status", "--config", "study.json", "--watch", "3"])
    assert stop.value.code in (0, None)
    assert waited == [3.0] * total
    assert f"{total} of {total}" in capsys.readouterr().out.splitlines()[-2]
