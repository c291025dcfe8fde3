"""`xnerbench plan`: what to expect in a language without labels, or how much unlabelled text a goal needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnerbench.analysis.planning.answer import Answer


OF_SCORES = ("target", "goal_f1", "fertility", "counts", "corpora")
"""Options that are read with `--scores` only, as are those of the analysis."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    from xnerbench.commands.results import plan_text
    from xnerbench.commands.results.fit import add_inputs

    add_inputs(parser, scores=False)
    plan_text.add_arguments(parser)
    parser.add_argument(
        "--target", help="with --scores: a language, in the study or not (ISO 639-3)"
    )
    parser.add_argument("--goal-f1", type=float, help="with --scores: F1 to reach, 0 to 100")
    parser.add_argument(
        "--point",
        action="append",
        default=[],
        metavar="N:F1",
        help="a point measured on the language, N = 0 for direct transfer; may be repeated",
    )
    parser.add_argument(
        "--fertility", type=float, help="with --scores: subwords per word, if outside the study"
    )
    parser.add_argument("--figure", type=Path, help="draw the answer (svg, pdf or png)")


def run(args: argparse.Namespace) -> int:
    """Prints one paragraph and draws one figure."""
    import textwrap

    from xnerbench.analysis import fit
    from xnerbench.analysis.planning import plan
    from xnerbench.commands.results.fit import configured, read_inputs, settings_of
    from xnerbench.errors import InputError

    if args.figure is not None:
        _check_kind(args.figure)
    measured = _points(args.point)
    _check_way(args)
    if args.scores is None:
        from xnerbench.commands.results import plan_text

        return plan_text.run(args, measured)
    for option, value in (("--target", args.target), ("--goal-f1", args.goal_f1)):
        if value is None:
            raise InputError(
                "it is needed with --scores", option, "Give it, or give --text instead"
            )
    _check_fertility(args.fertility)
    scores, counts, corpora = read_inputs(args)
    settings = settings_of(args, configured(args))
    study = fit.study_of(fit.primary_only(scores, settings), counts, corpora, settings)
    answer = plan.plan(study, args.target, args.goal_f1, measured, args.fertility)
    print(textwrap.fill(answer.text, 100))
    if args.figure is not None:
        draw(answer, args.figure)
        print(args.figure)
    return 0


def _check_way(args: argparse.Namespace) -> None:
    """Refuses what the other of the two ways to ask, from scores or from raw text, would read."""
    from xnerbench.commands.results import fit, plan_text
    from xnerbench.errors import InputError

    if args.scores is None:
        foreign = (*OF_SCORES, *fit.options())
        what = "it says something with --scores only"
        remedy = (
            "Leave it out, or give --scores FILE --target CODE --goal-f1 F1 instead of raw text"
        )
    else:
        foreign = plan_text.OPTIONS
        what, remedy = "it says nothing with --scores", "Leave it out, or leave out --scores"
    for name in foreign:
        value = getattr(args, name)
        if value is not None and value is not False:
            raise InputError(what, f"--{name.replace('_', '-')}", remedy)


def _points(texts: list[str]) -> dict[int, float]:
    from xnerbench.errors import InputError

    points: dict[int, float] = {}
    for text in texts:
        n, f1 = _point(text)
        if n in points:
            raise InputError(f"{n} sentences are given twice", "--point", "Give their mean")
        points[n] = f1
    return points


def _check_fertility(value: float | None) -> None:
    from xnerbench.errors import InputError

    if value is not None and not 1 <= value <= 100:
        raise InputError(
            f"{value:g} is no number of subwords per word", "--fertility", "Give one from 1 to 100"
        )


def _point(text: str) -> tuple[int, float]:
    from xnerbench.errors import InputError

    n, _, f1 = text.partition(":")
    try:
        point = int(n), float(f1)
    except ValueError:
        point = (-1, -1.0)
    if not 0 <= point[0] <= 2**53 or not 0 <= point[1] <= 100:
        raise InputError(
            f"'{text}' is no point", "--point", "Write a size and an F1 in 0..100, as 100:61.5"
        )
    return point


def _check_kind(path: Path) -> None:
    from xnerbench.errors import InputError
    from xnerbench.report.figures import writing

    if path.suffix[1:] not in writing.FORMATS:
        raise InputError(
            f"{path.name!r} is of no known kind", "--figure", "End the name in .svg, .pdf or .png"
        )


def draw(answer: Answer, path: Path) -> None:
    """Writes the figure; the same answer gives the same bytes."""
    import matplotlib as mpl

    from xnerbench.report.canvas import style
    from xnerbench.report.figures import writing
    from xnerbench.report.figures.amounts import goal

    with style.styled(), mpl.rc_context({"svg.hashsalt": "xnerbench"}):
        writing.save(goal.draw(answer), path, writing.FORMATS[path.suffix[1:]])
