"""`xnerbench features`: one vector a sentence for language identification."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.learning.jobs import features
from xnerbench.study import config
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--language", required=True, help="ISO 639-3 code")
    parser.add_argument("--split", required=True, choices=("train", "pool"))


def run(arguments: argparse.Namespace) -> None:
    """Runs the job."""
    study = config.load(arguments.config)
    features.run(study, Layout(study), arguments.language, arguments.split)
