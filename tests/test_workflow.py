"""What the Snakefile asks for, where no run of Snakemake is needed."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest

from xnerbench.pipeline import hooks, snakemake_api
from xnerbench.pipeline.snakemake_api import start_jobs_at_once


@pytest.mark.parametrize("local", [True, False])
def test_the_rate_limit_is_off_on_one_machine_only(local: bool) -> None:
    scheduler = SimpleNamespace(job_rate_limiter="100 a second")
    start_jobs_at_once(SimpleNamespace(local_exec=local, scheduler=scheduler))
    assert (scheduler.job_rate_limiter is None) is local


def scheduler() -> Any:
    """Snakemake's scheduler, which was in another module in 9.0, the oldest version that is promised."""
    for module in ("snakemake.scheduling.job_scheduler", "snakemake.scheduler"):
        try:
            return importlib.import_module(module).JobScheduler
        except ModuleNotFoundError:
            continue
    raise AssertionError("no scheduler")


def test_snakemake_still_has_what_is_used_of_it() -> None:
    """Set or read from outside, so a new version that calls it otherwise would go unnoticed."""
    importlib.import_module("snakemake.cli")  # its other modules import each other in a circle
    workflow = importlib.import_module("snakemake.workflow")
    assert "job_rate_limiter" in scheduler().schedule.__code__.co_names
    for name in ("is_main_process", "overwrite_configfiles", "local_exec"):
        assert hasattr(workflow.Workflow, name), name
    assert hasattr(workflow.DAG, "needrun_jobs")
    for hook in ("onstart", "onsuccess", "onerror"):  # `hang_in` sets what these set
        assert f"_{hook}" in getattr(workflow.Workflow, hook).__code__.co_names, hook


def test_without_what_is_used_a_run_is_slower_and_never_ends(capsys: pytest.CaptureFixture) -> None:
    bare = SimpleNamespace(local_exec=True, scheduler=SimpleNamespace(), dag=SimpleNamespace())
    start_jobs_at_once(bare)
    assert list(snakemake_api.planned_jobs(bare)) == []
    told = capsys.readouterr().err
    assert "long runs start their jobs more slowly" in told and "no time left is shown" in told
    nothing = SimpleNamespace()
    assert snakemake_api.is_main(nothing) and not snakemake_api.runs_here(nothing)
    assert snakemake_api.configuration_files(nothing) == []
    assert snakemake_api.main_snakefile(nothing) == ""


@pytest.mark.parametrize(
    ("rules", "worth"),
    [
        (["collect", "cell", "cell", "all"], True),
        (["cell", "fit", "figures", "report", "all"], False),
        (["take_scores", "fit", "figures", "report", "all"], False),
        (["xner_cell", "xner_score"], True),
        ([], True),  # a version of Snakemake that does not tell
    ],
)
def test_a_process_to_fork_from_is_started_for_more_than_one_job(rules: list, worth: bool) -> None:
    assert hooks.is_worth_forking(rules) is worth
