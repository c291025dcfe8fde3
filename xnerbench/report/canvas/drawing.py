"""What a figure module returns, and the facts every caption states."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import style
from xnerbench.report.results import Results
from xnerbench.study.budgets import updates_of


class NothingToDraw(Exception):
    """A figure that this study has no data for; the message says what is lacking."""


@dataclass(frozen=True)
class Drawing:
    """A figure with its title and caption.

    Attributes:
        figure: The figure.
        title: A heading, no full stop.
        caption: What it shows, then the facts of `facts`.
    """

    figure: Figure
    title: str
    caption: str


def facts(study: Results, runs: pd.DataFrame, budget: str | None = None) -> str:
    """The closing sentence of a caption: seeds, languages, sentences, budget, study.

    Args:
        study: The study.
        runs: The rows of the scores that the figure rests on.
        budget: The training budget, if one; by default the runs' own.
    """
    runs = study.ok if runs.empty else runs
    codes = sorted(set(runs["target"]))
    parts = [
        queries.seeds(runs),
        numbers.plural(len(codes), "target language"),
    ]
    tests = [study.test_sentences[code] for code in codes if code in study.test_sentences]
    if tests:
        low, high = min(tests), max(tests)
        each = (
            numbers.count(low) if low == high else f"{numbers.count(low)} to {numbers.count(high)}"
        )
        parts.append(f"{each} test sentences each")
    found = {b for b in runs["budget"].dropna() if b != "none"} if budget is None else {budget}
    kinds = sorted(found, key=lambda b: (updates_of(b) or 0, b))
    if kinds:
        parts.append("budget: " + numbers.listed([names.budget(b) for b in kinds]))
    made_up = " (simulated scores)" if study.simulated else ""
    return (
        f"F1 is strict, entity-level, 0 to 100. {'; '.join(parts)}; study: {study.name}{made_up}."
    )


def panel_title(axes: Axes, study: Results, code: str) -> None:
    """Writes a language's name above the left end of a panel; smaller, else
    its code, if the name is too wide."""
    title = axes.set_title(study.language(code), loc="left")
    room = axes.get_window_extent().width * 1.05
    if title.get_window_extent().width > room:
        title.set_fontsize(style.TINY)
    if title.get_window_extent().width > room:
        title.set_text(code)
