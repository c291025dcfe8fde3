"""Runs that are killed at any moment, and two runs at once."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from tests.workflow.project import SCORES, Project

LEARNED = ("softlabels", "teachers", "weights", "cells", "scores", "counts")


@pytest.fixture
def half_done(finished: Project, tmp_path: Path) -> Project:
    """The finished study without anything learned, so that a run has everything left to lose."""
    project = finished.copy(tmp_path / "project", without=("results",))
    for name in LEARNED:
        shutil.rmtree(project.folder / "work/tiny" / name)
    return project


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def assert_nothing_is_half_written(project: Project) -> None:
    for path in (project.folder / "work").rglob("*.parquet"):
        pq.read_table(path)
    for path in (project.folder / "work").rglob("[!.]*.safetensors"):
        load_file(path)


def kill_and_restart(project: Project, times: int, longest: float, seed: int) -> None:
    """Kills a run `times` times after random spells, then lets it finish."""
    rng = random.Random(seed)
    for _ in range(times):
        process = project.start("--cores", "2", SCORES)
        time.sleep(rng.uniform(1, longest))
        kill(process)
        assert_nothing_is_half_written(project)
        project.snakemake("--unlock")
    project.run(SCORES)


def run_two_at_once(project: Project) -> None:
    """Finishes a study while a second run is tried, which ends with a message about the lock; a report of the cells
    that are there is made meanwhile all the same."""
    first = project.start("--cores", "2", SCORES)
    locks = project.folder / ".snakemake/locks"
    end = time.monotonic() + 120
    while not list(locks.glob("*")):
        assert time.monotonic() < end
        assert first.poll() is None
        time.sleep(0.05)
    output = project.snakemake("--cores", "1", SCORES, status=1)
    assert "Directory cannot be locked" in output
    assert f"xnerbench: process {first.pid} is running this study here" in output
    printed = project.xnerbench("partial", "--config", "study.json")
    assert re.search(r"of 12 cells: work/tiny/partial/report.html", printed), printed
    assert not (project.folder / "results/tiny/report.html").exists()
    output, _ = first.communicate(timeout=600)
    assert first.returncode == 0, output


def test_a_killed_run_goes_on_to_the_same_scores(half_done: Project, finished: Project) -> None:
    process = half_done.start("--cores", "2", SCORES)
    cells = half_done.folder / "work/tiny/cells"
    end = time.monotonic() + 300
    while len(list(cells.rglob("[!.]*.parquet"))) < 3 and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.1)
    kill(process)
    assert_nothing_is_half_written(half_done)
    # What had ended is not done again.
    kept = {path: path.stat().st_mtime_ns for path in cells.rglob("[!.]*.parquet")}
    leftover = cells / ".s0.parquet.1.partial"  # of a kill some hours ago
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, 0))
    output = half_done.snakemake("--cores", "1", SCORES, status=1)
    assert "an earlier run was killed" in output and "--unlock --configfile study.json" in output
    half_done.snakemake("--unlock")
    again = {wildcards for rule, wildcards in half_done.plan(SCORES) if rule == "cell"}
    assert 12 - len(kept) <= len(again) <= 12 - len(kept) + 2
    run_two_at_once(half_done)
    touched = sum(path.stat().st_mtime_ns != before for path, before in kept.items())
    assert not leftover.exists()
    assert touched <= 2  # the two that ran, or had just ended, when the run was killed
    pd.testing.assert_frame_equal(half_done.scores(), finished.scores())
    assert half_done.learned() == finished.learned()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_twenty_kills_at_random_moments(half_done: Project, finished: Project, seed: int) -> None:
    """Four studies, five kills each."""
    kill_and_restart(half_done, times=5, longest=25, seed=seed)
    pd.testing.assert_frame_equal(half_done.scores(), finished.scores())
    assert half_done.learned() == finished.learned()
