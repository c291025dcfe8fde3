"""`xnerbench report`: the report of a results folder, as a page, as Markdown, and as LaTeX tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.commands import configuration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's options."""
    parser.add_argument("--results", required=True, type=Path, help="results/<study>")
    configuration.add_argument(parser, "a configuration, for its `plugins`", required=False)


def run(args: argparse.Namespace) -> int:
    """Writes the report and prints its path and its findings."""
    from xnerbench.report import page, reading
    from xnerbench.report.text import summary

    if args.config is not None:  # never those that a results folder names: their code would be run
        from xnerbench.study import config

        config.load(args.config)
    loaded = reading.load(args.results)
    paths = page.write(loaded)
    print("\n".join(summary.sentences(loaded)))
    print(paths["html"])
    return 0
