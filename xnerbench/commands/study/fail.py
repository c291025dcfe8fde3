"""`xnerbench fail`: what a rule calls when its command ended badly, or was never let finish.

A command turns its own errors into failed artifacts. What remains is a process that was killed (out
of memory, time limit), an error before the command's own guard, and bad input in a corpus. A killed
job is tried again with more memory and time; everything else would only fail once more.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from xnerbench.pipeline.ends import failures, progress
from xnerbench.pipeline.shell import ATTEMPTS
from xnerbench.pipeline.stages import STAGES
from xnerbench.study import config
from xnerbench.study.layout import Layout

BY_THE_USER = {128 + signal.SIGINT, 128 + signal.SIGTERM}
"""Exit statuses of an interrupted run: nothing has failed, the job is done again by the next call."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--kind", required=True, choices=failures.KINDS, help="kind of artifact")
    parser.add_argument("--name", required=True, help="the artifact's name among its kind")
    parser.add_argument("--status", type=int, required=True, help="exit status of the command")
    parser.add_argument("--attempt", type=int, required=True, help="Snakemake's attempt, from 1")
    parser.add_argument("--log", type=Path, required=True, help="the command's standard error")


def run(arguments: argparse.Namespace) -> int:
    """Writes the failed artifact, or passes the exit status on so that the job is tried again."""
    status, attempt = arguments.status, arguments.attempt
    killed = status > 128
    if killed and (attempt < ATTEMPTS or status in BY_THE_USER):
        known = {number.value: number.name for number in signal.Signals}
        name = known.get(status - 128, f"signal {status - 128}")
        print(f"xnerbench: {arguments.name} was ended by {name}", file=sys.stderr)
        return status
    if killed:
        reason = f"killed by signal {status - 128} in {attempt} attempts (out of memory?)"
    elif attempt > ATTEMPTS:
        reason = f"ended by the system in {ATTEMPTS} attempts (out of memory or time, or a clock set back?)"
    else:
        reason = _last_line(arguments.log) or f"ended with exit status {status}"
    study = config.load(arguments.config)
    layout = Layout(study)
    stage = STAGES[arguments.kind]
    failures.settle(study, layout, arguments.kind, arguments.name, reason)
    print(f"xnerbench: {arguments.kind} {arguments.name} failed: {reason}", file=sys.stderr)
    for cell in stage.cells(study, **stage.parse(arguments.name)):
        progress.finish(study, layout, cell, 0.0, "failed")
    return 0


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    written = [line.strip() for line in lines if line.strip()]
    return written[-1].removeprefix("xnerbench: ")[:500] if written else ""
