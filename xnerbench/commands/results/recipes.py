"""`xnerbench recipes`: the students of several studies side by side, by fidelity and training time."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's options."""
    parser.add_argument("results", nargs="+", type=Path, help="results/<study>, one or several")
    parser.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the frontier, too (PNG, SVG or PDF)"
    )


def run(args: argparse.Namespace) -> int:
    """Prints the table, and draws the frontier where asked."""
    from xnerbench.errors import InputError
    from xnerbench.report import reading
    from xnerbench.report.canvas import style
    from xnerbench.report.canvas.drawing import NothingToDraw
    from xnerbench.report.figures import writing
    from xnerbench.report.figures.methods import frontier
    from xnerbench.report.markup import markdown
    from xnerbench.report.views import study as views

    if args.figure and args.figure.suffix[1:] not in writing.FORMATS:
        kinds = ", ".join(f".{kind}" for kind in writing.FORMATS)
        raise InputError(
            f"{args.figure} has another ending than {kinds}", "--figure", "Choose one of them"
        )
    studies = [reading.load(folder) for folder in args.results]
    note = ""
    for loaded in studies:
        view = views.students(loaded)
        if view is None:
            raise InputError(
                "no student of it has a fidelity",
                str(loaded.folder),
                "Run `xnerbench fit` on its scores first",
            )
        note = view.note
        print(f"{loaded.name}\n\n{markdown.table(view)}\n")
    print(note)
    if args.figure:
        try:
            with style.styled():
                drawing = frontier.together(studies)
                writing.save(drawing.figure, args.figure, writing.FORMATS[args.figure.suffix[1:]])
        except NothingToDraw as reason:
            raise InputError(str(reason), "--figure", "Give studies with more students") from None
        print(f"\n{args.figure}: {drawing.caption}")
    return 0
