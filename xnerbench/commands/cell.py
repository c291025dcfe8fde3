"""`xnerbench cell`: train and apply the tagger of one cell."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench import config
from xnerbench.grid import Cell
from xnerbench.layout import Layout
from xnerbench.learning.jobs import cell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--cell", required=True, help="id, such as ts/eng/nld/steps/n100/s0")


def run(arguments: argparse.Namespace) -> None:
    """Runs the job."""
    study = config.load(arguments.config)
    cell.run(study, Layout(study), Cell.parse(arguments.cell, study))
