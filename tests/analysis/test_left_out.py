import numpy as np
import pytest
import statsmodels.api as sm

from xnerbench.analysis.distances import left_out

SIZES = (0, 25, 100, 400)


def panel(n=12, seed=0, effect=-40.0, sd=4.0, noise=1.0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.2, 0.7, (n, 1))
    growth = np.array([0.0, -5.0, 2.0, 5.0])
    f1 = 80 + effect * x + growth + rng.normal(0, sd, (n, 1)) + rng.normal(0, noise, (n, 4))
    return left_out.Panel(tuple(f"l{i:02d}" for i in range(n)), SIZES, f1, x, ("distance",))


def test_prediction_interval_is_statsmodels():
    data = panel()
    found = left_out.predict(data, np.array([0.5]), 0.95)
    for j in range(4):
        ols = sm.OLS(data.f1[:, j], sm.add_constant(data.predictors)).fit()
        frame = ols.get_prediction([[1.0, 0.5]]).summary_frame(alpha=0.05)
        assert found.f1[j] == pytest.approx(frame["mean"][0])
        assert found.low[j] == pytest.approx(frame["obs_ci_lower"][0])
        assert found.high[j] == pytest.approx(frame["obs_ci_upper"][0])


def test_a_measured_point_moves_and_narrows_the_rest():
    data = panel()
    blind = left_out.predict(data, np.array([0.5]), 0.95)
    told = left_out.predict(data, np.array([0.5]), 0.95, {0: blind.f1[0] + 8})
    assert told.f1[0] == pytest.approx(blind.f1[0] + 8, abs=1e-6)
    assert 4 < told.f1[3] - blind.f1[3] < 10  # languages differ by an offset common to all sizes
    assert told.high[3] - told.low[3] < 0.7 * (blind.high[3] - blind.low[3])
    assert left_out.predict(data, np.array([0.5]), 0.95, {7: 1.0}).f1 == pytest.approx(blind.f1)


def test_intervals_cover_left_out_languages():
    covered = []
    for seed in range(150):
        rows, _ = left_out.rows(panel(8, seed), 0.95)
        covered += [row["covered"] for row in rows]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_distance_beats_the_mean_curve_where_it_explains():
    _, summary = left_out.rows(panel(20, effect=-60.0, sd=2.0), 0.95)
    total = summary[-1]
    assert total["n"] is None and total["n_languages"] == 20
    assert total["mae"] < 0.5 * total["baseline_mae"]
    assert "over all sizes" in total["verdict"]


def test_few_languages_and_gaps():
    data = panel(4)
    data.f1[1, 2] = np.nan
    rows, summary = left_out.rows(data, 0.95)
    assert len(rows) == 4 * 4 - 1
    assert all("low" not in row for row in rows)
    assert "descriptive only" in rows[0]["verdict"] and "descriptive only" in summary[0]["verdict"]
    rows, summary = left_out.rows(panel(2), 0.95)
    assert all(row["verdict"].startswith("too few languages") for row in rows + summary)
    rows, summary = left_out.rows(panel(1), 0.95)
    assert "baseline" not in rows[0]
