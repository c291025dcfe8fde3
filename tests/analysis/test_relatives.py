"""Languages that are relatives: cluster-robust regressions, phylogenetic least squares, simulations of known truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from tests.analysis import relatives
from xnerbench.analysis.inference import clusters, pgls


def regression(seed=0, n=12):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, n)
    return np.column_stack([np.ones(n), x]), 3 + 2 * x + rng.normal(0, 1, n)


def test_the_estimate_is_least_squares_and_singletons_give_hc2():
    design, y = regression()
    found = clusters.regress(design, y, [f"l{i}" for i in range(12)])
    ols = sm.OLS(y, design).fit()
    assert found.beta == pytest.approx(ols.params)
    assert found.se == pytest.approx(ols.get_robustcov_results("HC2").bse)


def test_a_mean_over_equal_families_is_the_t_test_of_family_means():
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1, 24) + np.repeat(rng.normal(0, 2, 8), 3)
    found = clusters.regress(np.ones((24, 1)), y, [f"f{i // 3}" for i in range(24)])
    means = y.reshape(8, 3).mean(1)
    assert found.freedom[0] == pytest.approx(7)
    assert found.se[0] == pytest.approx(means.std(ddof=1) / np.sqrt(8))


def test_cr2_is_unbiased_under_its_working_covariance():
    """With the working covariance right, the expected variance estimate is the estimate's variance."""
    member = relatives.members((5, 3, 2, 2, 1))
    design = np.column_stack([np.ones(13), np.linspace(0, 1, 13) ** 2])
    families = [f"f{g}" for g in member]
    rng, rho = np.random.default_rng(2), 0.5
    y = np.stack([relatives.correlated(member, rho, rng) for _ in range(1200)])
    found = [clusters.regress(design, one, families, working=rho) for one in y]
    slopes, se = np.array([f.beta[1] for f in found]), np.array([f.se[1] for f in found])
    assert np.mean(se**2) == pytest.approx(slopes.var(), rel=0.15)


def test_one_family_has_no_robust_interval():
    design, y = regression()
    with pytest.raises(ValueError, match="1 families"):
        clusters.regress(design, y, ["same"] * 12)


def test_p_and_interval_are_of_one_distribution():
    design, y = regression()
    found = clusters.regress(design, y, [f"f{i // 3}" for i in range(12)])
    p = found.p(1)
    low, high = found.interval(1, 1 - p)
    assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-9)


def tree():
    """Four species ((a, b), (c, d)): a and b share half of their path, c and d a quarter."""
    c = np.eye(4)
    c[0, 1] = c[1, 0] = 0.5
    c[2, 3] = c[3, 2] = 0.25
    return c


def test_a_mean_on_a_small_tree_by_hand():
    """Weights of a pair that shares c are 1 / (1 + c): root = (2/3 (a + b) + 4/5 (c + d)) / (4/3 + 8/5)."""
    y = np.array([1.0, 2.0, 4.0, 8.0])
    found = pgls.fit(np.ones((4, 1)), y, tree(), strength=1.0)
    assert found.beta[0] == pytest.approx((2 / 3 * 3 + 4 / 5 * 12) / (4 / 3 + 8 / 5))
    independent = pgls.fit(np.ones((4, 1)), y, tree(), strength=0.0)
    assert independent.beta[0] == pytest.approx(y.mean())
    assert independent.se[0] == pytest.approx(y.std(ddof=1) / 2)


def test_lambda_and_slope_are_those_of_brute_force():
    member = relatives.members((5,) * 8)
    rng = np.random.default_rng(5)
    c = np.where(member[:, None] == member, 0.8, 0.0)
    np.fill_diagonal(c, 1)
    x = rng.normal(size=40)
    y = 1 + 2 * x + np.linalg.cholesky(0.7 * c + 0.3 * np.eye(40)) @ rng.normal(size=40)
    design = np.column_stack([np.ones(40), x])
    found = pgls.fit(design, y, c, restricted=False)
    best = (-np.inf, 0.0)
    for strength in np.linspace(0, 1, 1001):
        v = strength * c + (1 - strength) * np.eye(40)
        inverse = np.linalg.inv(v)
        beta = np.linalg.inv(design.T @ inverse @ design) @ design.T @ inverse @ y
        e = y - design @ beta
        scale = e @ inverse @ e / 40
        value = -0.5 * (40 * np.log(2 * np.pi * scale) + 40 + np.linalg.slogdet(v)[1])
        best = max(best, (value, strength))
    assert found.strength == pytest.approx(best[1], abs=1e-3)
    assert found.log_likelihood == pytest.approx(best[0], abs=1e-6)
    v = found.strength * c + (1 - found.strength) * np.eye(40)
    gls = sm.GLS(y, design, sigma=v).fit()
    assert found.beta == pytest.approx(gls.params, rel=1e-6)
    assert found.se == pytest.approx(gls.bse, rel=1e-6)
    assert 0 < found.strength < 1


