"""Forecast and progress."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_grid import study
from xnerbench.pipeline.beforehand import forecast
from xnerbench.pipeline.ends import progress
from xnerbench.study import grid
from xnerbench.study.layout import Layout


def test_sentence_passes_count_whole_batches_and_the_floor() -> None:
    recipe = study(student={"epochs": 3, "batch_size": 32, "min_steps": 150}).student
    assert forecast.sentence_passes(recipe, 100, "epochs") == 3 * 4 * 32
    assert forecast.sentence_passes(recipe, 100, "steps") == 150 * 32
    assert forecast.sentence_passes(recipe, 3200, "steps") == 3 * 100 * 32


def test_the_forecast_grows_with_the_study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    cells = grid.cells(study(sizes=[200], methods=["ts"], budgets=["epochs"]))
    larger = grid.cells(study(sizes=[1500], methods=["ts"], budgets=["epochs"]))
    loaded = study()
    assert forecast.cell_seconds(larger[0], loaded) > forecast.cell_seconds(cells[0], loaded)
    text = forecast.summary(loaded, grid.cells(loaded))
    assert f"Study grid: {len(grid.cells(loaded))} cells (direct 8, ts 12," in text
    # One a source and seed, and one on the union of the sources.
    # Soft labels of all of them: students learn from those of one source, signals are read off every one.
    assert "2 targets, 6 teachers, 12 sets of soft labels, 6 texts" in text


def test_a_full_disk_is_foreseen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    usage = forecast.shutil.disk_usage(tmp_path)
    assert "WARNING" not in forecast.summary(study())
    monkeypatch.setattr(forecast.shutil, "disk_usage", lambda _: usage._replace(free=10**6))
    assert "only 1 MB are free here" in forecast.summary(study())


def test_time_left_is_scaled_by_how_the_finished_cells_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = study(methods=["ts"], sizes=[10])
    layout, cells = Layout(loaded), grid.cells(loaded)
    each = forecast.cell_seconds(cells[0], loaded)
    head = {"cells": 4, "before": 0, "planned": 4, "forecast": 4 * each}
    layout.progress.parent.mkdir(parents=True)
    layout.progress.write_text(json.dumps(head) + "\n")
    monkeypatch.setattr(progress.time, "time", lambda: 1000.0)
    progress.finish(loaded, layout, cells[0].id, 600.0, "ok")
    assert capsys.readouterr().out == "cell 1 of 4, about 30 min left\n"
    monkeypatch.setattr(progress.time, "time", lambda: 1600.0)
    progress.finish(loaded, layout, cells[1].id, 600.0, "failed")
    assert capsys.readouterr().out == "cell 2 of 4, about 20 min left, 1 failed\n"
    # Half a line, as another node may be writing, and a cell that ran twice, change nothing.
    with layout.progress.open("a") as file:
        file.write('{"cell": "ts/eng/')
    state = progress.read(layout.progress)
    assert state is not None
    assert (state.done, state.failed) == (2, 1)


def test_a_cell_run_by_hand_starts_no_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = study(methods=["ts"])
    progress.finish(loaded, Layout(loaded), grid.cells(loaded)[0].id, 1.0, "ok")
    assert capsys.readouterr().out == ""
    assert progress.read(Layout(loaded).progress) is None


def test_a_clock_that_was_set_back_leaves_no_negative_time(tmp_path):
    path = tmp_path / "progress.jsonl"
    head = {"cells": 3, "before": 0, "planned": 3, "forecast": 30.0}
    ends = [
        {"cell": "a", "ended": 1000.0, "seconds": 10, "forecast": 10, "status": "ok"},
        {"cell": "b", "ended": -5000.0, "seconds": -7000, "forecast": 10, "status": "ok"},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in [head, *ends]))
    found = progress.read(path)
    assert found.done == 2 and found.minutes_left >= 0


@pytest.mark.parametrize(
    "line",
    [
        '{"cell": "a"}',
        "[]",
        "3",
        "null",
        '{"cell": ["a"], "ended": 1, "seconds": 1, "forecast": 1}',
        '{"cel',
    ],
)
def test_a_line_that_is_no_entry_is_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "progress.jsonl"
    head = '{"cells": 2, "before": 0, "forecast": 2}'
    good = '{"cell": "b", "ended": 90.0, "seconds": 60.0, "forecast": 1, "status": "ok"}'
    path.write_text(f"{head}\n{line}\n{good}\n")
    found = progress.read(path)
    assert found == progress.Progress(done=1, cells=2, failed=0, minutes_left=1.0)
    path.write_text(f"{line}\n{good}\n")
    assert progress.read(path) is None
