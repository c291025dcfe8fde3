"""`xnerbench corpus`: show, export, lint or prepare a corpus."""

from __future__ import annotations

import argparse

from xnerbench.commands import corpus_embedded, corpus_prepare


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds one sub-parser an action; each sets `act(arguments) -> exit status`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    corpus_embedded.register(actions)
    corpus_prepare.register(actions)


def run(arguments: argparse.Namespace) -> int:
    """Runs the chosen action."""
    return arguments.act(arguments)
