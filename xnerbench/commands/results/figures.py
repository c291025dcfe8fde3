"""`xnerbench figures`: every figure of a results folder as SVG, PDF and PNG."""

from __future__ import annotations

import argparse
from pathlib import Path

from xnerbench.commands import configuration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's options."""
    parser.add_argument("--results", required=True, type=Path, help="results/<study>")
    configuration.add_argument(parser, "a configuration, for its `plugins`", required=False)
    parser.add_argument("--out", type=Path, help="folder for the files; default: RESULTS/figures")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="draw only these")
    parser.add_argument("--processes", type=int, default=1, help="figures drawn at once")


def run(args: argparse.Namespace) -> int:
    """Draws the figures and says what was left out and why."""
    from xnerbench.report import reading
    from xnerbench.report.figures import writing

    if args.config is not None:  # never those that a results folder names: their code would be run
        from xnerbench.study import config

        config.load(args.config)
    loaded = reading.load(args.results)
    folder = args.out or args.results / "figures"
    entries = writing.write_all(loaded, folder, args.only, args.processes)
    drawn = [entry for entry in entries if "omitted" not in entry]
    print(f"{len(drawn)} figures in {folder}")
    for absent in loaded.missing:
        print(f"  {absent}")
    for entry in entries:
        if "omitted" in entry:
            print(f"  no {entry['name']}: {entry['omitted']}")
    return 0
