"""`xnerbench activations`: run the frozen layers over a text."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.learning.jobs import activations
from xnerbench.study import config
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--language", required=True, help="ISO 639-3 code")
    parser.add_argument("--split", required=True, choices=("train", "pool", "test"))


def run(arguments: argparse.Namespace) -> None:
    """Runs the job."""
    study = config.load(arguments.config)
    activations.run(study, Layout(study), arguments.language, arguments.split)
