"""`xnerbench corpus`: show, export, lint or prepare a corpus."""

from __future__ import annotations

import argparse

from xnerbench.commands.corpora import corpus_embedded
from xnerbench.commands.study import stage
from xnerbench.pipeline.stages import STAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds one sub-parser an action; each sets `act(arguments) -> exit status`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    corpus_embedded.register(actions)
    prepare = STAGES["corpus"]
    parser = actions.add_parser("prepare", help=prepare.summary, description=prepare.summary)
    stage.add_arguments(parser, prepare)
    parser.set_defaults(act=parser.get_default("run"))


def run(arguments: argparse.Namespace) -> int:
    """Runs the chosen action."""
    return arguments.act(arguments)
