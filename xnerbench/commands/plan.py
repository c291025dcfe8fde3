"""`xnerbench plan`: how much unlabelled text a goal is expected to need."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnerbench.analysis.answer import Answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    from xnerbench.commands.fit import add_inputs

    add_inputs(parser)
    parser.add_argument("--target", required=True, help="language, in the study or not (ISO 639-3)")
    parser.add_argument("--goal-f1", type=float, required=True, help="F1 to reach, 0 to 100")
    parser.add_argument(
        "--point",
        action="append",
        default=[],
        metavar="N:F1",
        help="a point measured on the language, N = 0 for direct transfer; may be repeated",
    )
    parser.add_argument("--fertility", type=float, help="subwords a word, if outside the study")
    parser.add_argument("--figure", type=Path, help="draw the answer (svg, pdf or png)")


def run(args: argparse.Namespace) -> int:
    """Prints one paragraph and draws one figure."""
    import textwrap

    from xnerbench.analysis import fit, plan
    from xnerbench.commands.fit import read_inputs, settings_of

    scores, counts, corpora = read_inputs(args)
    settings = settings_of(args)
    study = fit.study_of(fit.primary_only(scores, settings), counts, corpora, settings)
    measured = dict(_point(text) for text in args.point)
    answer = plan.plan(study, args.target, args.goal_f1, measured, args.fertility)
    print(textwrap.fill(answer.text, 100))
    if args.figure is not None:
        draw(answer, args.figure)
        print(args.figure)
    return 0


def _point(text: str) -> tuple[int, float]:
    from xnerbench.errors import InputError

    n, _, f1 = text.partition(":")
    try:
        point = int(n), float(f1)
    except ValueError:
        point = (-1, -1.0)
    if point[0] < 0 or not 0 <= point[1] <= 100:
        raise InputError(
            f"'{text}' is no point", "--point", "Write a size and an F1 in 0..100, as 100:61.5"
        )
    return point


def draw(answer: Answer, path: Path) -> None:
    """One figure: expected curve and band, measured points, goal, and the sizes it needs."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "xnerbench"
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter, NullFormatter

    from xnerbench import artifacts

    figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    inside = answer.sizes <= answer.largest * (1 + 1e-9)
    if len(answer.sizes):
        axes.fill_between(
            answer.sizes, answer.lower, answer.upper, color="#0072B2", alpha=0.18, lw=0
        )
        axes.plot(answer.sizes[inside], answer.f1[inside], color="#0072B2", label="expected")
        if not inside.all():
            beyond = answer.sizes >= answer.sizes[inside][-1]
            axes.plot(
                answer.sizes[beyond], answer.f1[beyond], "--", color="#0072B2", label="extrapolated"
            )
    sized = {n: f1 for n, f1 in answer.points.items() if n > 0}
    if sized:
        axes.plot(list(sized), list(sized.values()), "o", color="#222222", ms=4, label="measured")
    axes.axhline(answer.goal, color="#D55E00", lw=1.2, label=f"goal {answer.goal:g}")
    if answer.direct is not None:
        axes.axhline(answer.direct, color="#777777", lw=1, ls=":", label="direct transfer")
    if answer.n is not None:
        left = answer.low if answer.low is not None else axes.get_xlim()[0]
        right = answer.high if answer.high is not None else answer.sizes[-1]
        axes.plot([left, right], [answer.goal] * 2, color="#D55E00", lw=5, alpha=0.35)
        axes.plot([answer.n], [answer.goal], "D", color="#D55E00", ms=5)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("unlabelled sentences")
    axes.set_ylabel(f"F1 on {answer.target}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with artifacts.atomic(path) as partial:
        figure.savefig(partial, format=path.suffix[1:] or "svg", dpi=200, metadata=metadata)
    plt.close(figure)
