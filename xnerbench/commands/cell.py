"""`xnerbench cell`: train and apply the tagger of one cell."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from xnerbench.learning.jobs import cell
from xnerbench.pipeline import progress
from xnerbench.storage.artifacts import read_parquet_record
from xnerbench.study import config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--cell", required=True, help="id, such as ts/eng/nld/steps/n100/s0")


def run(arguments: argparse.Namespace) -> None:
    """Runs the job and prints how far the whole run is."""
    study = config.load(arguments.config)
    layout, wanted = Layout(study), Cell.parse(arguments.cell, study)
    start = time.monotonic()
    cell.run(study, layout, wanted)
    status = read_parquet_record(layout.cell(wanted))["status"]
    progress.finish(study, layout, wanted, time.monotonic() - start, status)
