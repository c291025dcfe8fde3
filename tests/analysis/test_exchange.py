"""What an arm is worth in sentences, and the ranking, on studies whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores, tables
from xnerbench.analysis.curves import exchange
from xnerbench.analysis.inference import bootstrap, differences, ranking
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.settings import Settings
from xnerbench.catalogue.tables import TABLES

SIZES = (50, 100, 200, 400)
TARGETS = [f"l{i}" for i in range(8)]


def study(worth: float, slope: float = 2.0, noise: float = 0.15, targets=TARGETS) -> pd.DataFrame:
    """A yardstick that grows by `slope` per doubling, and an arm at 100 that is worth `worth` times the text."""
    own = known_truth.scores(
        lambda n: 50 + slope * np.log2(n), targets=targets, sizes=SIZES, noise=noise, direct=60.0
    )
    arm = known_truth.scores(
        lambda n: 50 + slope * np.log2(n * worth), targets=targets, sizes=(100,), noise=noise,
        direct=None, method="arm", rng=0,
    )  # fmt: skip
    return pd.concat([own, arm])


def told(frame: pd.DataFrame, **settings) -> list[dict]:
    chosen = Settings(bootstrap=400, primary_method="ts", exchange=("arm",), **settings)
    checked = scores.validate(frame, "x")
    return exchange.rows(bootstrap.draw(checked, None, chosen), chosen)


def over_languages(frame: pd.DataFrame) -> dict:
    (row,) = [row for row in told(frame) if row["target"] == ALL]
    return row


@pytest.mark.parametrize("worth", [0.5, 1.0, 2.0, 4.0])
def test_an_arm_is_worth_what_it_was_made_to_be(worth: float) -> None:
    row = over_languages(study(worth))
    assert row["ratio"] == pytest.approx(worth, rel=0.15)
    assert row["ratio_low"] <= worth <= row["ratio_high"]
    assert row["ratio_high"] / row["ratio_low"] < 2
    assert row["n_equivalent"] == pytest.approx(100 * row["ratio"])
    assert row["gain"] == pytest.approx(2 * np.log2(worth), abs=0.2)
    assert row["growth"] == pytest.approx(2.0, abs=0.1)
    assert row["over_doubling"] == pytest.approx(row["gain"] - row["growth"])
    # Whether it buys a doubling is said by the interval of that difference.
    if worth == 4.0:
        assert row["over_doubling_low"] > 0
    if worth < 2:
        assert row["over_doubling_high"] < 0
    assert (row["n_from"], row["n_to"], row["n_languages"]) == (50, 400, 8)


def test_a_yardstick_that_does_not_grow_sells_nothing() -> None:
    row = over_languages(study(2.0, slope=-1.0))
    assert row["ratio"] is None
    assert "does not grow" in row["verdict"]


def test_a_gain_that_is_noise_is_not_bounded() -> None:
    row = over_languages(study(1.0, slope=0.05, noise=2.0))
    assert row["ratio_low"] == 0 or row["ratio_high"] is None
    assert "not bound" in row["verdict"] or "does not grow" in row["verdict"]


def test_a_gain_without_an_upper_end_is_a_row_all_the_same() -> None:
    """A table has no place for infinity."""
    frame = tables.as_frame(told(study(2.0, slope=0.3, noise=1.0)), TABLES["exchange"].names)
    open_ = frame[frame["ratio_low"].notna() & frame["ratio_high"].isna()]
    assert len(open_) and open_["verdict"].str.contains("not bound").all()
    assert tables.to_csv(frame, TABLES["exchange"].of_kind("integer"))


def test_one_language_has_a_row_of_its_own_and_no_mean() -> None:
    found = told(study(2.0, targets=["l0"]))
    assert [row["target"] for row in found] == ["l0"]
    assert found[0]["ratio"] == pytest.approx(2.0, rel=0.5)


def test_other_methods_have_no_exchange() -> None:
    frame = study(2.0)
    assert not told(frame.assign(method=frame["method"].replace("arm", "other")))


def test_the_ranking_turns_differences_the_right_way() -> None:
    frame = study(4.0)
    settings = Settings(bootstrap=200, primary_method="ts")
    checked = scores.validate(frame, "x")
    draws = bootstrap.draw(checked, None, settings)
    found = ranking.rows(draws, checked, settings, differences.rows(draws, settings))
    named = {(row["method"], row["n"]): row for row in found}
    arm, own, direct = named["arm", 100], named["ts", 100], named["direct", 0]
    mean = frame.groupby(["method", "n"])["f1"].mean()
    assert arm["f1"] == pytest.approx(mean["arm", 100])
    assert arm["over_direct"] == pytest.approx(mean["arm", 100] - mean["direct", 0])
    assert arm["over_primary"] == pytest.approx(mean["arm", 100] - mean["ts", 100])
    assert arm["over_primary_low"] < arm["over_primary"] < arm["over_primary_high"]
    assert "over_primary" not in own
    assert "over_direct" not in direct
    at = [row["method"] for row in found if row["n"] == 100]
    assert at == ["arm", "ts"]
    # The same where the table has the pair the other way round.
    turned = [
        row | {
            "method_a": row["method_b"], "method_b": row["method_a"],
            "difference": -row["difference"], "low": -row["high"], "high": -row["low"],
        }
        for row in differences.rows(draws, settings)
    ]  # fmt: skip
    again = {(r["method"], r["n"]): r for r in ranking.rows(draws, checked, settings, turned)}
    assert again["arm", 100] == pytest.approx(arm)
