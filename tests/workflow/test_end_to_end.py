"""A tiny study from corpora to report, and that the way it is run does not change its numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from tests.workflow.project import SCORES, Project, create
from xnerbench.jobs import cell
from xnerbench.storage.artifacts import read_parquet_record
from xnerbench.study import config
from xnerbench.study.layout import Layout


def test_every_cell_has_a_score_and_the_report_is_there(finished: Project) -> None:
    scores = finished.scores()
    assert len(scores) == 12
    assert set(scores["status"]) == {"ok"}
    assert (finished.folder / "results/tiny/report.html").stat().st_size > 10_000
    assert (finished.folder / "results/tiny/figures/curves.svg").is_file()
    losses = [value[0] for name, value in finished.learned().items() if name.startswith("ts/")]
    assert len(set(losses)) == 4


def test_one_core_gives_the_same_scores_as_two(finished: Project, tmp_path: Path) -> None:
    other = create(tmp_path / "project")
    other.configure(targets=["fin"])
    output = other.run(SCORES, cores=1)
    assert "cell 6 of 6" in output
    scores = finished.scores().query("target == 'fin'").reset_index(drop=True)
    pd.testing.assert_frame_equal(other.scores(), scores)
    learned = {name: of for name, of in finished.learned().items() if "fin" in name.split("/")}
    assert len(learned) == 8  # cells, and what both teachers say
    assert other.learned() == learned


def test_a_process_of_its_own_gives_the_same_cell_as_the_warm_one(
    finished: Project, project: Project
) -> None:
    teacher = "work/tiny/teachers/eng.s0.safetensors"
    cell = "work/tiny/cells/ts/eng/fin/steps/n20/s0.parquet"
    (project.folder / teacher).unlink()
    (project.folder / cell).unlink()
    project.run(teacher, cell, cores=1, XNERBENCH_WARM="")
    assert project.learned() == finished.learned()
    again, before = (load_file(p.folder / teacher) for p in (project, finished))
    assert {k: v.tobytes() for k, v in again.items()} == {k: v.tobytes() for k, v in before.items()}


def test_where_both_budgets_mean_the_same_updates_they_are_trained_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is taken over from `steps` is what training under `epochs` gives."""
    monkeypatch.chdir(project.folder)
    student = {"learning_rate": 0.01, "epochs": 2, "batch_size": 4, "min_steps": 6}
    path = project.folder / "work/tiny/cells/ts/eng/fin/epochs/n20/s0.parquet"
    target = str(path.relative_to(project.folder))
    project.configure(budgets=["epochs"], student=student)
    study = config.load(Path("study.json"))
    cell.run(study, Layout(study), "ts/eng/fin/epochs/n20/s0")
    trained, record = pq.read_table(path), read_parquet_record(path)
    assert "twin" not in record
    path.unlink()
    project.configure(budgets=["steps", "epochs"])
    project.run(target, cores=1)
    again = read_parquet_record(path)
    assert again["twin"] == "ts/eng/fin/steps/n20/s0"
    assert pq.read_table(path).to_pylist() == trained.to_pylist()
    for key in ("method", "budget", "n", "seed", "steps", "final_loss", "status"):
        assert again[key] == record[key]


def test_numbers_of_updates_come_from_one_training_and_do_not_depend_on_each_other(
    project: Project,
) -> None:
    """A method to which `only` leaves fewer numbers than the others have trains for these alone."""
    wanted = {"targets": ["fin"], "methods": ["direct", "ts", "ts-warm"], "budgets": None}
    project.configure(**wanted, updates=[3, 6], only={"ts-warm": {"updates": [6], "sizes": [10]}})
    project.run(SCORES, cores=1)
    logs = project.folder / "work/tiny/logs/branches"
    assert len(list(logs.rglob("*.log"))) == 3  # one training per size of `ts`, one of `ts-warm`
    scores = project.scores()
    assert (scores["status"] == "ok").all()
    assert [*scores.loc[scores["method"] == "ts-warm", "updates"]] == ["6"]
    students = scores[scores["method"] == "ts"]
    assert sorted(zip(students["n"], students["updates"].astype(int), strict=True)) == [
        (10, 3), (10, 6), (20, 3), (20, 6),
    ]  # fmt: skip
    assert (students["steps"].astype(int) == students["updates"].astype(int)).all()
    learned = project.learned()
    cells = project.folder / "work/tiny/cells/ts/eng/fin"
    shutil.rmtree(cells)
    project.configure(updates=[6])
    project.run(cores=1)  # to the report
    assert [u for u in project.scores()["updates"] if u != ""] == ["6", "6", "6"]
    again = project.learned()
    for n in (10, 20):
        name = f"ts/eng/fin/u6/n{n}/s0.parquet"
        assert again[name] == learned[name]
    assert "6 updates" in (project.folder / "results/tiny/report.html").read_text(encoding="utf-8")


def test_committed_scores_are_drawn_without_training(finished: Project, tmp_path: Path) -> None:
    """A fresh clone has code and results, no working files."""
    clone = finished.copy(tmp_path / "clone", without=("work", ".snakemake"))
    clone.configure(scores=SCORES)
    assert clone.planned_rules("--forceall") == {"fit", "figures", "report"}
    for made in ("tables", "figures"):
        shutil.rmtree(clone.folder / "results/tiny" / made)
    clone.run("figures", cores=1)
    compared = 0
    for before in (finished.folder / "results/tiny").glob("*/*.[cs]*[vg]"):
        again = clone.folder / before.relative_to(finished.folder)
        assert again.read_bytes() == before.read_bytes(), before.name
        compared += 1
    assert compared > 20
    assert not (clone.folder / "work/tiny/cells").exists()
    # The same file trains the study again when told so on the command line.
    assert "cell" in clone.planned_rules("--forceall", "--config", "scores=")


def test_scores_that_are_not_there_are_said_before_anything_runs(
    finished: Project, tmp_path: Path
) -> None:
    clone = finished.copy(tmp_path / "clone", without=("work", ".snakemake"))
    clone.configure(scores="results/tiny/other.csv")
    output = clone.snakemake("-n", "figures", status=1)
    assert "there is no file results/tiny/other.csv" in output and "`--config scores=`" in output


def test_scores_of_another_folder_are_taken_over(finished: Project, tmp_path: Path) -> None:
    clone = finished.copy(tmp_path / "clone", without=("work", ".snakemake"))
    (clone.folder / "results/tiny").rename(clone.folder / "results/kept")
    clone.configure(scores="results/kept/scores.csv")
    assert clone.planned_rules() == {"take_scores", "fit", "figures", "report"}
    clone.run(SCORES, cores=1)
    assert (clone.folder / "results/tiny/counts/nld.parquet").is_file()
    assert "take_scores" not in clone.planned_rules(SCORES)
    with (clone.folder / "results/kept/signals.csv").open("a") as file:
        file.write("\n")
    assert "take_scores" in clone.planned_rules(SCORES)  # what belongs to the scores has changed
