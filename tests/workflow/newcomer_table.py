"""A table and a figure of one's own: the best run of every language."""

from xnerbench.catalogue.columns import number, text
from xnerbench.catalogue.figures import register_figure
from xnerbench.catalogue.tables import register_table


def rows(analysis):
    for target, f1 in analysis.scores.ok.groupby("target")["f1"]:
        yield {"target": target, "best": f1.max()}


def draw(results):
    from matplotlib.figure import Figure

    from xnerbench.report.canvas.drawing import Drawing

    frame = results.table("best_runs")
    figure = Figure((3, 2))
    figure.add_subplot().bar(frame["target"], frame["best"])
    return Drawing(figure, "Best runs", f"Of {len(frame)} languages.")


register_table(
    "best_runs",
    [text("target", "target language"), number("best", "largest F1")],
    rows,
    about="One row per language.",
)
register_figure("best-runs", draw, tables=("best_runs",))
