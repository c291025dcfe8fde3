"""`xnerbench encoder`: write the encoder folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.learning.jobs import encoder
from xnerbench.study import config
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")


def run(arguments: argparse.Namespace) -> None:
    """Runs the job."""
    study = config.load(arguments.config)
    encoder.run(study, Layout(study))
