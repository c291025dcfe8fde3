"""The subcommands of the stages: arguments from the stage's declaration, then its job."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.jobs.parts import running
from xnerbench.pipeline.stage import ARGUMENTS, CHOICES, Stage
from xnerbench.study import config
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser, stage: Stage) -> None:
    """Adds a stage's arguments, and what runs it."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")
    for name in stage.arguments:
        choices = CHOICES.get(name)
        parser.add_argument(f"--{name}", required=True, choices=choices, help=ARGUMENTS[name])

    def run(arguments: argparse.Namespace) -> int:
        study = config.load(arguments.config)
        named = {name: getattr(arguments, name) for name in stage.arguments}
        stage.parse(stage.name_of(**named))  # refuses what is no name of an artifact
        running.run(study, Layout(study), stage.name, named)
        return 0

    parser.set_defaults(run=run)
