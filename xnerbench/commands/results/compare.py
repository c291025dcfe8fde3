"""`xnerbench compare`: every method of a study side by side, with published scores."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's options."""
    parser.add_argument("--results", required=True, type=Path, help="results/<study>")
    parser.add_argument(
        "--published",
        type=Path,
        help="CSV of published scores: setting, method, year, one column per target",
    )
    parser.add_argument(
        "--targets", nargs="*", help="targets with columns of their own; default: all"
    )
    parser.add_argument("--format", choices=("markdown", "latex"), default="markdown")


def run(args: argparse.Namespace) -> int:
    """Prints the table."""
    from xnerbench.errors import InputError
    from xnerbench.report import comparison, reading
    from xnerbench.report.markup import latex, markdown

    loaded = reading.load(args.results)
    published = None
    if args.published is not None:
        published = comparison.read_published(args.published, loaded.targets)
    for code in args.targets or ():
        if code not in loaded.targets:
            known = ", ".join(loaded.targets)
            raise InputError(f"{code} is no target of the study", "--targets", f"They are {known}")
    view = comparison.side_by_side(loaded, published, args.targets)
    if args.format == "latex":
        print(latex.table(view, loaded.name))
    else:
        print(markdown.table(view), view.note, sep="\n\n")
    return 0
