"""A full n x u grid in the report: the sentence, the tables, the figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis import made_surface as made
from tests.analysis.test_figures import check_texts
from xnerbench.analysis import fit, rows, tables
from xnerbench.analysis.settings import Settings
from xnerbench.catalogue.tables import TABLES
from xnerbench.report import queries, reading
from xnerbench.report.canvas import style
from xnerbench.report.figures.writing import draw
from xnerbench.report.results import Results
from xnerbench.report.text import surface
from xnerbench.report.views import surface as shown

NAMES = ("surface", "surface_points", "decomposition", "worth", "fidelity")
TARGETS = ("nld", "deu", "spa", "fra", "ita", "por")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Six languages, seven sizes, three numbers of updates, with the tables of this page."""
    folder: Path = tmp_path_factory.mktemp("grid")
    rng = np.random.default_rng(1)
    frame = made.frame(made.joint, rng, targets=TARGETS, seeds=3, noise=0.3, between=3.0)
    teachers = frame.drop_duplicates(["target", "seed"]).assign(
        method="direct", n=0, budget="none", f1=60.0
    )
    frame = pd.concat([frame, teachers]).assign(study="simulated grid", status="ok", reason="")
    frame.to_csv(folder / "scores.csv", index=False)
    scores = made.scores.validate(frame, "made up")
    analysed = fit.study_of(scores, None, None, Settings(bootstrap=200))
    for name in NAMES:
        own = tables.as_frame(getattr(rows, name)(analysed), TABLES[name].names)
        tables.write_csv(folder / TABLES[name].file, own, TABLES[name])
    return reading.load(folder)


def test_the_summary_says_what_to_buy(study: Results) -> None:
    [sentence] = surface.worth(study)
    assert sentence.startswith("At 3,200 sentences and 1,200 updates the last doublings measured")
    assert "for updates: updates are worth buying; the law E + A n^-a + B u^-b gives" in sentence


@pytest.mark.parametrize(
    ("text", "updates", "said"),
    [
        ((0.1, 0.4), (0.0, 0.3), "neither is worth buying"),
        ((1.0, 2.0), (0.0, 0.3), "text is worth buying"),
        ((0.0, 0.3), (1.0, 2.0), "updates are worth buying"),
        ((0.0, 2.0), (0.5, 1.5), "no evidence which is worth more"),
    ],
)
def test_the_verdict_is_that_of_the_intervals(text: tuple, updates: tuple, said: str) -> None:
    def row(ends: tuple[float, float]) -> pd.Series:
        return pd.Series({"value": sum(ends) / 2, "low": ends[0], "high": ends[1]})

    apart = (text[0] - updates[1], text[1] - updates[0])
    assert surface._buy(row(text), row(updates), row(apart)) == said


def test_every_view_has_its_rows(study: Results) -> None:
    laws = shown.laws(study)
    assert laws is not None
    assert [row[0].text for row in laws.rows if "(chosen)" in row[0].text] == [
        "E + A n^-a + B u^-b (chosen)"
    ]
    split = shown.decomposition(study)
    assert split is not None
    assert len(split.rows) == 63
    assert all(" or " in row[-2].text or row[-2].text == "–" for row in split.rows)
    assert shown.worth(study) is not None
    assert shown.fidelity(study) is None  # the scores say nothing of it


def test_the_figure_has_a_line_for_each_size_and_no_text_on_text(study: Results) -> None:
    with style.styled():
        drawing = draw("surface", study)
        drawing.figure.canvas.draw()
    check_texts(drawing)
    legends = [[t.get_text() for t in legend.get_texts()] for legend in drawing.figure.legends]
    assert [len(entries) for entries in legends] == [7, 3]
    assert "E + A n^-a + B u^-b" in drawing.caption


def test_numbers_of_updates_come_in_their_order_everywhere(study: Results) -> None:
    assert study.budgets == ["u75", "u300", "u1200"]
    with style.styled():
        drawing = draw("methods", study)
    titles = [axes.get_title(loc="left") for axes in drawing.figure.axes]
    assert titles == ["75 updates", "300 updates", "1,200 updates"]
    labels = [axes.get_xlabel() for axes in drawing.figure.axes]
    assert labels == ["", "Target sentences (log scale)", ""]
    assert "75 updates, 300 updates and 1,200 updates" in drawing.caption


@pytest.mark.parametrize(
    ("found", "primary", "shown"),
    [
        ("75 300", "u300", "75 300"),
        ("75 150 300 600 1200", "u1200", "75 300 1200"),
        ("75 150 300 600 1200", "u600", "75 600 1200"),
        ("75 150 300 600", "u150", "75 150 600"),
        ("75 150 300 600", "steps", "75 300 600"),
    ],
)
def test_some_of_many_budgets_are_spread_and_hold_the_primary_one(
    study: Results, monkeypatch: pytest.MonkeyPatch, found: str, primary: str, shown: str
) -> None:
    monkeypatch.setitem(study.__dict__, "primary_budget", primary)
    budgets = [f"u{n}" for n in found.split()]
    assert queries.some_budgets(study, budgets, 3) == [f"u{n}" for n in shown.split()]
