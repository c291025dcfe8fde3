import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import spearmanr

from xnerbench.analysis.distances import regressions


def data(n=12, slope=-40.0, seed=0, noise=4.0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.2, 0.7, n)
    return x, 80 + slope * x + rng.normal(0, noise, n)


def row(x, y, draws=2000, seed=1):
    return regressions.row(x, y, draws, 0.95, np.random.default_rng(seed))


def test_slope_and_fit_are_statsmodels():
    x, y = data()
    found, line = row(x, y)
    ols = sm.OLS(y, sm.add_constant(x)).fit()
    assert [found["intercept"], found["slope"]] == pytest.approx(ols.params)
    assert found["r2"] == pytest.approx(ols.rsquared)
    assert found["spearman"] == pytest.approx(spearmanr(x, y).statistic)
    assert found["p"] == pytest.approx(ols.pvalues[1], abs=0.01)
    assert np.nanstd(line.slopes) == pytest.approx(ols.bse[1], rel=0.35)


def test_leave_one_out_is_the_refit():
    x, y = data(8)
    found, line = row(x, y)
    errors, base = [], []
    for i in range(8):
        rest = np.arange(8) != i
        params = sm.OLS(y[rest], sm.add_constant(x[rest])).fit().params
        assert line.left_out[i] == pytest.approx(params[0] + params[1] * x[i])
        errors.append(y[i] - params[0] - params[1] * x[i])
        base.append(y[i] - y[rest].mean())
    assert found["loo_mae"] == pytest.approx(np.abs(errors).mean())
    assert found["baseline_mae"] == pytest.approx(np.abs(base).mean())
    assert found["loo_r2"] == pytest.approx(1 - np.square(errors).sum() / np.square(base).sum())


def test_null_effects_are_rejected_at_about_five_percent():
    rng = np.random.default_rng(7)
    rejected = 0
    for i in range(1500):
        x, y = rng.uniform(0, 1, 10), rng.normal(0, 1, 10)
        line = regressions.line(x, y, 199, np.random.default_rng(i))
        rejected += line.p <= 0.05
    assert 0.03 <= rejected / 1500 <= 0.07


@pytest.mark.parametrize("n", [6, 9, 20])
def test_slope_intervals_cover(n):
    rng = np.random.default_rng(n)
    held = 0
    for _ in range(600):
        x = rng.uniform(0.2, 0.7, n)
        y = 80 - 40 * x + rng.normal(0, 4, n)
        picked = rng.integers(0, n, (400, n))
        slope, _ = regressions._ols(x, y)
        slopes, _ = regressions._ols(x[picked], y[picked])
        half = regressions.reach(n, 0.95) * regressions.spread(slopes, n)
        held += abs(slope + 40) <= half
    assert 0.92 <= held / 600 <= 0.98


def test_a_real_effect_is_found():
    found, _ = row(*data(20, noise=2.0))
    assert found["p"] < 0.01 and found["high"] < 0
    assert found["loo_mae"] < found["baseline_mae"]


@pytest.mark.parametrize(
    ("x", "y", "verdict"),
    [
        ([0.1], [5.0], "not identifiable: 1 languages"),
        ([0.2, 0.2, 0.2], [1.0, 2.0, 3.0], "equally distant"),
        ([0.1, 0.2, 0.3, 0.4], [1.0, 2.0, 2.5, 4.0], "descriptive only: 4 languages"),
        (list(np.linspace(0, 1, 8)), [3.0] * 8, "the same for all languages"),
    ],
)
def test_what_cannot_be_said_is_not_said(x, y, verdict):
    found, _ = row(np.array(x), np.array(y))
    assert verdict in found["verdict"]
    if "ok" not in found["verdict"]:
        assert "slope" not in found
    if len(x) < regressions.MIN_LANGUAGES:
        assert "p" not in found and "low" not in found
    assert all(np.isfinite(v) for v in found.values() if isinstance(v, float))


def test_resamples_of_one_language_do_not_break_the_interval():
    x = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.9])
    found, line = row(x, np.array([1.0, 2.0, 3.0, 2.0, 1.0, 5.0]))
    assert np.isnan(line.slopes).any()
    assert found["low"] <= found["slope"] <= found["high"]


def test_the_band_holds_the_line():
    x, y = data()
    _, line = row(x, y)
    band = regressions.band(line, x, 0.95)
    assert len(band) == regressions.LINE_POINTS
    assert all(point["low"] < point["y"] < point["high"] for point in band)
    widths = [point["high"] - point["low"] for point in band]
    assert min(widths) < widths[0] and min(widths) < widths[-1]
