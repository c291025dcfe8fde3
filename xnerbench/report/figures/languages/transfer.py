"""Every source on every target: heat maps of F1, one per entity type, shaded by the gap to the best source."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from xnerbench.analysis.transfer import ALL
from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers, queries
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw
from xnerbench.report.canvas.heat import ink_on
from xnerbench.report.results import Results

COLOURS = LinearSegmentedColormap.from_list("gaps", ["#fdf3e7", "#f0b27a", "#b5541c", "#5b1f00"])
DEEPEST = 20.0
"""F1 points below the best source from which the shade does not deepen."""
MOST_ROWS = 60


def draw(study: Results) -> Drawing:
    """Targets by sources of direct transfer, or of the primary method where direct transfer was not run."""
    frame = study.table("transfer")
    if frame.empty:
        raise NothingToDraw("the study has one source (or none was run on its own)")
    method = DIRECT if (frame["method"] == DIRECT).any() else str(frame["method"].iloc[0])
    frame = frame[frame["method"] == method]
    codes = [code for code in study.targets if code in set(frame["target"])][:MOST_ROWS]
    listed = [s for s in study.config.get("sources") or [] if s in set(frame["source"])]
    sources = listed + sorted(set(frame["source"]) - set(listed))
    kinds = list(dict.fromkeys([ALL, *frame["type"]]))
    most = max(1, int((style.FULL - 1.6) / (0.3 * len(sources) + 0.1)))
    shown = kinds[:most]
    cell = min(0.5, (style.FULL - 1.6) / (len(shown) * len(sources)) - 0.1 / len(sources))
    left = 0.2 + 0.062 * max(len(study.language(code)) for code in codes)
    row, top, bottom, between = (0.165 if len(codes) > 16 else 0.2), 0.46, 0.12, 0.1
    panel = cell * len(sources)
    width = max(style.COLUMN, left + len(shown) * (panel + between) + 0.1)
    height = top + bottom + row * len(codes)
    figure = style.new(width, height)
    for place, kind in enumerate(shown):
        x = left + place * (panel + between)
        box = (x / width, bottom / height, panel / width, row * len(codes) / height)
        axes = figure.add_axes(box)
        _panel(axes, study, frame[frame["type"] == kind], codes, sources, labelled=place == 0)
        axes.set_title("All types" if kind == ALL else kind, pad=14)
    size = "" if method == DIRECT else f" with {numbers.count(frame['n'].max())} sentences"
    left_out = f" Types beyond {shown[-1]} are in the table." if len(shown) < len(kinds) else ""
    runs = study.ok[(study.ok["method"] == method) & study.ok["target"].isin(codes)]
    text = (
        f"F1 of {names.method(method)}{size} from each source (columns) to each target (rows), means over "
        f"seeds; the darker, the further below the target's best source (from {DEEPEST:.0f} F1 on alike)."
        f"{left_out} {queries.seeds(runs)}; "
        f"{numbers.plural(len(codes), 'target language')}; study: {study.name}"
        f"{' (simulated scores)' if study.simulated else ''}."
    )
    return Drawing(figure, "Transfer from each source to each target", text)


def _panel(
    axes: Axes,
    study: Results,
    frame: pd.DataFrame,
    codes: list[str],
    sources: list[str],
    labelled: bool,
) -> None:
    wide = [
        frame.pivot_table(index="target", columns="source", values=value, aggfunc="first")
        .reindex(index=codes, columns=sources)
        .to_numpy(float)
        for value in ("f1", "gap")
    ]
    f1, depth = wide[0], np.clip(-wide[1] / DEEPEST, 0, 1)
    axes.pcolormesh(
        np.ma.masked_invalid(depth), cmap=COLOURS, vmin=0, vmax=1, edgecolors=style.PAPER, lw=0.8
    )
    axes.set_ylim(len(codes), 0)
    axes.set_xticks(np.arange(len(sources)) + 0.5, sources)
    rows = [study.language(code) for code in codes] if labelled else [""] * len(codes)
    axes.set_yticks(np.arange(len(codes)) + 0.5, rows)
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, bottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for i, j in np.ndindex(f1.shape):
        known = np.isfinite(f1[i, j])
        axes.text(
            j + 0.5, i + 0.5, numbers.fixed(f1[i, j], 0) if known else numbers.NONE,
            ha="center", va="center", fontsize=style.SMALL,
            color=ink_on(COLOURS(depth[i, j])) if known else style.MUTED,
        )  # fmt: skip
