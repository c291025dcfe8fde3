"""A tiny study from corpora to report, and that the way it is run does not change its numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.workflow.project import SCORES, Project, create


def test_every_cell_has_a_score_and_the_report_is_there(finished: Project) -> None:
    scores = finished.scores()
    assert len(scores) == 12
    assert set(scores["status"]) == {"ok"}
    assert (finished.folder / "results/tiny/report.html").stat().st_size > 10_000
    assert (finished.folder / "results/tiny/figures/curves.svg").is_file()
    losses = [value[0] for name, value in finished.learned().items() if name.startswith("ts/")]
    assert len(set(losses)) == 4


def test_one_core_without_the_warm_process_gives_the_same_scores(
    finished: Project, tmp_path: Path
) -> None:
    """Neither the number of cores, the order of jobs, nor the fork decides a number."""
    other = create(tmp_path / "project")
    output = other.run(SCORES, cores=1, XNERBENCH_WARM="")
    assert "cell 12 of 12" in output
    pd.testing.assert_frame_equal(other.scores(), finished.scores())
    assert other.learned() == finished.learned()


def test_committed_scores_are_drawn_without_training(finished: Project, tmp_path: Path) -> None:
    """A fresh clone has code and results, no working files."""
    clone = finished.copy(tmp_path / "clone", without=("work", ".snakemake", "tables", "figures"))
    clone.configure(scores=SCORES)
    assert clone.planned_rules() == {"fit", "figures", "report"}
    clone.snakemake("--cores", "1", "figures")
    for table in (finished.folder / "results/tiny/tables").glob("*.csv"):
        again = clone.folder / "results/tiny/tables" / table.name
        assert again.read_bytes() == table.read_bytes(), table.name
    assert not (clone.folder / "work/tiny/cells").exists()


def test_scores_of_another_folder_are_taken_over(finished: Project, tmp_path: Path) -> None:
    clone = finished.copy(tmp_path / "clone", without=("work", ".snakemake"))
    (clone.folder / "results/tiny").rename(clone.folder / "results/kept")
    clone.configure(scores="results/kept/scores.csv")
    assert clone.planned_rules() == {"take_scores", "fit", "figures", "report"}
    clone.snakemake("--cores", "1", "fit")
    assert (clone.folder / "results/tiny/counts/nld.parquet").is_file()
