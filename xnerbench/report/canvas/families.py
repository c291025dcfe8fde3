"""Languages coloured and marked by family, and the legend that says which is which.

A study without the table `families` (older results, scores alone) colours languages one by one.
"""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from xnerbench.report import relatives
from xnerbench.report.canvas import style
from xnerbench.report.results import Results

ENTRY = 1.42
"""Width of a legend's entry in inches."""
LINE = 0.125
"""Height of its line."""

Look = tuple[str, str]


def looks(study: Results) -> dict[str, Look]:
    """A colour and a marker for each target: its family's, the same in every figure of a study."""
    single = style.languages(study.targets)
    families = relatives.of(study)
    if not set(study.targets) <= set(families):
        return single
    shared = style.languages(relatives.ordered(families))
    return {code: shared[families[code]] for code in study.targets}


def legend(figure: Figure, study: Results, codes: Iterable[str]) -> None:
    """Adds room below the figure, and the families of the languages drawn with their number of them.

    Args:
        figure: Otherwise complete; what stands in it keeps its size and moves up.
        study: For families.
        codes: The languages drawn.
    """
    families = relatives.of(study)
    drawn = [families[code] for code in codes if code in families]
    if not drawn or not set(study.targets) <= set(families):
        return
    found = looks(study)
    look = {families[code]: found[code] for code in study.targets}
    names = [name for name in relatives.ordered(families) if name in drawn]
    width, height = figure.get_size_inches()
    columns = max(1, min(len(names), int(width / ENTRY)))
    more = LINE * -(-len(names) // columns) + 0.08
    _grow(figure, more)
    handles = [
        Line2D([], [], ls="none", marker=look[name][1], color=look[name][0], ms=4, mew=0,
               label=f"{name} ({drawn.count(name)})")
        for name in names
    ]  # fmt: skip
    figure.legend(handles=handles, loc="lower center", ncols=columns, fontsize=style.TINY,
                  bbox_to_anchor=(0.5, 0.02 / (height + more)), borderaxespad=0.0, labelspacing=0.25,
                  columnspacing=1.0, handletextpad=0.1)  # fmt: skip


def _grow(figure: Figure, more: float) -> None:
    """Makes the figure higher by some inches at its bottom."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + more)
    scale = height / (height + more)
    start = more / (height + more)
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position((box.x0, start + scale * box.y0, box.width, scale * box.height))
    for text in figure.texts:
        text.set_y(start + scale * text.get_position()[1])
