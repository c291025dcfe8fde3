import numpy as np
import pytest
from scipy.optimize import curve_fit, least_squares

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.curves import choosing, fitting, forms, solver
from xnerbench.analysis.curves import series as curve_series
from xnerbench.analysis.inference import bootstrap
from xnerbench.analysis.settings import Settings

SIZES = np.array(known_truth.SIZES, float)


def series_of(runs, sizes=SIZES, n_draws=100, sd=0.004):
    runs = np.asarray(runs, float)
    mean = np.nanmean(runs, axis=1)
    draws = mean + np.random.default_rng(5).normal(0, sd, (n_draws, len(mean)))
    return curve_series.Series("ts", "eng", "deu", "steps", np.asarray(sizes, float), runs, draws)


def noisy(form, outer_theta, n_seeds=3, sd=0.006, sizes=SIZES):
    rng = np.random.default_rng(2)
    u = np.log(sizes / sizes[0])
    value = form.value(np.array(outer_theta), u)
    return value[:, None] + rng.normal(0, sd, (len(sizes), n_seeds))


TRUTHS = {
    "constant": (0.4,),
    "log-linear": (0.5, 0.05),
    "power": (0.6, 0.2),
    "power+floor": (0.2, 0.3, 0.5),
    "saturating": (0.8, -0.5, 0.8),
}


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_jacobians_are_the_derivatives(form):
    theta, u = np.array(TRUTHS[form.name]), np.linspace(0, 5, 7)
    for i in range(len(theta)):
        h = 1e-6 * np.eye(len(theta))[i]
        slope = (form.value(theta + h, u) - form.value(theta - h, u)) / 2e-6
        assert form.jacobian(theta, u)[:, i] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("form", forms.FORMS[1:], ids=lambda form: form.name)
def test_outer_parameters_are_the_formulas(form):
    theta, n_ref = np.array(TRUTHS[form.name]), 25.0
    p, n = form.outer(theta, np.log(n_ref)), SIZES
    formula = {
        "log-linear": lambda: p[0] + p[1] * np.log(n),
        "power": lambda: 1 - p[0] * n ** -p[1],
        "power+floor": lambda: 1 - p[0] - p[1] * n ** -p[2],
        "saturating": lambda: p[0] / (1 + (p[1] / n) ** p[2]),
    }[form.name]()
    assert form.value(theta, np.log(n / n_ref)) == pytest.approx(formula)
    middle = form.value(theta, np.array([2.0]))[0]
    assert form.inverse(theta, middle) == pytest.approx(2.0)


@pytest.mark.parametrize("form", forms.FORMS[1:], ids=lambda form: form.name)
def test_same_optimum_as_curve_fit(form):
    runs = noisy(form, TRUTHS[form.name])
    series = series_of(runs)
    fit = fitting.fit(series).fits[forms.FORMS.index(form)]
    u, mean = series.u(SIZES), runs.mean(1)
    theta, _ = curve_fit(
        lambda u, *theta: form.value(np.array(theta), u),
        u,
        mean,
        p0=TRUTHS[form.name],
        bounds=(form.lower, form.upper),
        method="trf",
        loss="soft_l1",
        f_scale=solver.F_SCALE,
        xtol=1e-13,
        ftol=1e-13,
        gtol=1e-13,
    )
    assert fit.theta == pytest.approx(theta, rel=1e-5, abs=1e-7)
    assert fit.verdict == "ok"


def test_standard_errors_are_ordinary_least_squares_over_runs():
    import statsmodels.api as sm

    runs = noisy(forms.LOG_LINEAR, TRUTHS["log-linear"], sd=0.001)  # small: the loss is squared
    fit = fitting.fit(series_of(runs)).fits[1]
    x = sm.add_constant(np.repeat(np.log(SIZES), 3))
    ols = sm.OLS(runs.ravel(), x).fit()
    assert fit.outer == pytest.approx(ols.params, rel=1e-3)
    assert fit.se == pytest.approx(ols.bse, rel=1e-3)
    k, n = 3, len(x)
    aicc = n * np.log((ols.resid**2).mean()) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    assert fit.aicc == pytest.approx(aicc, rel=1e-4)


@pytest.mark.parametrize("form", forms.FORMS[1:], ids=lambda form: form.name)
def test_batched_refits_equal_scipys(form):
    series = series_of(noisy(form, TRUTHS[form.name]), n_draws=25, sd=0.02)
    fit = fitting.fit(series).fits[forms.FORMS.index(form)]
    found = fitting.refit(form, series, fit.theta)
    u = series.u(SIZES)
    for theta, draw in zip(found, series.draws, strict=True):
        scipys = least_squares(
            lambda theta, draw=draw: form.value(theta, u) - draw,
            form.inside(fit.theta),
            bounds=(form.lower, form.upper),
            loss="soft_l1",
            f_scale=solver.F_SCALE,
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-12,
            max_nfev=2000,
        )
        own = solver.cost(form.value(theta, u) - draw)
        assert own <= scipys.cost * (1 + 1e-4) + 1e-12  # never a worse optimum than scipy's


