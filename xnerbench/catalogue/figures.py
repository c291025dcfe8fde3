"""All figures by name, and the door for a figure of one's own.

A figure of the suite is a `Figure` here and a function in `xnerbench/report/figures/` that draws it and raises
`NothingToDraw(reason)` where the study lacks the data. The files of `xnerbench figures`, the report's
sections and the list in `docs/figures.md` (by `xnerbench docs`) follow from the declaration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xnerbench.catalogue import sections
from xnerbench.catalogue.reference import Reference, origin
from xnerbench.catalogue.sections import FURTHER
from xnerbench.errors import InputError


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: File name without ending.
        section: Where in the report.
        draw: `Results -> Drawing`.
        tables: Names of the tables whose numbers it draws, or files.
        shows: Half a sentence for `docs/figures.md`, in Markdown.
        first: Shown right under the report's summary and not in its section.
    """

    name: str
    section: str
    draw: Reference
    tables: tuple[str, ...] = ()
    shows: str = ""
    first: bool = False

    def __post_init__(self) -> None:
        sections.heading(self.section)


_DRAWN = "xnerbench.report.figures"
_REGRESSED = ("regression_points", "regression_lines", "regressions")

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure(
            "curves",
            "curves",
            f"{_DRAWN}.amounts.curves:draw",
            ("scores.csv", "means", "curve_points", "curves"),
            "small multiples, one panel per target: every run, mean with interval, the chosen curve with "
            "its band, its extrapolation (dashed), the held-out size and its prediction (orange), direct "
            "transfer and supervised as references",
        ),
        Figure(
            "gain",
            "curves",
            f"{_DRAWN}.amounts.gain:draw",
            ("scores.csv",),
            "gain over direct transfer against size, one line per target, and their mean; beyond 16 "
            "targets only the seven largest and smallest gains are named",
        ),
        Figure(
            "fidelity-cost",
            "students",
            f"{_DRAWN}.methods.frontier:draw",
            ("students",),
            "held-out fidelity of the students of the largest size against training time, one point per method "
            "and budget, and the frontier of fresh students",
        ),
        Figure(
            "break-even",
            "curves",
            f"{_DRAWN}.amounts.sizes:draw_break_even",
            ("derived",),
            "unlabelled sentences at which the student overtakes direct transfer, with intervals; the "
            "verdict in words where there is no number",
        ),
        Figure(
            "exchange-rate",
            "curves",
            f"{_DRAWN}.amounts.sizes:draw_exchange",
            ("derived",),
            "labelled sentences of equal worth, at the largest size",
        ),
        Figure(
            "methods",
            "scores",
            f"{_DRAWN}.methods.overview:draw",
            ("scores.csv",),
            "mean F1 over the languages that every method was scored on, one panel per budget",
        ),
        Figure(
            "methods-by-language",
            "scores",
            f"{_DRAWN}.methods.compared:draw_methods",
            ("means",),
            "every method's means, one panel per target",
        ),
        Figure(
            "budgets",
            "growth",
            f"{_DRAWN}.methods.compared:draw_budgets",
            ("means",),
            "the primary method under both training budgets, one panel per target",
        ),
        Figure(
            "growth-parts",
            "growth",
            f"{_DRAWN}.amounts.growth:draw",
            ("growth",),
            "rise of F1 between two sizes under fixed epochs, and its parts: data (at equal updates) and "
            "updates; one row per language",
        ),
        Figure(
            "surface",
            "growth",
            f"{_DRAWN}.amounts.surface:draw",
            ("surface_points", "surface"),
            "mean F1 over sentences and updates: against updates with a line per size, against size with a line per "
            "number of updates, and as a contour map of the chosen law with the measured cells",
        ),
        Figure(
            "fidelity",
            "growth",
            f"{_DRAWN}.methods.fidelity:draw",
            ("fidelity",),
            "how far students agree with their teachers, against size, and F1 split into what is copied and what is "
            "beyond, one panel per budget",
        ),
        Figure(
            "forest-pairs",
            "comparisons",
            f"{_DRAWN}.methods.forest:draw_pairs",
            ("differences",),
            "paired differences, mean over languages, one row per pair of methods; for mixtures of sources "
            "also against the mean and the best of what their sources give alone",
        ),
        Figure(
            "forest",
            "comparisons",
            f"{_DRAWN}.methods.forest:draw_targets",
            ("differences",),
            "paired differences, one row per language, up to four pairs: against direct transfer first, for "
            "a mixture as primary method against its sources",
        ),
        Figure(
            "weights",
            "comparisons",
            f"{_DRAWN}.languages.weights:draw",
            ("weights.csv",),
            "mean weight of each source for each target",
        ),
        Figure(
            "distance-direct",
            "distance",
            f"{_DRAWN}.languages.distance:draw_direct",
            _REGRESSED,
            "F1 of direct transfer against each distance, one labelled point per language, with the "
            "regression line, its band and its test",
        ),
        Figure(
            "distance-f1",
            "distance",
            f"{_DRAWN}.languages.distance:draw_f1",
            _REGRESSED,
            "the same of F1 at the largest size",
        ),
        Figure(
            "distance-gain",
            "distance",
            f"{_DRAWN}.languages.distance:draw_gain",
            _REGRESSED,
            "the same of the gain at the largest size",
        ),
        Figure(
            "distance-growth",
            "distance",
            f"{_DRAWN}.languages.distance:draw_growth",
            _REGRESSED,
            "the same of F1 per doubling of the text",
        ),
        Figure(
            "covariates-f1",
            "distance",
            f"{_DRAWN}.languages.distance:draw_covariates_f1",
            _REGRESSED,
            "F1 at the largest size against covariates of the target: subwords per word, unknown and split "
            "words, script, size of the test set, direct transfer",
        ),
        Figure(
            "covariates-gain",
            "distance",
            f"{_DRAWN}.languages.distance:draw_covariates_gain",
            _REGRESSED,
            "the same of the gain at the largest size",
        ),
        Figure(
            "transfer",
            "comparisons",
            f"{_DRAWN}.languages.transfer:draw",
            ("transfer",),
            "F1 of direct transfer from each source to each target, a heat map per entity type, shaded by the gap to "
            "the target's best source",
        ),
        Figure(
            "confidence",
            "prediction",
            f"{_DRAWN}.languages.confidence:draw",
            ("calibration_points", "calibration_lines", "calibration"),
            "F1 of direct transfer against the teacher's confidence on unlabelled text, families marked, with what is "
            "expected of a language without labels and its interval; right under the report's summary",
            first=True,
        ),
        Figure(
            "left-out",
            "prediction",
            f"{_DRAWN}.languages.left_out:draw",
            ("left_out",),
            "F1 of each language predicted from the others, with prediction intervals, against F1 observed",
        ),
        Figure(
            "cost",
            "cost",
            f"{_DRAWN}.methods.costs:draw",
            ("costs", "scores.csv"),
            "seconds per cell against size, core-hours per method",
        ),
    )
}


def shown_in(section: str) -> list[str]:
    """Names of the figures of a section of the report, in order."""
    return [name for name, figure in FIGURES.items() if figure.section == section]


def register_figure(
    name: str,
    draw: Reference,
    *,
    section: str = FURTHER,
    tables: Sequence[str] = (),
    shows: str = "",
) -> None:
    """Adds a figure of one's own to the figures' folder and to the report.

    Args:
        name: File name without ending, as `f1-by-script`: small letters, digits and `-`.
        draw: A function from `report.results.Results` to `report.canvas.drawing.Drawing`; it raises
            `NothingToDraw(reason)` where the study lacks the data.
        section: Name of a section of the report (`catalogue.sections`).
        tables: Tables or files whose numbers it draws.
        shows: Half a sentence on what it shows.

    Raises:
        InputError: The name is not a file name or is taken, or there is no such section.
    """
    where = f"{origin(draw)}, figure {name}"
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise InputError("the name is not small letters, digits and -", where, "Choose another")
    if name in FIGURES and origin(FIGURES[name].draw) != origin(draw):
        raise InputError("there is a figure of this name already", where, "Choose another name")
    FIGURES[name] = Figure(name, section, draw, tuple(tables), shows)
