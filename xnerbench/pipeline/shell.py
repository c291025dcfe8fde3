"""How a job is called: its shell line, its attempts, and the Python that runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xnerbench.pipeline.stages import STAGES

ATTEMPTS = 2
"""Runs of a job that gets killed, the second with more memory and time; then it counts as failed."""


def job(stage: str, config: Path | str, **fixed: str) -> str:
    """The shell line of a stage's job, with Snakemake's braces.

    A job that may fail without stopping the others turns whatever goes wrong inside it into a failed artifact.
    `fail` does the same from outside for a process that was killed: after `ATTEMPTS` of them, and also when the
    scheduler killed the whole job, so that `fail` had no chance to run (hence the test in front).

    Args:
        stage: A name in `STAGES`.
        config: The configuration file, or what the shell finds it by, with Snakemake's braces.
        **fixed: Arguments of the stage that are no wildcards of the rule.
    """
    known = STAGES[stage]
    values = {name: f"{{wildcards.{name}}}" for name in known.arguments} | fixed
    options = "".join(f" --{name} {value}" for name, value in values.items())
    command = f"python -m xnerbench {known.command or known.name}{options} --config {config}"
    if not known.fails_alone:
        return f"{command} 2>&1 | tee {{log}}"
    return (
        f"[ {{resources.attempt}} -le {ATTEMPTS} ] && {command} 2> {{log}}"
        f" || python -m xnerbench fail --config {config} --kind {stage} --name {known.name_of(**values)}"
        " --status $? --attempt {resources.attempt} --log {log}"
    )


def grows(amount: int) -> Callable[[Any, int], int]:
    """A resource that grows with the attempt; see `times`."""
    return lambda wildcards, attempt: times(attempt, amount)


def times(attempt: int, amount: int) -> int:
    """An amount at an attempt; the last one only writes down that the job failed, and so needs no more."""
    return min(attempt, ATTEMPTS) * amount


def which_attempt(wildcards: Any, attempt: int) -> int:
    """Snakemake's attempt, from 1, for `attempted`: unlike what `grows`, it counts on after the last run."""
    return attempt


def use_this_python() -> None:
    """Makes `python` in rules the interpreter that runs Snakemake, activated or not, and lets it find this package.

    A workflow that has the suite as a module may have it from a checkout that nobody installed.
    """
    package = Path(__file__).parents[2]
    _first("PATH", str(Path(sys.executable).parent))
    if package.name not in ("site-packages", "dist-packages"):
        _first("PYTHONPATH", str(package))


def _first(variable: str, folder: str) -> None:
    """Puts a folder before the others of a path variable, once."""
    others = [part for part in os.environ.get(variable, "").split(os.pathsep) if part]
    if others[:1] != [folder]:
        os.environ[variable] = os.pathsep.join([folder, *others])