@pytest.mark.parametrize("name", ["log-linear", "power+floor"])
def test_the_true_form_is_found(name):
    form = forms.BY_NAME[name]
    curve = fitting.fit(series_of(noisy(form, TRUTHS[name], n_seeds=5, sd=0.002)))
    assert curve.chosen.form is form
    assert curve.chosen.theta == pytest.approx(TRUTHS[name], rel=0.1)


def test_the_left_out_size_is_predicted_without_it():
    runs = noisy(forms.LOG_LINEAR, TRUTHS["log-linear"])
    fit = fitting.fit(series_of(runs)).fits[1]
    changed = runs.copy()
    changed[-1] += 0.2
    assert fitting.fit(series_of(changed)).fits[1].heldout == fit.heldout
    slope, intercept = np.polyfit(np.log(SIZES[:-1]), runs.mean(1)[:-1], 1)
    expected = intercept + slope * np.log(SIZES[-1])
    assert fit.heldout == pytest.approx(expected, abs=2e-3)


def test_akaike_weights_share_out_the_draws():
    weights = fitting.akaike_weights(np.array([10.0, 12.0, 40.0]))
    assert weights[2] == 0 and weights.sum() == pytest.approx(1)
    assert weights[0] / weights[1] == pytest.approx(np.e)
    curve = fitting.fit(series_of(noisy(forms.POWER_FLOOR, TRUTHS["power+floor"])))
    assert sum(len(part.theta) for part in curve.parts) == 100
    assert curve.f1_draws(SIZES).shape == (100, len(SIZES))


def test_the_form_would_be_chosen_in_so_many_draws():
    """By hand for every draw: each form fitted to it by scipy, and the smallest AICc counted."""
    runs = noisy(forms.POWER_FLOOR, TRUTHS["power+floor"], sd=0.01)
    curve = fitting.fit(series_of(runs, n_draws=40, sd=0.01))
    (found,) = choosing.frequencies([curve])
    series = curve.series
    u, around = series.u(SIZES), ((runs - runs.mean(1)[:, None]) ** 2).sum()
    counted = dict.fromkeys(found, 0)
    for draw in series.draws:
        criteria = {}
        for fit in curve.fits:
            if fit.form.name in found:
                theta, _ = fitting._polish(fit.form, u, draw, np.ones(len(u)), fit.theta)
                squares = around + runs.shape[1] * ((fit.form.value(theta, u) - draw) ** 2).sum()
                n, k = runs.size, len(theta) + 1
                criteria[fit.form.name] = n * np.log(squares / n) + 2 * k * n / (n - k - 1)
        counted[min(criteria, key=criteria.get)] += 1
    assert 0 < found["power+floor"] < 1  # else the draws say nothing
    for name, share in found.items():
        assert share == pytest.approx(counted[name] / 40, abs=0.051), name


@pytest.mark.parametrize(
    ("runs", "sizes", "expected"),
    [
        (np.full((2, 3), 0.5), SIZES[:2], "too few sizes"),
        (np.full((6, 3), 0.5), SIZES[:6], "on its bound"),
        (np.zeros((6, 3)), SIZES[:6], "on its bound"),
        (np.linspace(0.7, 0.5, 6)[:, None] * np.ones(3), SIZES[:6], "on its bound"),
    ],
    ids=["two sizes", "flat", "all zeros", "falling"],
)
def test_what_cannot_be_identified_is_not_printed(runs, sizes, expected):
    curve = fitting.fit(series_of(runs, sizes))
    verdicts = {fit.form.name: fit.verdict for fit in curve.fits}
    assert expected in verdicts["power+floor"]
    assert not curve.fits[3].identifiable
    assert curve.chosen is not None
    assert np.isfinite(curve.f1(SIZES[:2])).all()


def test_one_seed_and_missing_runs():
    runs = noisy(forms.POWER_FLOOR, TRUTHS["power+floor"], n_seeds=3)
    runs[0, 1] = runs[2, 0] = np.nan
    assert fitting.fit(series_of(runs)).chosen is not None
    for sizes in (4, 5):
        alone = fitting.fit(series_of(runs[:sizes, 2:], SIZES[:sizes]))
        assert "AICc undefined" in alone.fits[1 if sizes == 4 else 3].verdict
        assert alone.fits[0].identifiable and np.isfinite(alone.fits[0].aicc)
        assert (
            alone.chosen is None
        )  # a flat line would have the smallest AICc, through a rise of 30 points
        (shares,) = choosing.frequencies([alone])
        assert shares == {}


def test_series_come_from_draws_without_direct_transfer():
    frame = known_truth.scores(known_truth.power_floor)
    draws = bootstrap.draw(scores.validate(frame, "x"), None, Settings(bootstrap=100))["deu"]
    (series,) = curve_series.series_of(draws)
    assert list(series.sizes) == list(known_truth.SIZES)
    assert series.draws.shape == (100, len(known_truth.SIZES))
    own = frame[(frame["method"] == "ts") & (frame["n"] == 25)]["f1"].mean()
    assert 100 * series.mean[0] == pytest.approx(own)
