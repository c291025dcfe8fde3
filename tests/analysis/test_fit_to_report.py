"""From scores to page with the real tables of `xnerbench fit`, not with simulated ones."""

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.analysis import simulated
from xnerbench import cli
from xnerbench.catalogue.figures import FIGURES
from xnerbench.report import page, reading, views
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import NothingToDraw
from xnerbench.report.figures import writing
from xnerbench.report.figures.writing import draw
from xnerbench.report.results import Results
from xnerbench.report.text import summary


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("fitted")
    simulated.write(
        folder, targets=simulated.SMALL[:7], methods=("direct", "ts", "supervised"), counts=True
    )
    arguments = ["fit", "--scores", str(folder / "scores.csv"), "--out", str(folder / "tables")]
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--bootstrap", "100"])
    assert not ended.value.code
    return reading.load(folder)


def test_every_table_is_there_with_the_columns_that_are_read(fitted: Results) -> None:
    assert not [line for line in fitted.missing if line.startswith("tables/")]


@pytest.mark.parametrize(
    "name", ["curves", "break-even", "exchange-rate", "forest", "distance-gain", "left-out"]
)
def test_figures_draw_what_fit_writes(name: str, fitted: Results) -> None:
    with style.styled():
        drawing = draw(name, fitted)
    assert "7 target languages" in drawing.caption
    assert all(axes.has_data() for axes in drawing.figure.axes)


def test_the_summary_repeats_the_tables(fitted: Results) -> None:
    text = " ".join(summary.sentences(fitted))
    frame = pd.read_csv(fitted.folder / "tables" / "differences.csv")
    row = frame[
        (frame["target"] == "ALL") & (frame["method_a"] == "ts") & (frame["method_b"] == "direct")
    ].sort_values("n").iloc[-1]  # fmt: skip
    assert f"{abs(row['difference']):.1f} F1" in text
    regressions = pd.read_csv(fitted.folder / "tables" / "regressions.csv")
    direct = regressions[
        (regressions["quantity"] == "direct_f1")
        & (regressions["distance"] == "syntactic")
        & regressions["primary"]
    ].iloc[0]
    slope = f"{direct['slope'] / 10:+.2f}".replace("-", "\u2212")
    assert f"{slope} F1 per 0.1" in text


def test_the_report_is_complete_and_without_empty_verdicts(
    fitted: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FORMATS", {"svg": {"Date": None}})
    monkeypatch.setattr(writing, "FIGURES", {"gain": FIGURES["gain"]})
    html = page.write(fitted)["html"].read_text("utf-8")
    lacking = set(views.declared()) - set(views.all_views(fitted))
    # No grid of updates, no fidelity, one source, no signals, no augmentation.
    grid, agreement = {"surface", "decomposition", "worth"}, {"fidelity", "students"}
    assert lacking == {
        *grid,
        *agreement,
        "transfer",
        "calibration",
        "calibration_groups",
        "calibration_measured",
        "choices",
        "exchange",
    }
    assert not re.search(r">(nan|None|inf)<", html)
    assert not re.search(r"<td[^>]*>[^<]*\d\.\d{6}", html)  # no twelve-digit numbers


def test_without_labelled_sentences_there_is_no_exchange_figure(tmp_path: Path) -> None:
    """`fit` then writes rows without a size, which must not become an empty figure."""
    simulated.write(tmp_path, targets=simulated.SMALL[:3], methods=("direct", "ts"), failures=0)
    arguments = ["fit", "--scores", f"{tmp_path}/scores.csv", "--out", f"{tmp_path}/tables"]
    with pytest.raises(SystemExit):
        cli.main([*arguments, "--bootstrap", "100"])
    with pytest.raises(NothingToDraw, match="supervised control"):
        draw("exchange-rate", reading.load(tmp_path))
