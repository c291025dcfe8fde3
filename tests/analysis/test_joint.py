import numpy as np
import pytest
import statsmodels.api as sm

from xnerbench.analysis.distances import joint

SIZES = np.log([25.0, 100, 400, 1600])


def runs_of(n_languages=14, sd=4.0, slope_sd=0.5, noise=1.0, distance_effect=-30.0, seed=0, **more):
    rng = np.random.default_rng(seed)
    distance = rng.uniform(0.2, 0.7, n_languages)
    language = np.repeat(np.arange(n_languages), len(SIZES) * 3)
    log_n = np.tile(np.repeat(SIZES, 3), n_languages)
    centred = log_n - log_n.mean()
    f1 = (
        60
        + distance_effect * distance[language]
        + rng.normal(0, sd, n_languages)[language]
        + (2 + rng.normal(0, slope_sd, n_languages))[language] * centred
        + rng.normal(0, noise, len(log_n))
    )
    names = tuple(f"l{i:02d}" for i in range(n_languages))
    relatives = more.get("relatives", names)
    columns = more.get("covariates", {}), more.get("families", {})
    return joint.Runs(f1, log_n, language, names, distance, *columns, relatives)


def rows_of(runs, draws=1000):
    rows = joint.rows(runs, draws, 0.95, np.random.default_rng(1))
    return {(row["model"], row["term"]): row for row in rows}


def two_stage(runs):
    """A balanced design's exact answer: each language's line by OLS, then those on distance."""
    lines = []
    for i in range(len(runs.languages)):
        own = runs.language == i
        x = sm.add_constant(runs.log_n[own] - runs.log_n.mean())
        lines.append(sm.OLS(runs.f1[own], x).fit().params)
    z = sm.add_constant(runs.distance - runs.distance.mean())
    return [sm.OLS(np.array(lines)[:, i], z).fit() for i in range(2)]


def test_mixed_model_equals_the_two_stage_analysis_of_a_balanced_design():
    runs = runs_of()
    found = rows_of(runs)
    levels, slopes = two_stage(runs)
    for term, fit, i in [
        ("intercept", levels, 0),
        ("distance", levels, 1),
        ("log_n", slopes, 0),
        ("log_n:distance", slopes, 1),
    ]:
        row = found["mixed", term]
        assert row["estimate"] == pytest.approx(fit.params[i], abs=1e-4)
        assert row["se"] == pytest.approx(fit.bse[i], rel=0.02)
        low, high = fit.conf_int()[i]
        assert (row["low"], row["high"]) == pytest.approx((low, high), rel=0.05, abs=0.1)


def test_twin_is_ordinary_least_squares():
    runs = runs_of()
    found = rows_of(runs)
    centred = runs.log_n - runs.log_n.mean()
    distance = (runs.distance - runs.distance.mean())[runs.language]
    x = np.column_stack([np.ones_like(centred), centred, distance, centred * distance])
    ols = sm.OLS(runs.f1, x).fit(cov_type="cluster", cov_kwds={"groups": runs.language})
    for i, term in enumerate(joint.TERMS):
        row = found["ols_cluster", term]
        assert row["estimate"] == pytest.approx(ols.params[i])
        assert row["se"] == pytest.approx(ols.bse[i], rel=0.3)
        assert "agree" in row["verdict"] or "disagree" in row["verdict"]


def test_null_distance_effects_are_rejected_at_about_five_percent():
    rejected = []
    for seed in range(400):
        runs = runs_of(10, distance_effect=0.0, seed=seed)
        rng = np.random.default_rng(seed)
        rows = joint._cluster("m", joint.TERMS, runs, joint._design(runs), 200, 0.95, rng)
        rejected += [row["p"] <= 0.05 for row in rows if "distance" in row["term"]]
    assert 0.03 <= np.mean(rejected) <= 0.07


def test_languages_and_not_runs_are_the_sample():
    """With 12 runs a language, taking runs as the sample would give half of this error."""
    row = rows_of(runs_of(distance_effect=0.0))["mixed", "distance"]
    naive = sm.OLS(*_pooled(runs_of(distance_effect=0.0))).fit().bse[1]
    assert row["se"] > 2 * naive
    assert row["p"] > 0.05


def _pooled(runs):
    return runs.f1, sm.add_constant(runs.distance[runs.language])


def test_collapsed_variances_are_said():
    runs = runs_of(sd=0.0, slope_sd=0.0, seed=3)
    for i in range(len(runs.languages)):  # every language exactly on the line: nothing is left over
        own = runs.language == i
        runs.f1[own] += 60 - 30 * runs.distance[i] - runs.f1[own].mean()
    none = rows_of(runs)
    assert "random variance collapsed" in none["mixed", "distance"]["verdict"]
    assert "estimate" not in none["mixed", "distance"]
    assert "nothing to compare" in none["ols_cluster", "distance"]["verdict"]
    runs = runs_of(slope_sd=0.0, seed=3)
    for i in range(len(runs.languages)):  # every language's line with the very same slope
        own = runs.language == i
        x = runs.log_n[own] - runs.log_n[own].mean()
        runs.f1[own] += x * (2 - (x @ runs.f1[own]) / (x @ x))
    parallel = rows_of(runs)["mixed", "distance"]
    assert "slopes do not vary" in parallel["verdict"] and parallel["p"] < 0.05


def test_disagreement_is_said():
    clear = {"estimate": 2.0, "low": 1.0, "high": 3.0, "verdict": "ok"}
    unclear = {"estimate": 2.0, "low": -1.0, "high": 5.0, "verdict": "ok"}
    joint._compare([one := dict(clear)], [two := dict(unclear)])
    assert "disagree: only one interval" in one["verdict"] == two["verdict"]
    opposite = {"estimate": -2.0, "low": -3.0, "high": -1.0, "verdict": "ok"}
    joint._compare([one := dict(clear)], [opposite])
    assert "opposite signs" in one["verdict"]


def test_covariates_enter_when_there_are_languages_enough():
    rng = np.random.default_rng(0)
    covariates = {"fertility": rng.normal(2, 0.5, 14), "non_latin": np.repeat([0.0, 1.0], 7)}
    found = rows_of(runs_of(covariates=covariates))
    assert ("ols_cluster_covariates", "fertility (per sd)") in found
    few = rows_of(runs_of(8, covariates={k: v[:8] for k, v in covariates.items()}))
    assert few["ols_cluster_covariates", "all"]["verdict"].startswith("too few languages: 8")
    none = rows_of(runs_of(covariates={"fertility": np.ones(14)}))
    assert none["ols_cluster_covariates", "all"]["verdict"].startswith("not available")


def test_corpus_family_is_a_factor():
    runs = runs_of(families={"family b": np.repeat([0.0, 1.0], 7)}, sd=0.5, distance_effect=0.0)
    runs.f1[runs.language >= 7] -= 9.0
    row = rows_of(runs)["ols_cluster_family", "family b"]
    assert row["estimate"] == pytest.approx(-9, abs=1) and row["p"] < 0.01
    assert rows_of(runs_of())["ols_cluster_family", "all"]["verdict"].startswith("not available")


def test_too_few_languages():
    found = rows_of(runs_of(4))
    assert {row["verdict"] for row in found.values()} == {
        "not identifiable: 4 languages, the model needs 6"
    }
