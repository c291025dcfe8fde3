"""A table and a figure from a user's own file, from `fit` to the report."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.analysis import simulated
from xnerbench import cli
from xnerbench.catalogue.columns import number, text
from xnerbench.catalogue.figures import FIGURES, register_figure
from xnerbench.catalogue.tables import TABLES, fitted, register_table
from xnerbench.errors import InputError
from xnerbench.report import page, reading
from xnerbench.report.figures import writing

OWN = """
from xnerbench.catalogue.columns import integer, number, text, truth
from xnerbench.catalogue.figures import register_figure
from xnerbench.catalogue.tables import register_table


def rows(analysis):
    means = analysis.scores.ok.groupby("target")["f1"]
    for target, f1 in means:
        yield {"target": target, "runs": len(f1), "spread": f1.max() - f1.min(), "wide": False}


def draw(study):
    from matplotlib.figure import Figure

    from xnerbench.report.canvas.drawing import Drawing, NothingToDraw

    frame = study.table("spreads")
    if frame.empty:
        raise NothingToDraw("there are no spreads")
    figure = Figure((3, 2))
    figure.add_subplot().bar(frame["target"], frame["spread"])
    return Drawing(figure, "Spread of F1", f"Of {len(frame)} languages.")


register_table(
    "spreads",
    [text("target", "target language"), integer("runs", "runs"), number("spread", "range of F1"),
     truth("wide", "whether it is wide")],
    rows,
    about="One row per target.",
)
register_figure("spreads", draw, tables=("spreads",))
"""


@pytest.fixture
def registries() -> Iterator[None]:
    before = dict(TABLES), dict(FIGURES)
    yield
    for registry, entries in zip((TABLES, FIGURES), before, strict=True):
        registry.clear()
        registry.update(entries)


def run_file(path: Path) -> None:
    spec = importlib.util.spec_from_file_location("own_results", path)
    assert spec is not None and spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def fit(folder: Path) -> int:
    arguments = ["fit", "--scores", f"{folder}/scores.csv", "--out", f"{folder}/tables"]
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--bootstrap", "100"])
    return ended.value.code or 0


def test_one_file_adds_a_table_and_a_figure_to_everything(
    tmp_path: Path, registries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FORMATS", {"svg": {"Date": None}})
    own = tmp_path / "own.py"
    own.write_text(OWN)
    run_file(own)
    run_file(own)  # as where a workflow and a command of it run in one process
    assert "spreads" in fitted()
    simulated.write(tmp_path, targets=["deu", "swh"], methods=("direct", "ts"), failures=0)
    assert fit(tmp_path) == 0
    frame = pd.read_csv(tmp_path / "tables" / "spreads.csv")
    assert list(frame) == ["target", "runs", "spread", "wide"] and len(frame) == 2
    study = reading.load(tmp_path)
    writing.write_all(study, tmp_path / "few", ["spreads", "gain"], processes=2)
    assert (tmp_path / "few" / "spreads.svg").exists()
    html = page.write(study)["html"].read_text("utf-8")
    section = html[html.index('<section id="further">') : html.index('<section id="missing">')]
    for part in ("Further results", 'id="figure-spreads"', "Of 2 languages.", 'id="table-spreads"',
                 "One row per target.", "numbers: spreads"):  # fmt: skip
        assert part in section
    assert (tmp_path / "tables" / "spreads.tex").exists()
    drawn = writing.inputs(study)
    own.write_text(OWN.replace("Figure((3, 2))", "Figure((3, 3))"))
    assert writing.inputs(study) != drawn  # an edit of the file draws its figures again


def test_an_undeclared_column_names_table_and_file(
    tmp_path: Path, registries: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.py").write_text(OWN.replace('"runs": len(f1)', '"cells": len(f1)'))
    run_file(tmp_path / "own.py")
    simulated.write(tmp_path, targets=["swh"], methods=("direct", "ts"), failures=0)
    assert fit(tmp_path) == 2
    said = capsys.readouterr().err
    assert "undeclared columns: cells" in said and "own.py, table spreads" in said


def rows(analysis: object) -> list[dict[str, object]]:
    return []


@pytest.mark.parametrize(
    ("name", "section", "message"),
    [("means", "cost", "table of this name"), ("scores", "cost", "table of this name"),
     ("My table", "cost", "small letters"), ("mine", "costs", "no section costs")],
)  # fmt: skip
def test_a_table_that_cannot_be_added_is_refused(name: str, section: str, message: str) -> None:
    before = dict(TABLES)
    with pytest.raises(InputError, match=message):
        register_table(name, [text("a", "b"), number("c", "d")], rows, section=section)
    assert before == TABLES


@pytest.mark.parametrize(
    ("name", "section", "message"),
    [("gain", "cost", "figure of this name"), ("a_b", "cost", "small letters"),
     ("mine", "nowhere", "no section nowhere")],
)  # fmt: skip
def test_a_figure_that_cannot_be_added_is_refused(name: str, section: str, message: str) -> None:
    before = dict(FIGURES)
    with pytest.raises(InputError, match=message):
        register_figure(name, rows, section=section)
    assert before == FIGURES
