"""Growth over languages, and its parts, on studies whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.curves import growth
from xnerbench.analysis.curves.series import series_of
from xnerbench.analysis.inference import bootstrap
from xnerbench.analysis.settings import Settings

SIZES = (25, 100, 400, 1600)
STEPS = {25: 150, 100: 150, 400: 150, 1600: 300}
TARGETS = [f"l{i}" for i in range(8)]


def of_data(n):
    return 50 + 2 * np.log2(n)


def of_both(n):
    return of_data(n) - 30 * 25 / n


def two_budgets(targets=TARGETS, *, noise=0.3, rng=0):
    """What updates add falls with n and is nothing at the largest size."""
    frames = []
    for i, (budget, curve) in enumerate((("steps", of_data), ("epochs", of_both))):
        frame = known_truth.scores(curve, targets=targets, sizes=SIZES, noise=noise, rng=rng + i)
        frame = frame[(frame["method"] == "ts") | (budget == "steps")]
        sized = frame["n"] > 0
        frame.loc[sized, "budget"] = budget
        frame.loc[sized, "steps"] = frame.loc[sized, "n"].map(
            STEPS if budget == "steps" else {n: max(1, 3 * n // 16) for n in SIZES}
        )
        frames.append(frame)
    return pd.concat(frames)


def rows_of(frame, draws=800):
    settings = Settings(bootstrap=draws)
    checked = scores.validate(frame, "x")
    return growth.rows(bootstrap.draw(checked, None, settings), checked, settings)


def select(rows, **wanted):
    found = [r for r in rows if all(r.get(k) == v for k, v in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def test_the_slope_is_numpys():
    f1 = np.array([50.0, 55.0, 57.0, 61.5])
    assert growth.slope_weights(SIZES) @ f1 == pytest.approx(np.polyfit(np.log2(SIZES), f1, 1)[0])


def test_a_rise_is_the_sum_of_data_and_updates():
    rows = rows_of(two_budgets())
    between = {"target": "ALL", "quantity": "rise", "n_from": 25, "n_to": 400}
    whole, data, updates = (
        select(rows, budget=budget, **between) for budget in ("epochs", "steps", growth.BY_UPDATES)
    )
    assert whole["value"] == pytest.approx(data["value"] + updates["value"])
    assert data["value"] == pytest.approx(of_data(400) - of_data(25), abs=0.3)
    assert updates["value"] == pytest.approx(30 - 30 * 25 / 400, abs=0.4)
    for row in (whole, data, updates):
        assert row["low"] < row["value"] < row["high"]
        assert row["n_languages"] == 8
    assert (data["updates_from"], data["updates_to"]) == (150, 150)
    assert updates["updates_from"] is None


def test_the_share_of_updates_is_theirs_of_the_whole():
    rows = rows_of(two_budgets())
    share = select(rows, quantity="share", n_from=25, n_to=400)
    truth = 100 * (30 - 30 * 25 / 400) / (of_both(400) - of_both(25))
    assert share["value"] == pytest.approx(truth, abs=1)
    assert share["low"] < truth < share["high"]
    assert share["high"] - share["low"] < 10


def test_no_share_between_sizes_whose_updates_differ():
    """From 400 to 1,600 updates double under `steps`, too: that is not the effect of data alone."""
    rows = rows_of(two_budgets())
    shares = {(r["n_from"], r["n_to"]) for r in rows if r["quantity"] == "share"}
    assert shares == {(25, 100), (100, 400), (25, 400)}
    wide = select(rows, target="ALL", quantity="rise", budget="steps", n_from=25, n_to=1600)
    assert (wide["updates_from"], wide["updates_to"]) == (150, 300)


def test_no_share_of_a_rise_that_may_be_none():
    frame = two_budgets(noise=0.5)
    flat = frame["n"] > 0
    frame.loc[flat, "f1"] = 60 + np.random.default_rng(1).normal(0, 3, flat.sum())
    row = select(rows_of(frame), quantity="share", n_from=25, n_to=400)
    assert "value" not in row and row["verdict"].startswith("not identifiable")


def test_budgets_that_are_one_training_differ_by_nothing():
    frame = two_budgets()
    same = frame[(frame["budget"] == "steps") & (frame["n"] == 1600)].assign(budget="epochs")
    twin = pd.concat([frame[~((frame["budget"] == "epochs") & (frame["n"] == 1600))], same])
    alike = frame[(frame["budget"] == "steps") & (frame["n"] == 400)].assign(budget="epochs")
    twin = pd.concat([twin[~((twin["budget"] == "epochs") & (twin["n"] == 400))], alike])
    row = select(rows_of(twin), target="ALL", quantity="rise", budget=growth.BY_UPDATES,
                 n_from=400, n_to=1600)  # fmt: skip
    assert (row["value"], row["low"], row["high"]) == (0, 0, 0)
    assert "the same updates" in row["verdict"]


def test_slopes_are_those_of_the_derived_table():
    from xnerbench.analysis.curves import derived, fitting

    frame = two_budgets(["deu"])
    settings = Settings(bootstrap=200)
    checked = scores.validate(frame, "x")
    study = bootstrap.draw(checked, None, settings)
    rows = growth.rows(study, checked, settings)
    for series in series_of(study["deu"]):
        own = derived.rows(fitting.fit(series), study["deu"], None, settings)
        wanted = select(own, quantity="slope")
        row = select(rows, quantity="slope", budget=series.budget, n_to=1600)
        assert [row[k] for k in ("value", "low", "high")] == pytest.approx(
            [wanted[k] for k in ("value", "low", "high")]
        )


def test_the_slope_of_data_alone_is_over_the_sizes_of_equal_updates():
    rows = rows_of(two_budgets())
    slopes = {
        (r["budget"], r["n_from"], r["n_to"]): r["value"]
        for r in rows
        if r["target"] == "ALL" and r["quantity"] == "slope"
    }
    assert {key[1:] for key in slopes} == {(25, 400), (25, 1600)}
    assert slopes["steps", 25, 400] == pytest.approx(2, abs=0.1)
    parts = slopes["steps", 25, 400] + slopes[growth.BY_UPDATES, 25, 400]
    assert slopes["epochs", 25, 400] == pytest.approx(parts)


def test_scores_without_updates_have_rises_and_no_share():
    rows = rows_of(two_budgets().drop(columns="steps"))
    assert {r["quantity"] for r in rows} == {"rise", "slope"}
    row = select(rows, target="ALL", budget="steps", quantity="rise", n_from=25, n_to=1600)
    assert row["updates_from"] is None and row["updates_to"] is None


@pytest.mark.parametrize(
    ("n_studies", "least", "most"),
    [(60, 0.87, 1.0), pytest.param(200, 0.90, 0.99, marks=pytest.mark.slow)],
)
def test_intervals_of_the_parts_hold_the_truth(n_studies: int, least: float, most: float):
    """Languages differ in what data and updates add; studies of eight languages each."""
    rng = np.random.default_rng(5)
    held = {"steps": 0, growth.BY_UPDATES: 0, "share": 0}
    truth = {"steps": of_data(400) - of_data(25), growth.BY_UPDATES: 30 - 30 * 25 / 400}
    truth["share"] = 100 * truth[growth.BY_UPDATES] / (of_both(400) - of_both(25))
    for _ in range(n_studies):
        frame = two_budgets(noise=0.5, rng=int(rng.integers(1 << 31)))
        for target in TARGETS:
            here = frame["target"] == target
            more = rng.normal(0, 1.5)
            frame.loc[here & (frame["n"] == 400), "f1"] += more
            other = rng.normal(0, 3)
            frame.loc[here & (frame["n"] == 25) & (frame["budget"] == "epochs"), "f1"] -= other
        rows = rows_of(frame, draws=300)
        for name in held:
            what = (
                {"quantity": "share"} if name == "share" else {"quantity": "rise", "budget": name}
            )
            row = select(rows, target="ALL", n_from=25, n_to=400, **what)
            held[name] += row["low"] <= truth[name] <= row["high"]
    assert all(least <= n / n_studies <= most for n in held.values()), held


def test_how_a_sum_is_rounded_is_no_difference_between_budgets() -> None:
    """Sums of the same cells differ in the last bit between processors; verdicts must not."""
    said = "both budgets make the same updates"
    exact = growth._number(0.0, np.zeros(50), Settings())
    rounded = growth._number(0.0, np.array([0.0, -8e-17, 1.1e-16] * 20), Settings())
    assert exact == rounded and said in exact["verdict"] and exact["low"] == 0.0
    assert said not in growth._number(0.1, np.array([0.0, 0.1, 0.2] * 20), Settings())["verdict"]
