"""Whether students' own confidence tells their F1: it is compared with their teachers', and never predicted from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnerbench.analysis import fit, scores
from xnerbench.analysis.confidence import carrying, rows
from xnerbench.analysis.confidence.panel import SIGNALS
from xnerbench.analysis.confidence.rows import OWN, TEXT, Outcome
from xnerbench.analysis.settings import Settings

TARGETS = ("fin", "hun", "tur", "yor", "xho", "ind", "jpn", "cmn", "hau", "deu", "ita", "tha")
WANTED = Outcome("ts-kl", "eng", "u300", 400)


def signals(target: str, method: str, budget: str, n: int, text: str, at: float) -> dict:
    same = {name: at for name in SIGNALS}
    return same | {
        "method": method, "sources": "eng", "target": target, "budget": budget, "n": n, "seed": 0, "text": text,
        "type": "ALL", "scaling": "none", "entropy": 1 - at, "begin_entropy": 1 - at,
    }  # fmt: skip


@pytest.fixture(scope="module")
def study():
    """Students' F1 is their own confidence; their teachers' says nothing."""
    rng = np.random.default_rng(0)
    cells, found = [], []
    for target, f1 in zip(TARGETS, rng.uniform(30, 80, len(TARGETS)), strict=True):
        said = rng.uniform(0.3, 0.8)
        for method, budget, n in (
            ("direct", "none", 0), ("ts-kl", "u75", 400), ("ts-kl", "u300", 400)
        ):  # fmt: skip
            cells.append(
                {
                    "method": method, "sources": "eng", "target": target, "budget": budget, "n": n, "seed": 0,
                    "f1": f1, "status": "ok",
                }
            )  # fmt: skip
            if method == "direct":
                found.append(signals(target, method, budget, n, "pool", said))
            else:
                found += [
                    signals(target, method, budget, n, text, at)
                    for text, at in (("heldout", f1 / 100), ("test", said))
                ]
    own = Settings(primary_method="ts-kl", primary_budget="u300", bootstrap=50)
    frame = scores.validate(pd.DataFrame(cells), "x")
    return fit.study_of(frame, None, None, own, pd.DataFrame(found), None)


def test_it_is_read_from_text_that_the_student_was_not_trained_on(study):
    own = study.calibrations[Outcome("ts-kl", "eng", "u300", 400, OWN)]
    assert own.error < 1.0 < study.calibrations[WANTED].error
    assert own.panel.signals["begin_mean"].tolist() == pytest.approx(own.panel.f1 / 100)
    texts = {(one.budget, one.text) for one in study.calibrations}
    assert texts == {("none", TEXT), ("u75", TEXT), ("u300", TEXT), ("u300", OWN)}
    assert {row["text"] for row in rows.candidates(study)} == {TEXT, OWN}


def test_nothing_is_carried_forward_with_it(study):
    assert {outcome.text for outcome in carrying.every(study)} == {TEXT}
