"""Medians over languages that count those without a size."""

import numpy as np
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import fit, rows, scores
from xnerbench.analysis.curves import medians
from xnerbench.analysis.curves.medians import Member
from xnerbench.analysis.settings import Settings

SETTINGS = Settings(bootstrap=50)
NAME = ("ts", "eng", "steps", "break_even", None)


def member(value, end=32000.0, words="ok", updates=(None, None)):
    row = {
        "value": value,
        "verdict": words if value is not None else "not shown within the range: x",
    }
    return Member({**row, "unit": "sentences"}, end, updates)


def test_languages_that_do_not_get_there_count_as_later():
    sizes = [100.0, 200.0, 400.0, 800.0, 1600.0]
    alone = medians._row(NAME, [member(v) for v in sizes], SETTINGS)
    counted = medians._row(NAME, [*map(member, sizes), *[member(None)] * 2], SETTINGS)
    assert alone["median"] == 400 and counted["median"] == 800
    assert (counted["n_reached"], counted["n_not_shown"], counted["n_languages"]) == (5, 2, 7)


def test_half_that_do_not_get_there_leave_no_median():
    row = medians._row(NAME, [member(100.0), member(None), member(None)], SETTINGS)
    assert "median" not in row and row["verdict"].startswith("not shown within the range: half")


def test_a_size_that_is_known_to_be_smaller_is_said():
    words = "ok; at or before the smallest size"
    row = medians._row(NAME, [member(75.0, words=words)] * 3 + [member(900.0)], SETTINGS)
    assert row["median"] == 75 and row["n_at_most"] == 3
    assert "at or before the smallest size" in row["verdict"]


def test_a_language_censored_early_says_nothing_of_later_sizes():
    """By hand: of 5 languages one is lost at 150; S = 4/5, then 4/5 x 2/3, then x 1/2 at 300, 600."""
    found = [member(100.0), member(None, 150.0), member(300.0), member(600.0), member(900.0)]
    assert medians._row(NAME, found, SETTINGS)["median"] == 600


def test_unequal_updates_are_said():
    name = ("ts", "eng", "steps", "exchange_rate", 3200)
    unfair = medians._row(name, [member(96.0, updates=(600, 300))] * 3, SETTINGS)
    assert "the student makes 600 updates, the control 300" in unfair["verdict"]
    fair = medians._row(name, [member(96.0, updates=(300, 300))] * 3, SETTINGS)
    assert "updates" not in fair["verdict"]


def test_medians_of_a_study():
    frame = known_truth.scores(
        known_truth.power_floor, targets=("deu", "nld", "swe"), direct=70.0, noise=0.2, shared=0.0
    )
    study = fit.study_of(scores.validate(frame, "x"), None, None, SETTINGS)
    (row,) = [r for r in rows.medians(study) if r["quantity"] == "break_even"]
    assert row["median"] == pytest.approx(196, rel=0.15)  # 80 - 140 / sqrt(n) = 70


@pytest.mark.parametrize("n_studies", [100, pytest.param(2000, marks=pytest.mark.slow)])
def test_censored_medians_hold_the_truth(n_studies):
    """True log sizes are normal around 2,000, and a third lies beyond the range; leaving those out is too early."""
    rng = np.random.default_rng(1)
    held, left_out = [], []
    for _ in range(n_studies):
        true = 2000 * np.exp(rng.normal(0, 1.6, 40))
        members = [member(v if v <= 4000 else None, 4000.0) for v in true]
        row = medians._row(NAME, members, SETTINGS)
        held.append(row["low"] <= 2000 <= row.get("high", np.inf))
        left_out.append(np.median(true[true <= 4000]))
    assert 0.9 <= np.mean(held) <= 0.99
    assert np.mean(left_out) < 1300
