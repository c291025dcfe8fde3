"""Paired differences between methods with their intervals."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis import names, numbers
from xnerbench.analysis.contrasts import ALL
from xnerbench.analysis.figures import rows, style
from xnerbench.analysis.figures.drawing import Drawing, NothingToDraw, confidence, facts
from xnerbench.analysis.study import Study

PANELS = 4
"""Pairs of methods that fit side by side."""


def largest(study: Study) -> pd.DataFrame:
    """Differences under the primary budget (or none), each pair at its largest common size.

    Of several source sets the primary method's is taken, or the set of several sources.
    """
    frame = study.table("differences")
    frame = frame[frame["budget"].isin([study.primary_budget, "none"])]
    shown = {study.sources_of(study.primary_method), "none", "several"}
    for side in ("sources_a", "sources_b"):
        known = frame[side].astype(str)
        frame = frame[known.isin(shown) | known.str.contains("+", regex=False)]
    if frame.empty:
        raise NothingToDraw("there is no table of paired differences")
    last = frame.groupby(["method_a", "method_b"])["n"].transform("max")
    return frame[frame["n"] == last].drop_duplicates(["method_a", "method_b", "target"])


def _at(frame: pd.DataFrame) -> str:
    """`n = 400`, or each pair's own largest size."""
    sizes = sorted({int(n) for n in frame["n"]})
    if len(sizes) == 1:
        return f"n = {numbers.count(sizes[0])}"
    return (
        f"the largest size that both have (n = {numbers.listed([numbers.count(n) for n in sizes])})"
    )


def draw_targets(study: Study) -> Drawing:
    """A row a language, a panel a pair of methods, against direct transfer first."""
    frame = largest(study)
    single = frame[frame["target"] != ALL]
    pairs = _pairs(study, single)[:PANELS]
    if not pairs:
        raise NothingToDraw("no pair of methods was compared on any target")
    codes = [code for code in study.targets if code in set(single["target"])]
    chosen = [_of_pair(frame, *pair) for pair in pairs]
    panels = [(f"{a} minus {b}", part) for (a, b), part in zip(pairs, chosen, strict=True)]
    figure = rows.by_language(study, codes, panels, "difference")
    style.label_axes(figure, "Difference in F1", "")
    return Drawing(
        figure=figure,
        title="Paired differences by language",
        category="Methods",
        table="differences",
        caption=(
            f"Paired difference in F1 at {_at(pd.concat(chosen))} (same seeds, same test sentences) "
            f"with {confidence(study)} intervals; filled where the interval excludes zero. "
            "Last row: mean over languages. "
            + facts(study, _runs(study, pairs), study.primary_budget)
        ),
    )


def draw_pairs(study: Study) -> Drawing:
    """A row a pair of methods: the mean difference over languages."""
    frame = largest(study)
    overall = frame[frame["target"] == ALL]
    pairs = [pair for pair in _pairs(study, overall) if {"direct", study.primary_method} & {*pair}]
    if not pairs:
        raise NothingToDraw("no pair of methods was compared over all targets")
    width = style.COLUMN * 1.35
    figure, (axes,) = rows.canvas([f"{a} − {b}" for a, b in pairs], 1, width, top=0.1)
    data = [
        rows.estimate(_of_pair(overall, *pair).set_index("target"), ALL, "difference")
        for pair in pairs
    ]
    axes.set_xlim(*rows.reach(overall, "difference"))
    axes.axvline(0, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
    axes.grid(axis="x")
    rows.fill(axes, data)
    axes.set_xlabel("Difference in F1, mean over languages")
    return Drawing(
        figure=figure,
        title="Paired differences, mean over languages",
        category="Methods",
        table="differences",
        caption=(
            f"Mean over target languages of the paired difference in F1 at {_at(overall)}, "
            f"with {confidence(study)} intervals; filled where the interval excludes zero. "
            + facts(study, _runs(study, pairs), study.primary_budget)
        ),
    )


def _pairs(study: Study, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs (a, b), turned so that direct transfer, else the primary method, is subtracted."""
    primary = study.primary_method
    found = set()
    for a, b in set(zip(frame["method_a"], frame["method_b"], strict=True)):
        turn = a == "direct" or (a == primary and b != "direct")
        found.add((b, a) if turn else (a, b))
    order = names.method_order([m for pair in found for m in pair])
    return sorted(
        found,
        key=lambda p: (p[1] != "direct", p[1] != primary, p[0] != primary,
                       order.index(p[1]), order.index(p[0])),
    )  # fmt: skip


def _of_pair(frame: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """The rows of a pair, sign turned where the table has it the other way round."""
    same = frame[(frame["method_a"] == a) & (frame["method_b"] == b)]
    turned = frame[(frame["method_a"] == b) & (frame["method_b"] == a)]
    turned = turned.assign(
        difference=-turned["difference"], low=-turned["high"], high=-turned["low"]
    )
    return pd.concat([same, turned]) if len(turned) else same


def _runs(study: Study, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    return study.ok[study.ok["method"].isin({m for pair in pairs for m in pair})]
