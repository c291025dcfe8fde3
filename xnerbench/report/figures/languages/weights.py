"""How much each source counts for each target: a heat map of the mean weights."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw
from xnerbench.report.canvas.heat import ink_on
from xnerbench.report.results import Results

COLOURS = LinearSegmentedColormap.from_list("weights", ["#eef4f9", "#7fb2d6", "#0a74b3", "#003a5e"])


def draw(study: Results) -> Drawing:
    """Targets by sources, of the first method whose weights are not all equal."""
    frame = study.weights
    frame = frame.dropna(subset=["alpha"]) if len(frame) else frame
    if frame.empty:
        raise NothingToDraw("there are no source weights (no multi-source method was run)")
    spread = (
        frame.groupby(["method", "target", "seed"])["alpha"].agg(np.ptp).groupby("method").max()
    )
    method = str(spread.idxmax())
    mean = frame[frame["method"] == method].pivot_table(
        index="target", columns="source", values="alpha", aggfunc="mean"
    )
    codes = [code for code in study.targets if code in mean.index]
    listed = [s for s in study.config.get("sources") or [] if s in mean.columns]
    sources = listed + [s for s in mean.columns if s not in listed]
    mean = mean.reindex(index=codes, columns=sources)
    cell = 0.6
    left = 0.2 + 0.062 * max(len(study.language(code)) for code in codes)
    width = max(style.COLUMN, min(left + cell * len(sources) + 0.75, style.FULL))
    row = 0.165 if len(codes) > 16 else 0.2
    top, bottom = 0.3, 0.12
    height = top + bottom + row * len(codes)
    figure = style.new(width, height)
    box = (left / width, bottom / height, (width - left - 0.75) / width, row * len(codes) / height)
    axes = figure.add_axes(box)
    values = np.ma.masked_invalid(mean.to_numpy(float))
    top_value, missing = float(values.max()), np.ma.getmaskarray(values)
    mesh = axes.pcolormesh(
        values, cmap=COLOURS, vmin=0.0, vmax=top_value, edgecolors=style.PAPER, lw=0.8
    )
    axes.set_ylim(len(codes), 0)
    axes.set_xticks(np.arange(len(sources)) + 0.5, [study.language(s) for s in sources])
    axes.set_yticks(np.arange(len(codes)) + 0.5, [study.language(c) for c in codes])
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, bottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for i, j in np.ndindex(values.shape):
        if missing[i, j]:
            axes.text(j + 0.5, i + 0.5, numbers.NONE, ha="center", va="center", color=style.MUTED)
            continue
        ink = ink_on(COLOURS(values[i, j] / top_value))
        axes.text(j + 0.5, i + 0.5, numbers.fixed(values[i, j], 2), ha="center", va="center",
                  fontsize=style.SMALL, color=ink)  # fmt: skip
    bar_height = min(1.2, row * len(codes))
    bar = figure.add_axes(
        (
            (width - 0.62) / width,
            (height - top - bar_height) / height,
            0.1 / width,
            bar_height / height,
        )
    )
    figure.colorbar(mesh, cax=bar).outline.set_visible(False)
    bar.tick_params(length=1.5)
    text = (
        f"Mean weight of each source (columns) for each target (rows) in {names.method(method)}; a "
        f"row sums to one. {queries.seeds(frame)}; "
        f"{numbers.plural(len(codes), 'target language')}; study: {study.name}"
        f"{' (simulated scores)' if study.simulated else ''}."
    )
    return Drawing(figure, "Source weights", text)
