"""`xnerbench softlabels`: what a teacher says about a pool."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.learning.jobs import softlabels
from xnerbench.study import config
from xnerbench.study.layout import Layout, split_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    parser.add_argument("--target", required=True, help="target language")
    parser.add_argument("--sources", required=True, help="source languages joined by +")
    parser.add_argument("--seed", type=int, required=True, help="the teacher seed")


def run(arguments: argparse.Namespace) -> None:
    """Runs the job."""
    study = config.load(arguments.config)
    sources = split_sources(arguments.sources)
    softlabels.run(study, Layout(study), arguments.target, sources, arguments.seed)
