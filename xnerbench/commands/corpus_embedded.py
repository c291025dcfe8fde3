"""`xnerbench corpus show | export | lint | card`: the embedded corpus."""

from __future__ import annotations

import argparse

from xnerbench.data.embedded import lint


def register(actions: argparse._SubParsersAction) -> None:
    """Adds the embedded corpus's actions to `xnerbench corpus`."""
    parser = actions.add_parser("lint", help="check the frame files of the embedded corpus")
    parser.add_argument("languages", nargs="*", metavar="LANG", help="default: all")
    parser.set_defaults(act=run_lint)


def run_lint(arguments: argparse.Namespace) -> int:
    """Prints every finding as `file:line: level: message`; 1 if there are errors."""
    return lint.main(arguments.languages)
