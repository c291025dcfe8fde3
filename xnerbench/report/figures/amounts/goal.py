"""How much text a goal needs: the figure of `xnerbench plan`, for one language and not for a study."""

from __future__ import annotations

from matplotlib.figure import Figure

from xnerbench.analysis.planning.answer import Answer
from xnerbench.report import names
from xnerbench.report.canvas import style


def draw(answer: Answer) -> Figure:
    """Expected curve and band, measured points, the goal, and the sizes that it needs."""
    figure, (axes,) = style.panels(1, 1, width=4.6, panel_height=2.4, top=0.15, right=0.2)
    inside = answer.sizes <= answer.largest * (1 + 1e-9)
    on_axis = [*answer.sizes, *(n for n in answer.points if n > 0)]
    if len(answer.sizes):
        axes.fill_between(
            answer.sizes, answer.lower, answer.upper, color=style.BLUE, alpha=style.BAND, lw=0
        )
        axes.plot(answer.sizes[inside], answer.f1[inside], color=style.BLUE, label="expected")
        if not inside.all():
            beyond = answer.sizes >= answer.sizes[inside][-1]
            axes.plot(
                answer.sizes[beyond],
                answer.f1[beyond],
                "--",
                color=style.BLUE,
                label="extrapolated",
            )
    sized = {n: f1 for n, f1 in answer.points.items() if n > 0}
    if sized:
        axes.plot(list(sized), list(sized.values()), "o", color=style.INK, ms=4, label="measured")
    axes.axhline(answer.goal, color=style.VERMILION, lw=1.2, label=f"goal {answer.goal:g}")
    if answer.direct is not None:
        axes.axhline(answer.direct, color=style.MUTED, lw=1, ls=":", label="direct transfer")
    if answer.n is not None:
        left = answer.low if answer.low is not None else min(on_axis)
        right = answer.high if answer.high is not None else max(on_axis)
        axes.plot([left, right], [answer.goal] * 2, color=style.VERMILION, lw=5, alpha=0.35)
        axes.plot([answer.n], [answer.goal], "D", color=style.VERMILION, ms=5)
        on_axis += [left, right, answer.n]
    style.size_axis(axes, [min(on_axis), max(on_axis)] if on_axis else [10, 1000])
    axes.set_xlabel("Unlabelled target sentences (log scale)")
    axes.set_ylabel(f"F1 on {names.language(answer.target)}")
    axes.legend()
    return figure
