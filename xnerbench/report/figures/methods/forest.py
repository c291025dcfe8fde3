"""Paired differences between methods with their intervals."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import families, rows, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results

PANELS = 4
"""Pairs of methods that fit side by side."""
KEY = ["method_a", "method_b", "of"]


class Pair(NamedTuple):
    """Two methods, `a` minus `b`.

    Attributes:
        a: What is subtracted from.
        b: What is subtracted.
        of: `mean of the sources` or `best of the sources`, if `b` is that; else empty.
    """

    a: str
    b: str
    of: str = ""

    def label(self, study: Results, sign: str) -> str:
        """`ts − direct`, with the source where there are several to choose from."""
        source = study.language(study.reference_source)
        which = self.of or (source if study.varies(self.a) or study.varies(self.b) else "")
        return f"{self.a} {sign} {self.b}" + (f" ({which})" if which else "")


def largest(study: Results) -> pd.DataFrame:
    """The comparisons of a study, each at its largest size, with `of` as in `Pair`."""
    frame = study.comparisons()
    if frame.empty:
        raise NothingToDraw("there is no table of paired differences")
    made = frame["sources_b"].isin([MEAN, BEST])
    frame = frame.assign(of=frame["sources_b"].where(made, ""))
    last = frame.groupby(KEY)["n"].transform("max")
    return frame[frame["n"] == last].drop_duplicates([*KEY, "target"])


def _at(frame: pd.DataFrame) -> str:
    """`n = 400`, or each pair's own largest size."""
    sizes = sorted({int(n) for n in frame["n"]})
    if len(sizes) == 1:
        return f"n = {numbers.count(sizes[0])}"
    return (
        f"the largest size that both have (n = {numbers.listed([numbers.count(n) for n in sizes])})"
    )


def draw_targets(study: Results) -> Drawing:
    """One row per language, one panel per pair; against direct transfer first, for a mixture against its sources."""
    frame = largest(study)
    single = frame[frame["target"] != ALL]
    pairs = [pair for pair in _pairs(study, single) if pair.b != DIRECT or not pair.of]
    if study.mixes:  # against students of single sources, which the mixture is to beat
        pairs.sort(key=lambda pair: (study.primary_method not in pair, pair.b == DIRECT))
    pairs = pairs[:PANELS]
    if not pairs:
        raise NothingToDraw("no pair of methods was compared on any target")
    codes = [code for code in study.targets if code in set(single["target"])]
    chosen = [_of_pair(frame, pair) for pair in pairs]
    panels = [
        (pair.label(study, "minus").replace(" (", "\n("), part)
        for pair, part in zip(pairs, chosen, strict=True)
    ]
    figure = rows.by_language(study, codes, panels, "difference")
    style.label_axes(figure, "Difference in F1", "")
    families.legend(figure, study, codes)
    return Drawing(
        figure=figure,
        title="Paired differences by language",
        caption=(
            f"Paired difference in F1 at {_at(pd.concat(chosen))} (same seeds, same test sentences) "
            f"with {queries.confidence(study)} intervals; filled where the interval excludes zero. "
            "Colours and marks: language families. Last row: mean over languages, in which relatives "
            "share their weight. " + facts(study, _runs(study, pairs), study.primary_budget)
        ),
    )


def draw_pairs(study: Results) -> Drawing:
    """One row per pair of methods: the mean difference over languages."""
    frame = largest(study)
    overall = frame[frame["target"] == ALL]
    named = {DIRECT, study.primary_method}
    pairs = [pair for pair in _pairs(study, overall) if pair.of or named & {*pair}]
    if not pairs:
        raise NothingToDraw("no pair of methods was compared over all targets")
    names_of_rows = [pair.label(study, numbers.MINUS) for pair in pairs]
    width = style.COLUMN * (1.6 if any(pair.of for pair in pairs) else 1.35)
    figure, (axes,) = rows.canvas(names_of_rows, 1, width, top=0.1)
    chosen = [_of_pair(overall, pair) for pair in pairs]
    data = [rows.estimate(part.set_index("target"), ALL, "difference") for part in chosen]
    shown = pd.concat(chosen)
    axes.set_xlim(*rows.reach(shown, "difference"))
    axes.axvline(0, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
    axes.grid(axis="x")
    rows.fill(axes, data)
    axes.set_xlabel("Difference in F1, mean over languages")
    return Drawing(
        figure=figure,
        title="Paired differences, mean over languages",
        caption=(
            "Mean over target languages, in which relatives share their weight, of the paired difference in "
            f"F1 at {_at(shown)}, "
            f"with {queries.confidence(study)} intervals; filled where the interval excludes zero. "
            + facts(study, _runs(study, pairs), study.primary_budget)
        ),
    )


def _pairs(study: Results, frame: pd.DataFrame) -> list[Pair]:
    """Every pair, turned so that what is better known is subtracted."""
    primary = study.primary_method
    found = set()
    for a, b, of in set(frame[KEY].itertuples(index=False, name=None)):
        turn = _rank(study, a) < _rank(study, b)
        found.add(Pair(b, a, of) if turn else Pair(a, b, of))
    order = names.method_order([method for pair in found for method in pair[:2]])
    return sorted(
        found,
        key=lambda p: (_rank(study, p.b), p.a != primary, order.index(p.b), order.index(p.a),
                       ["", MEAN, BEST].index(p.of)),
    )  # fmt: skip


def _rank(study: Results, method: str) -> int:
    """Direct transfer, students of single sources where the primary method mixes them, the primary method, others."""
    if method == DIRECT:
        return 0
    if study.mixes and study.sources_of(method) == study.reference_source:
        return 1
    return 2 if method == study.primary_method else 3


def _of_pair(frame: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """The rows of a pair, sign turned where the table has it the other way round."""
    frame = frame[frame["of"] == pair.of]
    same = frame[(frame["method_a"] == pair.a) & (frame["method_b"] == pair.b)]
    turned = frame[(frame["method_a"] == pair.b) & (frame["method_b"] == pair.a)]
    turned = turned.assign(
        difference=-turned["difference"], low=-turned["high"], high=-turned["low"]
    )
    return pd.concat([same, turned]) if len(turned) else same


def _runs(study: Results, pairs: list[Pair]) -> pd.DataFrame:
    return study.ok[study.ok["method"].isin({m for pair in pairs for m in pair[:2]})]
