"""What tables say of relatives: families in means and regressions, the naive interval beside the primary one."""

import numpy as np
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.distances import genealogy, regressions, relatives
from xnerbench.analysis.inference import bootstrap, differences
from xnerbench.analysis.settings import Settings

TARGETS = ("deu", "nld", "swe", "hin", "zul", "xho", "swh", "yor", "fin", "hun")


def study_of(offsets):
    """Languages that differ in their gain only: direct transfer is the same for all."""
    frame = known_truth.scores(
        lambda n: 70.0, targets=TARGETS, sizes=(100,), direct=60.0, noise=0.2, shared=0.0
    )
    students = frame["method"] == "ts"
    gains = frame["target"].map(dict(zip(TARGETS, offsets, strict=True)))
    frame.loc[students, "f1"] = (frame["f1"] + gains)[students].clip(0, 100)
    return bootstrap.draw(scores.validate(frame, "x"), None, Settings(bootstrap=300))


def mean_row(offsets, families):
    rows = differences.rows(study_of(offsets), Settings(bootstrap=300), families)
    return next(row for row in rows if row["target"] == "ALL")


FAMILIES = {code: own.family for code, own in genealogy.of(TARGETS, {}).items()}


def test_gains_that_families_share_widen_the_interval_of_the_mean():
    shared = {"Indo-European": 4.0, "Atlantic-Congo": -4.0, "Uralic": 0.0}
    row = mean_row([shared[FAMILIES[code]] for code in TARGETS], FAMILIES)
    assert row["n_families"] == 3 and "relatives share their weight (3 families)" in row["verdict"]
    assert row["high"] - row["low"] > 1.5 * (row["high_naive"] - row["low_naive"])
    assert (row["p"] < 0.05) == (row["low"] > 0 or row["high"] < 0)


def test_relatives_share_their_weight_and_the_plain_mean_stands_beside():
    offsets = [4.0 if FAMILIES[code] == "Indo-European" else 0.0 for code in TARGETS]
    row = mean_row(offsets, FAMILIES)
    assert row["naive"] == pytest.approx(10 + np.mean(offsets), abs=0.5)
    assert row["difference"] < row["naive"]
    assert row["low_naive"] < row["naive"] < row["high_naive"]
    assert row["median"] == pytest.approx(10, abs=0.5) and row["collapsed_share"] == 0


def test_collapsed_runs_that_decide_a_mean_are_said():
    """Two of ten languages find nothing: the mean is a loss, the median language and all other runs gain."""
    row = mean_row([-69.9, *[-9.0] * 8, -69.9], None)
    assert row["difference"] < -5 and row["median"] == pytest.approx(1, abs=0.5)
    assert row["collapsed_languages"] == 2 and row["collapsed_share"] == pytest.approx(20)
    assert row["without_collapsed"] == pytest.approx(1, abs=0.3)
    assert row["without_collapsed_low"] > 0
    assert "collapsed runs decide: +1.0 without them" in row["verdict"]


def test_without_families_the_naive_interval_is_the_interval():
    row = mean_row(np.linspace(-2, 2, 10), None)
    assert (row["low"], row["high"]) == pytest.approx((row["low_naive"], row["high_naive"]))
    assert row["n_families"] is None


def test_one_family_alone_is_said():
    row = mean_row(np.linspace(-2, 2, 10), dict.fromkeys(TARGETS, "Indo-European"))
    assert "all of one family" in row["verdict"]


def test_a_regression_has_both_intervals_and_a_second_opinion():
    about = [genealogy.of([code], {})[code] for code in TARGETS]
    x = np.array([0.2, 0.25, 0.3, 0.45, 0.6, 0.65, 0.6, 0.55, 0.5, 0.5])
    y = 80 - 50 * x + np.array([3, 2, 3, 3, -2, -3, -2, -2, 0, 1.0])
    rng = np.random.default_rng(0)
    naive, _ = regressions.row(x, y, 300, 0.95, rng)
    found = relatives.allowed_for(naive, x, y, about, 300, 0.95, rng)
    row = found.row
    assert row["slope_naive"] == naive["slope"] and row["n_families"] == 3
    assert (row["low_naive"], row["high_naive"]) == (naive["low"], naive["high"])
    assert row["low"] < row["slope"] < row["high"]
    assert row["pgls_low"] < row["pgls_slope"] < row["pgls_high"] and 0 <= row["lambda"] <= 1
    assert (row["p"] < 0.05) == (row["high"] < 0)
    assert 0 <= row["correlation"] <= 1
    line = found.band(x, 0.95)
    assert line[0]["x"] == x.min() and line[-1]["x"] == x.max()
    assert line[5]["y"] == pytest.approx(row["intercept"] + row["slope"] * line[5]["x"])
    assert all(at["low"] < at["y"] < at["high"] for at in line)


def test_slopes_inside_large_families():
    codes = ("deu", "nld", "swe", "hin", "rus", "pol", "fra", "spa", "fin", "hun")
    about = list(genealogy.of(codes, {}).values())
    x = np.linspace(0, 1, 10)
    (row,) = relatives.within(x, 5 - 3 * x + 0.01 * (-1.0) ** np.arange(10), about, 0.95)
    assert (row["family"], row["n_languages"]) == ("Indo-European", 8)
    assert row["slope"] == pytest.approx(-3, abs=0.05) and row["n_branches"] == 4
    assert row["low"] < row["slope"] < row["high"]


def test_the_same_cells_under_both_budgets_are_said_to_be_the_same():
    import pandas as pd

    one = known_truth.scores(known_truth.power_floor, sizes=(25,))
    other = one[one["method"] == "ts"].assign(budget="epochs")
    frame = scores.validate(pd.concat([one, other]), "x")
    settings = Settings(bootstrap=100)
    rows = differences.rows(bootstrap.draw(frame, None, settings), settings)
    (row,) = [r for r in rows if r["method_a"] == r["method_b"]]
    assert row["difference"] == 0 and "the cells of both budgets are the same" in row["verdict"]
