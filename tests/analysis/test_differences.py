import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.inference import bootstrap, differences
from xnerbench.analysis.settings import Settings


def rows_of(frame, counts=None, draws=400):
    settings = Settings(bootstrap=draws)
    study = bootstrap.draw(scores.validate(frame, "x"), counts, settings)
    return differences.rows(study, settings)


def two_methods(gap, targets=("deu",), **options):
    one = known_truth.scores(known_truth.power_floor, targets=targets, **options)
    two = one[one["method"] == "ts"].assign(method="ts-warm", f1=lambda f: f["f1"] + gap)
    return pd.concat([one, two])


def test_holm_is_statsmodels():
    """To the last bit, ties and ones among them."""
    rng = np.random.default_rng(0)
    for size in (1, 2, 5, 40):
        p = [*np.round(rng.uniform(size=size), 2), 0.01, 0.01, 1.0]
        assert differences.holm(p) == multipletests(p, method="holm")[1].tolist()
    assert differences.holm([None, 0.02]) == [None, 0.02]


def test_shared_noise_cancels_in_a_paired_difference():
    rows = [r for r in rows_of(two_methods(1.5, noise=2.0)) if r["method_a"] == "ts-warm"]
    own = [r for r in rows if r["method_b"] == "ts" and r["n"] == 400]
    (row,) = own
    assert row["difference"] == pytest.approx(1.5)
    assert row["low"] == pytest.approx(1.5) and row["high"] == pytest.approx(1.5)


def test_direct_transfer_is_always_the_second():
    rows = rows_of(two_methods(1.0))
    assert all(row["method_a"] != "direct" for row in rows)
    pairs = {(row["method_a"], row["method_b"]) for row in rows}
    assert pairs == {("ts", "direct"), ("ts-warm", "direct"), ("ts-warm", "ts")}


def test_the_same_method_under_both_budgets_is_a_difference():
    one = known_truth.scores(known_truth.power_floor, sizes=(25, 50))
    other = one[one["method"] == "ts"].assign(budget="epochs", f1=lambda f: f["f1"] - 4)
    rows = [r for r in rows_of(pd.concat([other, one])) if r["method_a"] == r["method_b"] == "ts"]
    assert {row["budget"] for row in rows} == {"steps - epochs"}
    assert rows[0]["difference"] == pytest.approx(4)


def test_sources_that_do_not_overlap_are_not_compared():
    one = known_truth.scores(known_truth.power_floor, sizes=(25,))
    other = one[one["method"] == "ts"].assign(method="ts-kl", sources="spa")
    pairs = {(r["method_a"], r["method_b"]) for r in rows_of(pd.concat([one, other]))}
    assert ("ts-kl", "ts") not in pairs
    assert differences._comparable("eng+spa", "spa") and differences._comparable("none", "eng")


@pytest.mark.parametrize(("n_targets", "note"), [(3, "these 3 languages only"), (8, "a sample")])
def test_mean_over_languages(n_targets, note):
    targets = [f"l{i}" for i in range(n_targets)]
    rows = rows_of(two_methods(2.0, targets), draws=2000)
    (row,) = [
        r
        for r in rows
        if r["target"] == "ALL" and r["n"] == 800 and r["method_b"] == "direct"
        and r["method_a"] == "ts"
    ]  # fmt: skip
    own = [
        r["difference"]
        for r in rows
        if r["target"] != "ALL"
        and r["n"] == 800
        and (r["method_a"], r["method_b"]) == ("ts", "direct")
    ]
    assert row["difference"] == pytest.approx(np.mean(own))
    assert row["n_languages"] == n_targets and note in row["verdict"]
    assert row["low"] < row["difference"] < row["high"]


def test_p_values_agree_with_the_interval():
    rng = np.random.default_rng(0)
    near, far = rng.normal(1, 1, 4000), rng.normal(9, 1, 4000)
    assert differences.p_value(1.0, near) == pytest.approx(0.32, abs=0.04)
    assert differences.p_value(9.0, far) < 1e-10
    assert differences.p_value(0.0, np.zeros(100)) == 1


def test_one_seed_without_counts_has_no_interval():
    row = rows_of(two_methods(1.0, n_seeds=1))[0]
    assert row["p"] is None and row["low"] is None
    assert "no interval: one seed and no counts" in row["verdict"]


def test_a_mixture_is_compared_with_the_mean_and_the_best_of_its_sources():
    parts = []
    for source, gap in (("eng", 0.0), ("deu", -4.0), ("fra", 9.0)):  # fra is none of the mixture's
        one = known_truth.scores(known_truth.power_floor, targets=("nld", "swa"), sizes=(100,))
        parts.append(one.assign(sources=source, f1=lambda f, gap=gap: f["f1"] + gap))
    mixture = parts[0][parts[0]["method"] == "ts"]
    parts.append(mixture.assign(method="multi-avg", sources="eng+deu", f1=lambda f: f["f1"] + 1.5))
    rows = [r for r in rows_of(pd.concat(parts)) if r["method_a"] == "multi-avg"]
    found = {(r["method_b"], r["sources_b"], r["target"]): r for r in rows}
    mean = found["ts", differences.MEAN, "nld"]
    best = found["ts", differences.BEST, "nld"]
    assert mean["difference"] == pytest.approx(1.5 + 2.0) and mean["n"] == 100
    assert best["difference"] == pytest.approx(1.5)
    assert "of 2 sources" in mean["verdict"] and "eng is the best on the test" in best["verdict"]
    assert found["ts", differences.MEAN, "ALL"]["difference"] == pytest.approx(3.5)
    assert ("direct", differences.BEST, "swa") in found
    assert not any(r["sources_b"] == "fra" for r in rows)


def test_only_common_seeds_count_where_one_method_has_fewer():
    """Teachers differ by 5 F1 from seed to seed, and a control ran with the first seed only."""
    frame = two_methods(1.5, targets=[f"l{i}" for i in range(8)], noise=0.1, shared=5.0)
    frame = frame[(frame["method"] != "ts-warm") | (frame["seed"] == 0)]
    rows = [r for r in rows_of(frame) if r["method_a"] == "ts-warm" and r["method_b"] == "ts"]
    assert rows and all(row["difference"] == pytest.approx(1.5) for row in rows)
    assert {row["n_seeds"] for row in rows} == {1}


def test_a_mixture_of_every_seeds_teachers_is_compared_with_all_of_them():
    """It is one cell, named by the first seed; a difference to that seed's teacher would be one to its luck."""
    frame = known_truth.scores(known_truth.power_floor, sizes=(25,), noise=3.0)
    direct = frame[frame["method"] == "direct"]
    first = direct[direct["seed"] == direct["seed"].min()]
    mixed = first.assign(method="direct-seeds", f1=direct["f1"].mean() + 2.0)
    rows = rows_of(pd.concat([frame, mixed]), draws=2000)
    (row,) = [r for r in rows if (r["method_a"], r["method_b"]) == ("direct-seeds", "direct")]
    assert row["difference"] == pytest.approx(2.0)
    assert row["n_seeds"] == direct["seed"].nunique()
    reach = student.ppf(0.975, row["n_seeds"] - 1) * direct["f1"].std() / np.sqrt(row["n_seeds"])
    assert row["high"] - row["difference"] == pytest.approx(reach, rel=0.2)
    assert "one seed" not in row["verdict"]
