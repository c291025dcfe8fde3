"""Cells that fail: a row with a reason, no harm to others, another try at the next call."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.workflow.project import SCORES, Project
from xnerbench.storage.artifacts import read_parquet_record

DAMAGED = "work/tiny/softlabels/nld/eng.s0.safetensors"
KILLED = "ts/eng/fin/steps/n10/s0"
KILL = f"""

_main = main


def main(argv=None):
    called = sys.argv[1:] if argv is None else argv
    if called[0] == "cell" and "{KILLED}" in called:
        os.kill(os.getpid(), signal.SIGKILL)
    _main(argv)
"""
"""Into a module that decides no result, so that what is there already stays valid."""


@pytest.fixture(scope="module")
def failing(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A study with damaged soft labels and a cell that is killed whenever it runs."""
    project = finished.copy(tmp_path_factory.mktemp("failing") / "project")
    path = project.folder / DAMAGED
    path.write_bytes(path.read_bytes()[:100])
    for cell in (project.folder / "work/tiny/cells").rglob("fin/**/*.parquet"):
        cell.unlink()  # so that others run beside the killed one
    (project.folder / "work/tiny/scores/fin.parquet").unlink()
    project.append("cli.py", KILL)
    return project, project.run(SCORES)


def test_failed_cells_are_rows_with_a_reason(failing: tuple[Project, str]) -> None:
    project, output = failing
    scores = project.scores().set_index("cell")
    failed = scores[scores["status"] == "failed"]
    assert set(failed.index) == {
        KILLED,
        "ts/eng/nld/steps/n10/s0",
        "ts/eng/nld/steps/n20/s0",
        "multi-avg/eng+deu/nld/steps/n20/s0",
        "multi-sim/eng+deu/nld/steps/n20/s0",
    }
    assert failed.loc[KILLED, "reason"] == "killed by signal 9 in 2 attempts (out of memory?)"
    damaged = failed.drop(KILLED)
    assert damaged["reason"].str.contains("unreadable").all()
    assert (failed["f1"] == "").all()
    assert "12 cells, 5 without a score" in output
    assert "5 failed" in output
    # The last words name the cells, though Snakemake itself is content.
    assert (
        f"xnerbench: cell {KILLED} failed: killed by signal 9"
        in output.rpartition("steps (100%)")[2]
    )


def test_the_other_cells_are_as_before(failing: tuple[Project, str], finished: Project) -> None:
    scores = failing[0].scores()
    kept = scores[scores["status"] == "ok"]
    before = finished.scores().set_index("cell").loc[kept["cell"]].reset_index()
    assert len(kept) == 7
    for column in ("f1", "precision", "recall", "steps", "n_test_entities"):
        assert kept[column].astype(float).tolist() == before[column].astype(float).tolist()


def test_the_next_call_tries_them_again_and_then_settles(
    failing: tuple[Project, str], finished: Project
) -> None:
    project, _ = failing
    planned = {wildcards for rule, wildcards in project.plan(SCORES) if rule == "cell"}
    assert len(planned) == 5
    # Mended: the soft labels are made again, and nothing kills the other cell.
    (project.folder / DAMAGED).unlink()
    module = project.folder / "xnerbench/cli.py"
    module.write_text(module.read_text().removesuffix(KILL))
    project.run(SCORES)
    pd.testing.assert_frame_equal(project.scores(), finished.scores())
    assert project.learned() == finished.learned()
    assert project.plan(SCORES) == set()


def test_after_the_last_attempt_nothing_runs_and_the_failure_is_written_down(
    project: Project,
) -> None:
    """A scheduler that kills a whole job, shell and all, leaves only the attempt's number behind."""
    cell = f"work/tiny/cells/{KILLED}.parquet"
    (project.folder / cell).unlink()
    project.append("cli.py", KILL)
    project.run("--attempt", "3", "--", cell, cores=1)
    record = read_parquet_record(project.folder / cell)
    assert record["status"] == "failed"
    assert (
        record["reason"]
        == "ended by the system in 2 attempts (out of memory or time, or a clock set back?)"
    )
