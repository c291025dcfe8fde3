"""How well a language is predicted from the others: predicted against observed F1."""

from __future__ import annotations

import numpy as np

from xnerbench.report import numbers, queries
from xnerbench.report.canvas import families, labels, style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw, facts
from xnerbench.report.results import Results


def draw(study: Results) -> Drawing:
    """One point per language with its prediction interval, and the diagonal of perfect prediction."""
    frame = queries.left_out_at_largest(study)
    if len(frame) < 2:
        raise NothingToDraw("no language was predicted from the others")
    many = len(frame) > 16
    width = 5.2 if many else 4.4
    figure = style.new(width, width * 0.86)
    axes = figure.add_axes((0.42 / width, 0.4 / (width * 0.86), (width - 0.55) / width,
                            (width * 0.86 - 0.5) / (width * 0.86)))  # fmt: skip
    columns = ["observed", "predicted", "low", "high"]
    values = frame[columns].to_numpy(float)
    reach = np.nanmin(values), np.nanmax(values)
    pad = 0.06 * max(reach[1] - reach[0], 2.0)
    seen = values[:, 0].min(), values[:, 0].max()
    wide = 0.12 * max(seen[1] - seen[0], 2.0)
    axes.set_xlim(seen[0] - wide, seen[1] + wide)
    axes.set_ylim(reach[0] - pad, reach[1] + pad)
    axes.axline((50, 50), slope=1, color=style.MUTED, lw=0.9, ls=(0, (4, 2)))
    axes.axhline(float(frame["baseline"].mean()), color=style.MUTED, lw=0.7, ls=":")
    axes.grid()
    looks = families.looks(study)
    for row in frame.itertuples():
        colour, marker = looks.get(row.target, (style.INK, "o"))
        if numbers.is_number(row.low) and numbers.is_number(row.high):
            axes.vlines(row.observed, row.low, row.high, color=colour, lw=0.8, alpha=0.55)
        axes.plot(row.observed, row.predicted, marker=marker, ms=4, mew=0, color=colour, zorder=3)
    labels.place(
        axes, frame["observed"].tolist(), frame["predicted"].tolist(),
        [code if many else study.language(code) for code in frame["target"]],
        fontsize=style.TINY if many else style.SMALL,
    )  # fmt: skip
    axes.set_xlabel("Observed F1")
    axes.set_ylabel("F1 predicted without the language")
    families.legend(figure, study, frame["target"])
    error, baseline, covered, known = queries.left_out_accuracy(frame)
    runs = study.ok[study.ok["target"].isin(frame["target"])]
    return Drawing(
        figure=figure,
        title="Prediction of a left-out language",
        caption=(
            f"F1 at n = {numbers.count(frame['n'].max())} predicted from the other languages against "
            f"F1 observed, with {queries.confidence(study)} prediction intervals; dashed: perfect prediction; "
            f"dotted: mean of the baseline, which ignores distance. Mean absolute error "
            f"{numbers.fixed(error)} F1 (baseline {numbers.fixed(baseline)}); {covered} of {known} "
            "intervals cover the observed value. Colours and marks: language families. "
            + facts(study, runs, study.primary_budget)
        ),
    )
