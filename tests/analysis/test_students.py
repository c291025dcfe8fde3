"""How far students are trained: the table, the sentence, the frontier."""

from __future__ import annotations

import pandas as pd
import pytest

from xnerbench.analysis import scores as reading
from xnerbench.analysis import students
from xnerbench.report.figures.methods import frontier


def _scores(rows: list[dict]) -> reading.Scores:
    base = {"sources": "eng", "budget": "u75", "n": 100, "seed": 0, "status": "ok", "reason": ""}
    return reading.validate(pd.DataFrame([{**base, **row} for row in rows]), "test")


def _student(target: str, fidelity: float | None, f1: float, **more) -> dict:
    own = {
        "fidelity_test": 70.0,
        "fidelity_heldout": fidelity,
        "collapsed": "false",
        "train_seconds": 2.0,
    }
    return {"method": "ts", "target": target, "f1": f1, "init": "pretrained", **own, **more}


def _direct(target: str, f1: float, seed: int = 0) -> dict:
    return {"method": "direct", "target": target, "budget": "none", "n": 0, "f1": f1, "seed": seed}


def test_means_over_languages_of_means_over_seeds() -> None:
    rows = students.rows(_scores([
        _direct("deu", 60.0), _direct("deu", 62.0, seed=1), _direct("fin", 40.0),
        _student("deu", 80.0, 61.0), _student("deu", 90.0, 65.0, seed=1, train_seconds=4.0),
        _student("fin", 45.0, 30.0, collapsed="true"),
    ]))  # fmt: skip
    (row,) = rows
    assert row["fidelity_heldout"] == pytest.approx((85 + 45) / 2)
    assert row["gain"] == pytest.approx(((1 + 3) / 2 - 10) / 2)
    assert row["train_seconds"] == pytest.approx((3 + 2) / 2)
    assert (row["cells"], row["n_languages"], row["fidelity_lowest"]) == (3, 2, 45.0)
    assert (row["n_untrained"], row["n_collapsed"]) == (1, 1)
    assert row["verdict"] == "1 of 3 not trained yet (fidelity below 50); 1 collapsed"


def test_a_student_from_its_teacher_is_never_called_untrained() -> None:
    assert students.untrained({"init": "pretrained", "fidelity_heldout": 49.9})
    assert not students.untrained({"init": "pretrained", "fidelity_heldout": 50.0})
    assert not students.untrained({"init": "teacher", "fidelity_heldout": 10.0})
    assert not students.untrained({"init": "pretrained"})
    # A pool that leaves no sentence for it is judged by the test sentences.
    assert students.untrained(
        {"init": "pretrained", "fidelity_heldout": None, "fidelity_test": 20.0}
    )


def test_gain_is_empty_without_direct_transfer_and_absent_without_fidelity() -> None:
    (row,) = students.rows(_scores([_student("deu", 80.0, 61.0)]))
    assert row["gain"] is None and row["verdict"] == "ok"
    assert students.rows(_scores([_direct("deu", 60.0)])) == []


def test_the_frontier_has_what_no_other_beats() -> None:
    frame = pd.DataFrame({
        "name": ["slow and best", "dominated", "fast", "equal to fast, slower"],
        "train_seconds": [9.0, 5.0, 1.0, 2.0],
        "fidelity_heldout": [90.0, 50.0, 60.0, 60.0],
    })  # fmt: skip
    assert list(frontier.frontier(frame)["name"]) == ["fast", "slow and best"]
