"""The transfer matrix: sources by targets, with gaps."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xnerbench.analysis import scores, tables, transfer
from xnerbench.analysis.settings import Settings
from xnerbench.catalogue.tables import TABLES
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import NothingToDraw
from xnerbench.report.figures.languages import transfer as figure
from xnerbench.report.results import Results
from xnerbench.report.views import transfer as view

SETTINGS = dataclasses.replace(Settings(), primary_method="ts", primary_budget="steps")


def row(method: str, sources: str, n: int, seed: int, f1: float, **more: Any) -> dict[str, Any]:
    trained = method in ("ts", "supervised")
    return {
        "method": method, "sources": sources, "target": "fin", "budget": "steps" if trained else "none",
        "n": n, "seed": seed, "f1": f1, "f1_PER": f1 + 10, "f1_LOC": f1 - 10, "status": "ok", **more,
    }  # fmt: skip


def study(rows: list[dict[str, Any]]) -> scores.Scores:
    return scores.validate(pd.DataFrame(rows), "scores.csv")


WHOLE = [
    *(row("direct", "eng", 0, seed, 40 + seed) for seed in (0, 1)),
    *(row("direct", "deu", 0, seed, 50 + seed) for seed in (0, 1)),
    row("ts", "eng", 100, 0, 45), row("ts", "eng", 400, 0, 60), row("ts", "deu", 100, 0, 55),
    row("ts", "eng", 100, 1, 47), row("multi-avg", "eng+deu", 100, 0, 70),
    row("supervised", "", 25, 0, 30), row("supervised", "", 400, 0, 80),
]  # fmt: skip


def test_every_source_on_every_target_by_type() -> None:
    rows = transfer.rows(study(WHOLE), SETTINGS)
    found = {(r["method"], r["source"], r["type"]): r for r in rows}
    assert len(rows) == 2 * 2 * 3
    direct = found["direct", "eng", "ALL"]
    assert (direct["f1"], direct["gap"], direct["n_seeds"]) == (40.5, -10.0, 2)
    assert (direct["gap_supervised"], direct["n_labelled"]) == (-39.5, 400)
    assert found["direct", "deu", "PER"]["gap"] == 0
    assert found["direct", "deu", "PER"]["f1"] == 60.5
    # The largest size that both sources have, and never a mixture.
    assert (found["ts", "eng", "ALL"]["n"], found["ts", "eng", "ALL"]["f1"]) == (100, 46)


def test_one_source_is_no_matrix() -> None:
    assert transfer.rows(study([r for r in WHOLE if r["sources"] != "deu"]), SETTINGS) == []


def test_a_type_that_a_test_set_lacks_is_left_out() -> None:
    rows = [{**r, "f1_LOC": None} for r in WHOLE]
    assert {r["type"] for r in transfer.rows(study(rows), SETTINGS)} == {"ALL", "PER"}


def results(rows: list[dict[str, Any]]) -> Results:
    made = tables.as_frame(transfer.rows(study(rows), SETTINGS), TABLES["transfer"].names)
    empty = pd.DataFrame()
    config = {"sources": ["eng", "deu"], "targets": ["fin"]}
    frame = study(rows).frame
    return Results(Path(), "t", config, frame, {"transfer": made}, empty, empty, {})


def test_the_view_names_the_best_source() -> None:
    shown = view.transfer_overall(results(WHOLE))
    assert shown is not None
    first = [cell.text for cell in shown.rows[0]]
    assert first == ["Finnish", "direct", "0", "all", "40.5", "50.5", "German", "10.0", "−29.5"]
    assert len(shown.rows) == 2


def test_the_figure_has_a_panel_per_type_or_a_reason() -> None:
    with style.styled():
        drawn = figure.draw(results(WHOLE))
        assert [axes.get_title() for axes in drawn.figure.axes] == ["All types", "PER", "LOC"]
        texts = {text.get_text() for text in drawn.figure.axes[0].texts}
        assert texts == {"40", "50"} or texts == {"41", "51"}
        with pytest.raises(NothingToDraw):
            figure.draw(results([r for r in WHOLE if r["sources"] != "deu"]))
