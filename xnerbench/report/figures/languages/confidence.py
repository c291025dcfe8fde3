"""The teacher's confidence on raw text against F1: languages by family, what is expected, and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from scipy.special import logit

from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers
from xnerbench.report.canvas import labels, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results, is_true

TICKS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
"""Of an axis of log-odds."""
RELATIVES = 2
"""Families of so many languages have a colour of their own, as far as there are colours."""


@dataclass(frozen=True)
class New:
    """A language without labels: its signal, and what is expected of it."""

    name: str
    x: float
    f1: float
    low: float
    high: float


def draw(study: Results) -> Drawing:
    """Direct transfer of the reference source."""
    points = _of_direct(study, study.table("calibration_points"))
    if points.empty:
        raise NothingToDraw("it needs signals and scores of eight languages of four families")
    lines = _of_direct(study, study.table("calibration_lines"))
    chosen = _of_direct(study, study.table("calibration"))
    chosen = chosen[is_true(chosen["chosen"])].iloc[0]
    signals = str(chosen["signals"]).split(" + ")
    figure = drawn(points, lines, signals)
    source = study.language(str(points["sources"].iloc[0]))
    runs = study.ok[(study.ok["method"] == DIRECT) & study.ok["target"].isin(points["target"])]
    runs = runs[runs["sources"] == points["sources"].iloc[0]]
    band = "" if lines.empty else (
        f"Line and band: F1 expected of a language without labels, with its {100 * chosen['level']:.0f} % interval "
        "(conformal, families left out). "
    )  # fmt: skip
    return Drawing(
        figure=figure,
        title="F1 without labels",
        caption=(
            f"F1 of direct transfer from {source} against {_against(signals)} of its "
            f"teacher on unlabelled text, one point per language. {band}Left-out families are predicted with a mean "
            f"error of {numbers.fixed(chosen['error_honest'])} F1. "
            + facts(study, runs)
        ),
    )  # fmt: skip


def drawn(
    points: pd.DataFrame, lines: pd.DataFrame, signals: Sequence[str], new: New | None = None
) -> Figure:
    """The picture.

    Args:
        points: Of `calibration_points`, one outcome.
        lines: Of `calibration_lines`, the same outcome; may be empty.
        signals: What the form reads; of several, the axis is the F1 that they let expect.
        new: A further language.
    """
    figure, (axes,) = style.panels(1, 1, width=5.6, panel_height=3.2, right=1.5, top=0.12)
    several = len(signals) > 1
    x = points["predicted" if several else "x"].to_numpy(float)
    y = points["observed"].to_numpy(float)
    its = [] if new is None else [new.f1 if several else new.x]
    every = np.array([*x, *its])
    share = not several and _is_share(signals[0], every)
    on_axis = logit if share else np.asarray
    x = on_axis(x)
    _scale(axes, on_axis(every), share)
    axes.set_ylim(0, 100)
    axes.grid()
    if len(lines) > 1:
        along = on_axis(lines["x"].to_numpy(float))
        axes.fill_between(along, lines["low"], lines["high"], color=style.MUTED, alpha=0.14, lw=0)
        axes.plot(along, lines["f1"], color=style.MUTED, lw=1.0)
    looks = _looks(points["family"])
    for family, (colour, marker) in looks.items():
        own = points["family"].map(lambda name: name if name in looks else "") == family
        axes.plot(x[own], y[own], ls="none", marker=marker, ms=3.8, mew=0, color=colour, zorder=3)
    texts, xs, ys = list(points["target"]), list(x), list(y)
    if new is not None:
        at = float(on_axis(its[0]))
        axes.errorbar([at], [new.f1], yerr=[[new.f1 - new.low], [new.high - new.f1]], color=style.INK, marker="*",
                      ms=8, lw=1.0, capsize=2, zorder=4)  # fmt: skip
        texts, xs, ys = [*texts, new.name], [*xs, at], [*ys, new.f1]
    labels.place(axes, xs, ys, texts, fontsize=style.TINY)
    axes.set_xlabel(
        "F1 expected without labels" if several else names.capital(names.signal(signals[0]))
    )
    axes.set_ylabel("F1 of direct transfer")
    handles = [
        Line2D(
            [], [], ls="none", marker=marker, ms=4, mew=0, color=colour, label=family or "others"
        )
        for family, (colour, marker) in looks.items()
    ]
    figure.legend(
        handles=handles, loc="center left", bbox_to_anchor=(4.2 / 5.6, 0.55), borderaxespad=0.0
    )
    return figure


def _against(signals: Sequence[str]) -> str:
    read = " and ".join(map(names.signal, signals))
    return read if len(signals) == 1 else f"what is expected without labels, read off the {read}"


def _is_share(signal: str, x: np.ndarray) -> bool:
    return not signal.endswith("entropy") and x.min() > 0 and x.max() < 1


def _scale(axes: Axes, x: np.ndarray, share: bool) -> None:
    """Limits and ticks of the signal's axis; of a share it is one of log-odds, on which the line is fitted."""
    spread = max(np.ptp(x), 1e-3)
    limits = (x.min() - 0.05 * spread, x.max() + 0.08 * spread)
    axes.set_xlim(*limits)
    if not share:
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        return
    ticks = [tick for tick in TICKS if limits[0] < logit(tick) < limits[1]]
    axes.set_xticks(logit(ticks), [f"{tick:g}" for tick in ticks])


def _looks(families: pd.Series) -> dict[str, tuple[str, str]]:
    """Colour and marker of the largest families; `""` stands for all others."""
    sizes = families.value_counts()
    sizes = sizes[sizes >= RELATIVES].sort_index().sort_values(ascending=False, kind="stable")
    named = list(sizes.index[: len(style.HUES)])
    found = {name: (style.HUES[i], style.MARKERS[i]) for i, name in enumerate(named)}
    if len(named) < families.nunique():
        found[""] = (style.MUTED, style.MARKERS[len(named)])
    return found


def _of_direct(study: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of direct transfer from the reference source."""
    own = frame[frame["method"] == DIRECT]
    return own[own["sources"] == study.sources_of(DIRECT)].reset_index(drop=True)
