"""Held-out fidelity against training time: which recipes no other one beats in both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from xnerbench.report import names, numbers
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results
from xnerbench.study.budgets import updates_of

FRESH, WARM = style.BLUE, style.VERMILION
NAMED = 8
"""So many recipes of the frontier have room for their names."""


def draw(study: Results) -> Drawing:
    """One study's recipes at its largest size."""
    return together([study])


def together(studies: Sequence[Results]) -> Drawing:
    """The recipes of several studies that differ in what all cells share, such as the number of trained layers."""
    frame = pd.concat([_recipes(study) for study in studies], ignore_index=True)
    if len(frame) < 2:
        raise NothingToDraw("fewer than two kinds of students have a fidelity and a training time")
    frame = frame.assign(name=_names(frame))
    fresh = frame["init"] != "teacher"
    best = frontier(frame[fresh])
    figure = style.new(style.FULL, 3.0)
    several = len(studies) > 1  # a second row of the legend
    axes = figure.add_axes((0.07, 0.14, 0.9, 0.71 if several else 0.76))
    shapes = dict(zip(dict.fromkeys(frame["study"]), style.MARKERS, strict=False))
    for name, marker in shapes.items():
        for part, colour in ((frame[fresh], FRESH), (frame[~fresh], WARM)):
            own = part[part["study"] == name]
            axes.plot(own["train_seconds"], own["fidelity_heldout"], ls="none", marker=marker, color=colour,
                      ms=4, mew=0, alpha=0.75)  # fmt: skip
    axes.step(
        best["train_seconds"], best["fidelity_heldout"], where="post", color=style.MUTED, lw=0.8
    )
    seconds = frame["train_seconds"]
    # Beyond this, names end at their point.
    right = seconds.min() * (seconds.max() / seconds.min()) ** 0.8
    for i, (_, row) in enumerate(_apart(best).iterrows()):
        dx, side = (-3, "right") if row["train_seconds"] > right else (3, "left")
        dy = 4 if i % 2 == 0 else -9
        axes.annotate(row["name"], (row["train_seconds"], row["fidelity_heldout"]), (dx, dy),
                      textcoords="offset points", fontsize=style.TINY, ha=side)  # fmt: skip
    _seconds_axis(axes, seconds)
    low, high = frame["fidelity_heldout"].min(), frame["fidelity_heldout"].max()
    style.f1_axis(axes, max(low - 4, -1), min(high + 6, 101), ticks=6)
    axes.set_xlabel("Seconds to train one student (log scale)")
    axes.set_ylabel("Fidelity on held-out text")
    axes.grid(axis="y")
    kinds = (("fresh students", FRESH, fresh), ("from the teacher's weights", WARM, ~fresh))
    entries = [_dot(label, colour, "o") for label, colour, which in kinds if which.any()]
    if several:
        entries += [_dot(name, style.MUTED, marker) for name, marker in shapes.items()]
    entries.append(Line2D([], [], color=style.MUTED, lw=0.8, label="frontier of fresh students"))
    style.legend_above(figure, entries, columns=-(-len(entries) // 2) if several else None)
    caption = (
        "Fidelity (entity F1 against the teacher's tags, pool sentences that were not trained on; no gold tag is "
        f"read) against training time, means over languages, {numbers.plural(len(frame), 'recipe')}; named are those "
        "that no other is both faster and closer to its teacher. Students that start from their teacher have fidelity "
        "for free. "
    )
    first = studies[0]
    runs = first.ok[first.ok["fidelity_heldout"].notna()]
    return Drawing(figure, "Fidelity and what it costs", caption + facts(first, runs))


def _dot(label: str, colour: str, marker: str) -> Line2D:
    return Line2D([], [], ls="none", color=colour, marker=marker, ms=4, mew=0, label=label)


def frontier(frame: pd.DataFrame) -> pd.DataFrame:
    """The recipes that no other one beats in time and fidelity, fastest first."""
    ordered = frame.sort_values(["train_seconds", "fidelity_heldout"], ascending=[True, False])
    return ordered[
        ordered["fidelity_heldout"] > ordered["fidelity_heldout"].cummax().shift(fill_value=-1.0)
    ]


def _apart(best: pd.DataFrame) -> pd.DataFrame:
    """The recipes of the frontier whose names do not lie on one another, from the best one down."""
    kept: list[pd.Series] = []
    for _, row in best.iloc[::-1].iterrows():
        near = any(
            abs(np.log(row["train_seconds"] / other["train_seconds"])) < 0.5
            and abs(row["fidelity_heldout"] - other["fidelity_heldout"]) < 4
            for other in kept
        )
        if not near and len(kept) < NAMED:
            kept.append(row)
    return pd.DataFrame(kept, columns=best.columns)


def _recipes(study: Results) -> pd.DataFrame:
    frame = study.table("students")
    frame = frame.dropna(subset=["fidelity_heldout", "train_seconds"])
    frame = frame[frame["n"] == frame["n"].max()]
    return frame.assign(study=study.name.split("/")[-1])


def _names(frame: pd.DataFrame) -> list[str]:
    """Method and budget; what all recipes share is not repeated at every point."""
    parts = [
        (
            names.method(m),
            names.budget(b) if (u := updates_of(b)) is None else f"u = {numbers.count(u)}",
        )
        for m, b in zip(frame["method"], frame["budget"], strict=True)
    ]
    told = [i for i in range(2) if len({part[i] for part in parts}) > 1] or [0]
    return [", ".join(part[i] for i in told) for part in parts]


def _seconds_axis(axes, seconds: pd.Series) -> None:
    low, high = seconds.min() / 1.2, seconds.max() * 1.6  # room for the names
    ticks = [k * 10.0**e for e in range(-2, 6) for k in (1, 2, 5) if low <= k * 10.0**e <= high]
    style.size_axis(axes, list(seconds), at=ticks)
    axes.set_xlim(low, high)
