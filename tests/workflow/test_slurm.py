"""The tiny study on a real scheduler: the same scores, bit for bit, as without one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow import slurm_cluster
from tests.workflow.project import SCORES, Project
from xnerbench.storage.artifacts import read_parquet_record

pytestmark = pytest.mark.skipif(
    bool(slurm_cluster.why_not()), reason=slurm_cluster.why_not() or "-"
)
# A cluster without an accounting database, and a test that does not want to wait.
HERE = [
    *("--workflow-profile", "profiles/slurm"),
    *("--default-resources", "slurm_partition=main", "mem_mb=1000", "runtime=20"),
    *("--slurm-status-command", "squeue", "--slurm-no-account"),
    *("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"),
    *("--latency-wait", "5", "--resources", "lanes=2", "--jobs", "10"),
]


@pytest.fixture(scope="module", autouse=True)
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("slurm")
    with slurm_cluster.running(folder):
        yield folder


def without(finished: Project, folder: Path, *names: str) -> Project:
    """A copy without results and without some of the working files."""
    project = finished.copy(folder / "project", without=("results",))
    for name in names:
        path = project.folder / "work/tiny" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return project


def assert_same_cells(project: Project, finished: Project) -> None:
    names = project.cell_ids()
    ours, theirs = project.learned(), finished.learned()
    assert all(ours[f"{name}.parquet"] == theirs[f"{name}.parquet"] for name in names)


def test_jobs_of_the_cluster_give_the_scores_of_a_local_run(
    finished: Project, tmp_path: Path, cluster: Path
) -> None:
    lost = ("softlabels/fin/eng.s0.safetensors", "cells/ts/eng/fin", "scores/fin.parquet")
    project = without(finished, tmp_path, *lost)
    output = project.snakemake(*HERE, SCORES)
    # Soft labels, two cells in one job, their scores, their signals, and the study's.
    assert len(re.findall("has been submitted with SLURM jobid", output)) == 5
    pd.testing.assert_frame_equal(project.scores(), finished.scores())
    assert_same_cells(project, finished)
    # Large files that nobody needs any more are gone, where the default profile keeps them.
    assert not (project.folder / "work/tiny/softlabels/fin/eng.s0.safetensors").exists()
    assert "Allocate JobId=" in (cluster / "slurmctld.log").read_text()
    # Progress is visible from outside, in the files that the nodes share.
    status = subprocess.run(
        [sys.executable, "-m", "xnerbench", "status", "--config", "work/tiny/config.json"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "latest run   cell 12 of 12" in status.stdout


@pytest.mark.slow
def test_a_whole_study_on_the_cluster(finished: Project, tmp_path: Path) -> None:
    project = without(finished, tmp_path, "")
    project.snakemake(*HERE, SCORES)
    pd.testing.assert_frame_equal(project.scores(), finished.scores())
    assert_same_cells(project, finished)


@pytest.mark.slow
def test_a_job_over_its_time_limit_becomes_a_failed_cell(finished: Project, tmp_path: Path) -> None:
    """The scheduler kills the job with its shell, twice; the third attempt writes that down."""
    cell = "work/tiny/cells/ts/eng/fin/steps/n10/s0.parquet"
    project = without(finished, tmp_path, cell.removeprefix("work/tiny/"))
    project.append("jobs/cell.py", "\n\ndef run(*_):\n    import time\n\n    time.sleep(900)\n")
    output = project.snakemake(*HERE, "--set-resources", "cell:runtime=1", "--", cell)
    record = read_parquet_record(project.folder / cell)
    assert record["status"] == "failed", output
    assert "ended by the system in 2 attempts" in record["reason"]


@pytest.mark.slow
def test_a_gpu_is_asked_for_where_the_study_wants_one(finished: Project, tmp_path: Path) -> None:
    """The node offers a device that is none, so only the request can be tested here."""
    cell = "work/tiny/cells/ts/eng/fin/steps/n10/s0.parquet"
    project = without(finished, tmp_path, cell.removeprefix("work/tiny/"))
    project.configure(compute={"device": "cuda", "precision": "fp32"})
    job = project.start(*HERE, "--", cell)
    try:
        end = time.monotonic() + 120
        asked = ""
        while "gpu:1" not in asked:
            assert time.monotonic() < end and job.poll() is None
            queue = ["squeue", "--noheader", "--Format=tres-per-job:50"]
            asked = subprocess.run(queue, capture_output=True, text=True, check=True).stdout
            time.sleep(0.5)
    finally:
        job.terminate()
        job.communicate()
        subprocess.run(["scancel", "--user=root"], check=True)
