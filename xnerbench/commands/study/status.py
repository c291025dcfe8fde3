"""`xnerbench status`: how far a study is, from outside and at any time."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from xnerbench.pipeline import failures, progress
from xnerbench.study import config, grid
from xnerbench.study.layout import Layout


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
    needs = [grid.needs(cell) for cell in cells]
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
    return all(file.exists() for file in stages["cells"])
