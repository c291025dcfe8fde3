"""What the Snakefile asks for, where no run of Snakemake is needed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from xnerbench.pipeline.snakemake_api import start_jobs_at_once


@pytest.mark.parametrize("local", [True, False])
def test_the_rate_limit_is_off_on_one_machine_only(local: bool) -> None:
    scheduler = SimpleNamespace(job_rate_limiter="100 a second")
    start_jobs_at_once(SimpleNamespace(local_exec=local, scheduler=scheduler))
    assert (scheduler.job_rate_limiter is None) is local


def test_snakemake_still_has_the_limit_by_that_name() -> None:
    """Set from outside, so a new version that calls it otherwise would go unnoticed."""
    assert "job_rate_limiter" in JobScheduler.schedule.__code__.co_names
