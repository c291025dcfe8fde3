"""`xnerbench status`: how far a study is, from outside and at any time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

from xnerbench.commands import configuration
from xnerbench.errors import InputError
from xnerbench.pipeline.ends import failures, progress
from xnerbench.storage import artifacts
from xnerbench.study import config, grid
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of

NAMED = 10
"""So many untrained or collapsed students are named."""
Known = dict[str, tuple[tuple[int, int], str]]
"""Of a cell: time and size of its file, and what its record made one say."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    configuration.add_argument(parser, "the study's configuration")
    parser.add_argument(
        "--watch", type=float, nargs="?", const=10.0, metavar="SECONDS",
        help="print it again every so many seconds (10) until every cell is there; end it with Ctrl-C",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Prints finished files of each stage, the latest run's progress, and what failed last."""
    study = config.load(arguments.config)
    known: Known = {}
    finished = show(study, known)
    while arguments.watch and not finished:
        try:
            time.sleep(arguments.watch)
        except KeyboardInterrupt:
            break
        print()
        finished = show(study, known)
    return 0


def show(study: config.Config, known: Known) -> bool:
    """Prints the state once; whether every cell is there.

    Args:
        study: The study.
        known: What the records of cells said when they were read last; those that are read now are added.
    """
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
    for line in _students({cell.id: layout.cell(cell) for cell in cells}, known):
        print(line)
    return all(file.exists() for file in stages["cells"])


def _students(files: Mapping[str, Path], known: Known) -> list[str]:
    """A line for each student, by its cell, that is not trained yet or has collapsed; only new records are read."""
    found = []
    for cell, file in files.items():
        try:
            state = file.stat()
        except OSError:
            continue
        written = (state.st_mtime_ns, state.st_size)
        if cell not in known or known[cell][0] != written:
            known[cell] = (written, _student(cell, file))
        if told := known[cell][1]:
            found.append(told)
    rest = len(found) - NAMED
    return found[:NAMED] + ([f"and {rest:,} more students like these"] if rest > 0 else [])


def _student(cell: str, file: Path) -> str:
    """What there is to say of a cell's student; empty where all is well."""
    from xnerbench.analysis import students

    try:
        record = artifacts.read_parquet_record(file)
    except InputError as error:  # scoring will say so, too; the others still count
        return f"damaged: {cell}: {error}"
    if record.get("collapsed"):
        return f"collapsed: {cell}: tags next to nothing"
    if students.untrained(record):
        return f"not trained yet: {cell}: fidelity {students.fidelity_of(record):.0f}"
    return ""
