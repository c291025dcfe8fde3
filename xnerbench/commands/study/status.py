"""`xnerbench status`: how far a study is, from outside and at any time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

from xnerbench.errors import InputError
from xnerbench.pipeline.ends import failures, progress
from xnerbench.storage import artifacts
from xnerbench.study import config, grid
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of

NAMED = 10
"""So many untrained or collapsed students are named."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument(
        "--watch", type=float, nargs="?", const=10.0, metavar="SECONDS",
        help="print it again every so many seconds (10) until every cell is there; end it with Ctrl-C",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Prints finished files of each stage, the latest run's progress, and what failed last."""
    study = config.load(arguments.config)
    finished = show(study)
    while arguments.watch and not finished:
        try:
            time.sleep(arguments.watch)
        except KeyboardInterrupt:
            break
        print()
        finished = show(study)
    return 0


def show(study: config.Config) -> bool:
    """Prints the state once; whether every cell is there."""
    layout, cells = Layout(study), grid.cells(study)
    needs = [needs_of(cell) for cell in cells]
    labels = {item for need in needs for item in need.softlabels}
    teachers = {item for need in needs for item in need.teachers}
    teachers |= {(sources, seed) for _, sources, seed in labels}
    stages = {
        "teachers": [layout.teacher(*item) for item in teachers],
        "soft labels": [layout.softlabels(*item) for item in labels],
        "cells": [layout.cell(cell) for cell in cells],
    }
    for name, files in stages.items():
        print(f"{name:12} {sum(file.exists() for file in files):6,} of {len(files):,}")
    print(f"latest run   {progress.read(layout.progress) or 'none was started'}")
    for (kind, name), (number, reason) in failures.all_of(layout).items():
        times = "once" if number == 1 else f"{number} times"
        print(f"failed {times}: {kind} {name}: {reason}")
    for line in _students({cell.id: layout.cell(cell) for cell in cells}):
        print(line)
    return all(file.exists() for file in stages["cells"])


def _students(files: Mapping[str, Path]) -> list[str]:
    """A line for each student, by its cell, that is not trained yet or has collapsed."""
    from xnerbench.analysis import students

    found = []
    for cell, file in files.items():
        try:
            record = artifacts.read_parquet_record(file) if file.exists() else {}
        except InputError as error:  # scoring will say so, too; the others still count
            found.append(f"damaged: {cell}: {error}")
            continue
        if record.get("collapsed"):
            found.append(f"collapsed: {cell}: tags next to nothing")
        elif students.untrained(record):
            found.append(f"not trained yet: {cell}: fidelity {students.fidelity_of(record):.0f}")
    rest = len(found) - NAMED
    return found[:NAMED] + ([f"and {rest:,} more students like these"] if rest > 0 else [])
