"""Every touch of Snakemake's internals; nothing else in the package knows them.

What is used has no public counterpart in the versions that pyproject.toml promises. Where a version lacks it, a
run is slower or tells less, and says so once; it never ends for that reason.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

SNAKEFILES = ("Snakefile", "snakefile", "workflow/Snakefile", "workflow/snakefile")
"""Where Snakemake looks for a workflow that is not named."""


def snakefile_here() -> Path | None:
    """The workflow that Snakemake finds in the current folder."""
    return next((path for path in map(Path, SNAKEFILES) if path.exists()), None)


def main_snakefile(workflow: Any) -> str:
    """The workflow that this run was started with; empty where Snakemake does not say."""
    return str(getattr(workflow, "main_snakefile", None) or "")


def is_main(workflow: Any) -> bool:
    """Whether this process plans the study, and is not one that Snakemake started for a single job."""
    known = getattr(workflow, "is_main_process", None)
    return True if known is None else bool(known)


def configuration_files(workflow: Any) -> list[str]:
    """The files of `--configfile`; none where Snakemake does not say."""
    return [str(file) for file in getattr(workflow, "overwrite_configfiles", None) or ()]


def locked_paths() -> list[str]:
    """The files that are locked in this folder; none while its lock is being taken away."""
    if "--unlock" in sys.argv:
        return []
    return [
        line
        for file in sorted(Path(".snakemake/locks").glob("*.lock"))
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
    ]


def runs_here(workflow: Any) -> bool:
    """Whether jobs run on this machine; False on a cluster, and where Snakemake does not say."""
    return bool(getattr(workflow, "local_exec", False))


def start_jobs_at_once(workflow: Any) -> None:
    """Switches off Snakemake's job rate limit where jobs run on this machine.

    With a limit (the default is 100 a second, and no option takes it away) every look at the ready
    jobs starts a timer for another look, and that one a timer again: after a few hundred jobs the
    main process does nothing else, at the cost of most of a core (measured with Snakemake 9.27).

    Args:
        workflow: Snakemake's workflow when its scheduler is there and has started nothing.
    """
    if not runs_here(workflow):
        return
    scheduler: Any = getattr(workflow, "scheduler", None)
    if hasattr(scheduler, "job_rate_limiter"):
        scheduler.job_rate_limiter = None
    else:
        _missing(
            "the job rate limit cannot be switched off: long runs start their jobs more slowly"
        )


def hang_in(workflow: Any, **hooks: Callable[[Any], None]) -> None:
    """Calls functions when a run begins and ends, where a module's own `onstart` and its like are not called.

    What is registered already comes first. A later `onstart:` of the main Snakefile takes their place, so it has to
    stand before its `module`. In versions that call those of modules (9.0), nothing is to be done.

    Args:
        workflow: Snakemake's workflow while it reads this Snakefile.
        **hooks: `onstart`, `onsuccess` and `onerror`; each gets the log files.
    """
    is_main = getattr(getattr(workflow, "modifier", None), "is_main_snakefile", None)
    if is_main is None or is_main():
        return
    for name, hook in hooks.items():
        before = getattr(workflow, f"_{name}", None)
        if before is None:
            _missing("a study cannot be run as a module of another workflow")
            return
        setattr(workflow, f"_{name}", _one_after_another(before, hook))


def _one_after_another(
    first: Callable[[Any], None], second: Callable[[Any], None]
) -> Callable[[Any], None]:
    def both(log: Any) -> None:
        first(log)
        second(log)

    return both


def planned_jobs(workflow: Any) -> Iterator[tuple[str, Any]]:
    """Rule and wildcards of every job that a run will make; none where Snakemake does not tell."""
    dag: Any = getattr(workflow, "dag", None)
    if not hasattr(dag, "needrun_jobs"):
        _missing("the jobs of this run cannot be listed: no time left is shown")
        return
    for job in dag.needrun_jobs():
        yield job.rule.name, job.wildcards


def untimed(files: Iterable[Path]) -> list[str]:
    """Inputs that must be there and whose times mean nothing: what is in them stands among the `params`."""
    from snakemake.io import ancient

    return [ancient(str(file)) for file in files]


def _missing(what: str) -> None:
    print(f"xnerbench: with this version of Snakemake {what}", file=sys.stderr)