def test_lambda_is_none_where_relatives_are_not_alike():
    member = relatives.members((4, 4, 4))
    y = np.tile([0.0, 1.0, 2.0, 3.0], 3)
    c = np.where(member[:, None] == member, 0.9, 0.0)
    np.fill_diagonal(c, 1)
    assert pgls.fit(np.ones((12, 1)), y, c).strength == 0


def test_whole_families_are_permuted():
    """A distance and a quantity that are constant within four families: the p of four points, not of forty."""
    member = relatives.members((10,) * 4)
    x, y = np.array([1.0, 2, 3, 4])[member], np.array([1.0, 2, 3, 4])[member]
    rng = np.random.default_rng(0)
    p = clusters.block_permutation(x, y, [f"f{g}" for g in member], 2000, rng)
    assert p == pytest.approx(2 / 24, abs=0.03)


def test_relatives_share_their_weight():
    """A family of n languages has n / (1 + (n - 1) / 2) shares: 18, 13 and 1 languages 1.89, 1.86 and 1."""
    families = ["a"] * 18 + ["b"] * 13 + ["c"]
    found = clusters.regress(np.ones((32, 1)), np.zeros(32), families)
    shares = np.array([18 / 9.5, 13 / 7, 1])
    weight = [found.weights[0, :18].sum(), found.weights[0, 18:31].sum(), found.weights[0, 31]]
    assert weight == pytest.approx(shares / shares.sum())
    plain = clusters.regress(np.ones((32, 1)), np.arange(32.0), families, working=0.0)
    assert plain.beta[0] == pytest.approx(15.5)


def test_without_relatives_the_averaged_line_is_least_squares():
    design, y = regression()
    found, ols = pgls.average(design, y, np.eye(12)), sm.OLS(y, design).fit()
    assert found.interval(1, 0.95) == pytest.approx(ols.conf_int()[1])
    assert found.p(1) == pytest.approx(ols.pvalues[1])


def test_an_averaged_interval_and_its_p_are_of_one_distribution():
    design, y = regression()
    found = pgls.average(design, y, pgls.same_family([f"f{i // 3}" for i in range(12)]))
    low, high = found.interval(1, 1 - found.p(1))
    assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-6)
    assert low < found.beta[1] < high and 0 < found.strength < 1


def test_averaging_over_lambda_is_the_posterior_under_its_prior():
    """Against numerical integration over both standard deviations, on a grid."""
    member = relatives.members((4, 3, 2, 1))
    y = relatives.correlated(member, 0.6, np.random.default_rng(4)) + 1
    c = pgls.same_family([f"f{g}" for g in member])
    found = pgls.average(np.ones((10, 1)), y, c)
    sds = np.geomspace(0.02, 60, 70)
    centre, scale, weight = [], [], []
    for between in sds:
        for within in sds:
            inverse = np.linalg.inv(between**2 * c + within**2 * np.eye(10))
            precision = inverse.sum()
            mean = inverse.sum(0) @ y / precision
            rest = y - mean
            log = 0.5 * (np.linalg.slogdet(inverse)[1] - np.log(precision) - rest @ inverse @ rest)
            centre.append(mean)
            scale.append(precision**-0.5)
            spacing = between * within  # geometric
            weight.append(np.exp(log) * spacing / np.hypot(between, within))
    weight = np.array(weight) / np.sum(weight)
    for share, end in zip((0.1, 0.9), found.interval(0, 0.8), strict=True):
        below = weight @ norm.cdf((end - np.array(centre)) / np.array(scale))
        assert below == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("sizes", [relatives.EQUAL, relatives.REAL], ids=["equal", "real"])
def test_quick_intervals_of_relatives_hold_the_truth(sizes):
    found = relatives.coverage(sizes, 0.8, 200)
    for name in ("mean", "slope"):
        assert 0.91 <= found[name] <= 0.985, found
        assert found[f"{name} naive"] < found[name]
    assert found["mean naive"] < 0.85  # which is why


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("sizes", [relatives.EQUAL, relatives.REAL], ids=["equal", "real"])
def test_intervals_of_relatives_hold_the_truth(sizes, rho):
    found = relatives.coverage(sizes, rho, 2000, 1)
    print(found)
    for name in ("mean", "slope"):
        assert 0.92 <= found[name] <= 0.98, found
        assert found[f"{name} width"] < 3 * found[f"{name} naive width"], found
    assert found["permuted"] <= 0.11, found
