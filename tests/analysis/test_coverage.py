"""Intervals of studies whose truth is known: 95 % ones must hold it in 92 to 98 % of the studies.

The quick version runs on every test run; `-m slow` runs 500 studies of each kind.
"""

import dataclasses

import numpy as np
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.curves import derived, fitting
from xnerbench.analysis.curves.series import series_of
from xnerbench.analysis.inference import bootstrap, differences
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.settings import Settings

SIZES = (25, 50, 100, 200, 400, 800, 1600, 3200)
DIRECT = 70.0
TRUTHS = {
    "power+floor": lambda n: 80 - 140 * n**-0.5,
    "log-linear": lambda n: 50 + 3 * np.log(n),
    "saturating": lambda n: 80 / (1 + (15 / n) ** 0.9),
}
EXPECTED = {
    "power+floor": {"f_inf": 80.0, "gain_inf": 10.0, "rate": 0.5},
    "log-linear": {},
    "saturating": {"f_inf": 80.0, "gain_inf": 10.0, "rate": 0.9},
}
RATES = {"power+floor": "alpha", "saturating": "k"}


def truth_of(kind):
    curve = TRUTHS[kind]
    grid = np.geomspace(SIZES[0], 10 * SIZES[-1], 100_001)
    reached = grid[np.argmax(curve(grid) >= DIRECT)]
    last = 10 * SIZES[-1]
    known = {"break_even": reached, "f1_10x": curve(last), "gain": curve(400) - DIRECT}
    return {**EXPECTED[kind], **known}


def holds(row, truth):
    low = -np.inf if row.get("low") is None else row["low"]
    high = np.inf if row.get("high") is None else row["high"]
    return low - 1e-9 <= truth <= high + 1e-9


def curve_coverage(kind, n_studies, n_seeds):
    """Share of studies whose interval holds the truth, and their number, per quantity."""
    truth, settings = truth_of(kind), Settings(bootstrap=300)
    hits = {name: [] for name in truth}
    names = [f"study{i}" for i in range(n_studies)]  # read at once, analysed one by one
    frame = known_truth.scores(
        TRUTHS[kind], targets=names, sizes=SIZES, n_seeds=n_seeds, direct=DIRECT, rng=10_000
    )
    together = scores.validate(frame, "x")
    studies = []
    for name, rows in together.frame.groupby("target", sort=False):
        one = dataclasses.replace(together, frame=rows)
        studies.append(bootstrap.draw(one, None, settings)[name])
    fitted = fitting.fit_all([series_of(draws)[0] for draws in studies])
    for draws, curve in zip(studies, fitted, strict=True):
        for row in derived.rows(curve, draws, None, settings):
            quantity = row["quantity"]
            if quantity not in truth or row.get("value") is None:
                continue
            if quantity == "gain" and row["at_n"] != 400:
                continue
            if quantity == "rate" and row["unit"] != RATES[kind]:
                continue  # another form was chosen: its parameter is another quantity
            hits[quantity].append(holds(row, truth[quantity]))
    return {name: (np.mean(found), len(found)) for name, found in hits.items()}


def check(found, n_studies, low, high):
    for name, (share, n) in found.items():
        assert n >= 0.5 * n_studies, f"{name}: a number in {n} of {n_studies} studies only"
        assert low <= share <= high, f"{name}: {100 * share:.1f} % of {n}"


def test_quick_coverage_of_what_is_derived_from_a_curve():
    # 200 studies: the share itself is uncertain by 3 points, hence the wider limits
    check(curve_coverage("power+floor", 200, 3), 200, 0.91, 0.99)


@pytest.mark.slow
@pytest.mark.parametrize("n_seeds", [3, 5])
@pytest.mark.parametrize("kind", TRUTHS)
def test_coverage_of_what_is_derived_from_a_curve(kind, n_seeds):
    check(curve_coverage(kind, 500, n_seeds), 500, 0.92, 0.98)


def counted_coverage(n_studies, n_seeds, folder):
    """Means and paired gains when test sentences are a sample, too.

    The truth of a study's mean is what an endless test set would give: the expected counts over
    sentences of every difficulty.
    """
    settings, hits = Settings(bootstrap=300), {"mean": [], "gain": []}
    truth = {n: _endless(f1) for n, f1 in ((0, 70.0), (100, 74.0))}
    rng = np.random.default_rng(20_000)
    names = [f"study{i}" for i in range(n_studies)]
    frame = known_truth.scores(
        lambda n: 74.0,
        targets=names,
        sizes=(100,),
        n_seeds=n_seeds,
        direct=70.0,
        noise=1.0,
        rng=rng,
    )
    together = scores.validate(known_truth.write_counts(folder, frame, 150, rng), "x")
    for name, rows in together.frame.groupby("target", sort=False):
        one = dataclasses.replace(together, frame=rows)
        draws = bootstrap.draw(one, folder, settings)[name]
        keys = [Key("ts", "eng", "steps", 100), Key("direct", "eng", "none", 0)]
        low, high = bootstrap.interval(draws.of(keys[0]), 0.95)
        hits["mean"].append(low <= truth[100] <= high)
        (row,) = differences.rows({name: draws}, settings)
        hits["gain"].append(row["low"] <= truth[100] - truth[0] <= row["high"])
    return {name: (np.mean(found), len(found)) for name, found in hits.items()}


def _endless(f1):
    """F1 of `known_truth.write_counts` on an endless test set, at a nominal F1."""
    ease = np.random.default_rng(0).normal(0, 0.8, 400_000)
    found = 1.6 * (1 / (1 + np.exp(-(np.log(f1 / (100 - f1)) + ease)))).mean()
    return 200 * found / (found + 0.25 + 1.6)


def test_quick_coverage_with_sampled_sentences(tmp_path):
    check(counted_coverage(100, 3, tmp_path), 100, 0.90, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("n_seeds", [3, 5])
def test_coverage_with_sampled_sentences(n_seeds, tmp_path):
    check(counted_coverage(500, n_seeds, tmp_path), 500, 0.92, 0.98)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_languages", "n_seeds", "shared", "between"),
    [(8, 3, 0.0, 3.0), (8, 3, 1.0, 1.0), (20, 2, 0.5, 2.0)],
)
def test_coverage_of_the_mean_over_languages(n_languages, n_seeds, shared, between):
    """`between` languages and `shared` by a seed's teacher, both standard deviations of the gain."""
    rng = np.random.default_rng(30_000)
    settings, held = Settings(bootstrap=300), []
    targets = [f"l{i:02d}" for i in range(n_languages)]
    for _ in range(500):
        frame = known_truth.scores(
            lambda n: 62.0,
            targets=targets,
            sizes=(100,),
            n_seeds=n_seeds,
            direct=60.0,
            shared=0,
            rng=rng,
        )
        students = frame["method"] == "ts"
        languages = frame["target"].map(
            dict(zip(targets, rng.normal(0, between, n_languages), strict=True))
        )
        teachers = frame["seed"].map(dict(enumerate(rng.normal(0, shared, n_seeds))))
        frame.loc[students, "f1"] += (languages + teachers)[students]
        draws = bootstrap.draw(scores.validate(frame, "x"), None, settings)
        row = next(r for r in differences.rows(draws, settings) if r["target"] == "ALL")
        held.append(row["low"] <= 2.0 <= row["high"])
    assert 0.92 <= np.mean(held) <= 0.98
