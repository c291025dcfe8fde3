"""`xnerbench partial`: a report of the cells that are there, beside a run and never in place of the final one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests import small_study
from xnerbench import cli
from xnerbench.jobs import corpus, score
from xnerbench.pipeline.ends import ending, failures
from xnerbench.storage import artifacts
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout

RAW = small_study.RAW | {"seeds": [0, 1], "analysis": {"bootstrap": 100}}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A study whose corpora are there, in the current folder."""
    monkeypatch.chdir(tmp_path)
    small_study.write(tmp_path)
    Path("study.json").write_text(json.dumps(RAW))
    study = small_study.load(RAW, tmp_path)
    corpus.run(study, Layout(study), "eng", "source")
    corpus.run(study, Layout(study), "deu", "target")
    return study


def predict(study: Config, cell: grid.Cell, right: bool = True) -> None:
    """A cell's file, as if it had been trained: all tags right, or none found."""
    layout = Layout(study)
    test, _ = artifacts.read_parquet(layout.test(cell.target))
    if not right:
        tags = [["O"] * len(row) for row in test["tags"].to_pylist()]
        test = test.set_column(test.schema.get_field_index("tags"), "tags", [tags])
    record = {**cell.identity(study), "status": "ok", "steps": 4, "seconds": 1.0}
    artifacts.write_parquet(layout.cell(cell), test, record)


def call(capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(["partial", "--config", "study.json"])
    out, err = capsys.readouterr()
    assert ended.value.code == status, out + err
    return out + err


def tree(folder: Path) -> dict[str, Any]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_half_of_the_cells(study: Config, capsys: pytest.CaptureFixture[str]) -> None:
    layout, cells = Layout(study), grid.cells(study)
    half = cells[: len(cells) // 2]
    for cell in half:
        predict(study, cell, right=cell.method == "direct")
    failures.settle(study, layout, "cell", half[-1].id, "out of memory")
    layout.results.mkdir(parents=True)
    layout.report.write_text("the report of last month")
    locks = Path(".snakemake/locks")  # as a run holds them
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text(f"{layout.report}\n")
    before = {**tree(layout.results), **tree(locks)}
    printed = call(capsys)
    assert before == {**tree(layout.results), **tree(locks)}
    assert f"{len(half)} of {len(cells)} cells: {layout.partial}/report.html" in printed
    for name, summary in (("report.html", '<section id="summary">'), ("report.md", "## Summary")):
        page = (layout.partial / name).read_text(encoding="utf-8")
        assert page.index("The study was still running") < page.index(summary)
        assert f"{len(half)} of {len(cells)} cells were there" in page
        assert "1 of them without a score" in page
    rows = pd.read_csv(layout.partial / "scores.csv").set_index("cell")
    assert list(rows.index) == [cell.id for cell in half]
    assert rows.loc[half[0].id, "f1"] == 100
    assert rows.loc[half[-1].id, "reason"] == "out of memory"
    assert not list(layout.work.glob(".*partial"))


def test_the_next_one_replaces_it_and_takes_what_the_run_has_scored(
    study: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, cells = Layout(study), grid.cells(study)
    predict(study, cells[0])
    call(capsys)
    (layout.partial / "of-the-first").touch()
    for cell in cells[1:]:
        predict(study, cell, right=False)
    score.run(study, layout, "deu")
    monkeypatch.setattr("xnerbench.scoring.score.score_file", None)  # nothing is scored twice
    assert f"{len(cells)} of {len(cells)} cells" in call(capsys)
    assert not (layout.partial / "of-the-first").exists()
    own, of_run = (
        pd.read_csv(layout.partial / "scores.csv")["f1"].tolist(),
        artifacts.read_parquet(layout.scores("deu"))[0]["f1"].to_pylist(),
    )
    assert own == of_run and 0 in own and 100 in own
    assert "Every planned cell" not in (layout.partial / "report.md").read_text(encoding="utf-8")


def test_nothing_yet(study: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no cell of the study has a score yet (0 of" in call(capsys, 2)
    failures.settle(study, Layout(study), "cell", grid.cells(study)[0].id, "no memory")
    assert "(1 of" in call(capsys, 2)
    assert not Layout(study).partial.exists()


def test_a_cell_of_another_test_set_is_left_out(
    study: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    layout, cells = Layout(study), grid.cells(study)
    predict(study, cells[0])
    predict(study, cells[1])
    table, record = artifacts.read_parquet(layout.cell(cells[1]))
    artifacts.write_parquet(layout.cell(cells[1]), table.slice(1), record)
    printed = call(capsys)
    assert f"{cells[1].id} is left out: " in printed and f"1 of {len(cells)} cells" in printed


def test_the_finished_study_takes_it_away(
    study: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = Layout(study)
    predict(study, grid.cells(study)[0])
    call(capsys)
    ending.tidy(layout)
    assert layout.partial.is_dir()
    layout.results.mkdir(parents=True)
    layout.report.write_text("finished")
    ending.tidy(layout)
    assert not layout.partial.exists()
