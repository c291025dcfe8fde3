"""Laws over sentences and updates: known truths come back, and wrong laws are found out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import least_squares
from scipy.stats import t as student_t

from tests.analysis import made_surface as made
from xnerbench.analysis import scores
from xnerbench.analysis.inference import bootstrap
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface import decomposition, fitting, grid, rows, solver, worth
from xnerbench.analysis.surface.laws import LAWS, effective, named

SETTINGS = Settings(bootstrap=300)
SIZES, UPDATES = (np.array(v, float) for v in (made.SIZES, made.UPDATES))
GRID = grid.Grid(np.repeat(SIZES, len(UPDATES)), np.tile(UPDATES, len(SIZES)), 10, 75, made.BATCH)
INSIDE = {
    "log_linear": (0.2, 0.03, 0.05),
    "log_linear_interaction": (0.2, 0.03, 0.05, -0.004),
    "joint": (0.28, 0.32, 0.45, 0.17, 0.6),
    "joint_interaction": (0.25, 0.2, 0.7, 0.1, 0.5, 0.15),
    "constrained": (0.26, 0.6, 0.3, np.log(12)),
    "constrained_updates": (0.2, 0.4, 0.4, np.log(9), 0.15, 0.8),
}
"""Internal parameters in the middle of their ranges."""
TRUE = {
    "joint": {"E": 0.28, "A": 0.9, "a": 0.45, "B": 2.2, "b": 0.6},
    "constrained": {"E": 0.26, "A": 2.4, "a": 0.3, "R*": 12},
}


def surface_of(law, seed: int = 0, settings: Settings = SETTINGS, **options) -> grid.Surface:
    """The last surface of a made-up study: the mean over its languages where it has several."""
    scores = made.study(law, seed, **options)
    return grid.surfaces(bootstrap.draw(scores, None, settings), scores, settings)[-1]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_derivatives(law) -> None:
    theta = np.array(INSIDE[law.name])
    _, slopes = law.error(theta, GRID)
    for i in range(len(theta)):
        moved = np.zeros_like(theta)
        moved[i] = 1e-6
        above, below = (law.error(theta + sign * moved, GRID)[0] for sign in (1, -1))
        np.testing.assert_allclose(slopes[:, i], (above - below) / 2e-6, atol=1e-7)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_exact_data_give_the_parameters_back(law) -> None:
    theta = np.array(INSIDE[law.name])
    found, cost, converged = fitting.estimate(law, GRID, 1 - law.error(theta, GRID)[0])
    assert converged
    assert cost < 1e-14
    np.testing.assert_allclose(found, theta, rtol=2e-4)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_outer_parameters_are_the_formulas(law) -> None:
    """The printed parameters give the same errors in the formula as it is written."""
    theta = np.array(INSIDE[law.name])
    p = dict(zip(law.parameters, law.outer(theta, GRID), strict=True))
    n, u = GRID.n, GRID.u
    if law.name.startswith("log_linear"):
        error = 1 - p["c"] - p["k"] * np.log(n) - p["m"] * np.log(u)
        error -= p.get("q", 0) * np.log(n) * np.log(u)
    else:
        size = n
        if "R*" in p:
            seen = np.minimum(n, u * made.BATCH)
            passes = u * made.BATCH / seen - 1
            size = seen + seen * p["R*"] * (1 - np.exp(-passes / p["R*"]))
        error = p["E"] + p["A"] * size ** -p["a"]
        if "B" in p:
            error = error + p["B"] * u ** -p["b"]
        if "C" in p:
            error = error + p["C"] * n ** -p["a"] * u ** -p["b"]
    np.testing.assert_allclose(law.error(theta, GRID)[0], error, rtol=1e-12)


def test_repeated_text_is_worth_less_each_time() -> None:
    cells = GRID.at([100, 100, 100, 100], [3, 100 / 16, 200 / 16, 1e7])
    sizes = 10 * np.exp(effective(cells, np.array([5.0]))[0])
    # half a pass, one pass, one repetition, repeated for ever
    np.testing.assert_allclose(sizes, [48, 100, 100 + 500 * (1 - np.exp(-0.2)), 600], rtol=1e-9)


@pytest.mark.parametrize("name", ["joint", "constrained", "constrained_updates"])
def test_the_optimum_is_scipys(name: str) -> None:
    """Same loss, same bounds: no start of scipy's finds a smaller cost, and the best finds the same."""
    law, surface = named(name), surface_of(made.joint, seed=5, noise=2.0)
    target = solver.log_error(surface.mean)
    theta, cost, _ = fitting.estimate(law, surface.grid, surface.mean)
    costs = []
    for start in law.starts(surface.grid, np.exp(target))[::3]:
        own = least_squares(
            lambda t: np.log(law.error(t, surface.grid)[0]) - target,
            np.clip(start, np.array(law.lower) + 1e-3, np.array(law.upper) - 1e-3),
            bounds=(law.lower, law.upper),
            loss="huber",
            f_scale=solver.DELTA,
            xtol=1e-14,
            ftol=1e-14,
            gtol=1e-14,
            max_nfev=2000,
        )
        costs.append(own.cost)
    assert cost <= min(costs) * (1 + 1e-6)
    assert min(costs) <= cost * (1 + 1e-3)
    assert np.isfinite(theta).all()


@pytest.mark.parametrize(
    ("truth", "wrong"),
    [
        ("joint", ("log_linear", "log_linear_interaction", "constrained")),
        ("constrained", ("log_linear", "log_linear_interaction", "joint")),
        ("log_linear", ("joint", "constrained")),
    ],
)
def test_a_wrong_law_loses_on_the_corners_it_has_not_seen(truth: str, wrong: tuple) -> None:
    found = fitting.fit_surface(surface_of(getattr(made, truth), seed=1, noise=0.3))
    assert found.chosen is not None
    assert found.chosen.law.name == truth
    errors = {fit.law.name: found.error(fit) for fit in found.fits}
    assert errors[truth] < 0.5
    assert all(not errors[name] <= errors[truth] + fitting.CLOSE for name in wrong)


@pytest.mark.parametrize("truth", TRUE)
def test_intervals_hold_the_truth(truth: str) -> None:
    """40 studies: 95 % intervals of parameters and of the law beyond the grid, 84 to 100 % of the time."""
    law, held, told = named(truth), [], 0
    cells = GRID.at([6400, 3200], [1200, 2400])
    beyond = [100 * (1 - getattr(made, truth)(n, u)) for n, u in zip(cells.n, cells.u, strict=True)]
    for seed in range(40):
        surface = surface_of(getattr(made, truth), seed=100 + seed)
        [fit] = fitting.fit_surface(surface, (law,)).fits
        told += fit.identifiable
        if fit.identifiable:
            found = [*law.outer(fit.draws, surface.grid).T, *fit.f1_draws(cells).T]
            ends = [np.quantile(draws, [0.025, 0.975]) for draws in found]
            aims = [*TRUE[truth].values(), *beyond]
            held.append([low <= aim <= high for (low, high), aim in zip(ends, aims, strict=True)])
    assert told == 40
    assert (np.mean(held, axis=0) >= 0.84).all()
    assert np.mean(held) >= 0.9


def test_a_law_is_not_judged_where_the_cells_left_do_not_determine_it() -> None:
    """With three u, two are left without the largest: E + B u^-b has three unknowns for two numbers."""
    three = fitting.fit_surface(surface_of(made.joint))
    joint = next(fit for fit in three.fits if fit.law.name == "joint")
    assert np.isfinite(joint.corners["n"]) and np.isfinite(joint.corners["cell"])
    assert np.isnan(joint.corners["u"]) and np.isnan(joint.corners["both"])
    assert three.judged == ("n", "cell")
    four = fitting.fit_surface(surface_of(made.joint, updates=(75, 150, 300, 1200)))
    assert four.judged == fitting.CORNERS


def test_budgets_name_their_updates_and_others_are_counted() -> None:
    frame = made.frame(made.joint, np.random.default_rng(0))
    steps = frame.assign(
        steps=frame["budget"].str[1:].astype(int),
        budget=frame["budget"].map({"u75": "epochs", "u300": "steps", "u1200": "more"}),
    )
    settings = Settings(bootstrap=100)
    found = []
    for own in (frame, steps):
        scores = made.scores.validate(own, "made up")
        [surface] = grid.surfaces(bootstrap.draw(scores, None, settings), scores, settings)
        found.append(surface)
    np.testing.assert_array_equal(found[0].grid.u, found[1].grid.u)
    np.testing.assert_allclose(found[0].mean, found[1].mean)
    assert found[0].is_full


def test_without_a_grid_there_is_no_surface() -> None:
    scores = made.study(made.joint, 0, updates=(300,))
    assert grid.surfaces(bootstrap.draw(scores, None, SETTINGS), scores, SETTINGS) == []


def test_both_orders_of_every_pair() -> None:
    targets = ("nld", "deu", "spa", "fra", "ita", "por")
    surface = surface_of(made.constrained, targets=targets, between=3.0)
    assert surface.target == ALL
    table = decomposition.rows(surface, SETTINGS)
    assert len(table) == 2 * 21 * 3  # orders, pairs of seven sizes, pairs of three updates
    for first, second in zip(table[::2], table[1::2], strict=True):
        assert (first["order"], second["order"]) == decomposition.ORDERS
        assert first["rise"] == second["rise"]
        for row in (first, second):
            assert row["by_text"] + row["by_updates"] == pytest.approx(row["rise"])
    at = {point: 100 * surface.mean[i] for point, i in surface.points.items()}
    wide = next(r for r in table if r["n_to"] == 3200 and r["updates_to"] == 1200
                and r["n_from"] == 10 and r["updates_from"] == 75)  # fmt: skip
    assert wide["by_text"] == pytest.approx(at[3200, 75] - at[10, 75])
    assert wide["by_updates"] == pytest.approx(at[3200, 1200] - at[3200, 75])
    assert wide["rise_low"] < wide["rise"] < wide["rise_high"]


def test_a_share_is_not_told_where_there_may_be_no_rise() -> None:
    table = decomposition.rows(surface_of(lambda n, u: 0.5), SETTINGS)
    assert len(table) == 2
    assert all("share" not in row and "no rise" in row["verdict"] for row in table)


def test_updates_are_bought_where_text_has_given_all_it_has() -> None:
    def error(n: float, u: float) -> float:
        return 0.3 + 0.4 * (u / 75) ** -0.5 + 0.2 * (n / 10) ** -2.0

    surface = surface_of(error, noise=0.2)
    table = worth.rows(fitting.fit_surface(surface), SETTINGS)
    measured = {r["quantity"]: r for r in table if r["law"] == worth.MEASURED and r["n"] == 3200}
    assert measured["doubling_n"]["high"] < worth.LITTLE
    assert measured["doubling_u"]["low"] > worth.LITTLE
    assert measured["doubling_n - doubling_u"]["high"] < 0
    step = 100 * (error(3200, 300) - error(3200, 1200)) / 2
    assert measured["doubling_u"]["value"] == pytest.approx(step, abs=0.3)
    assert measured["stops_at_u"]["verdict"].startswith("still gaining")


def test_where_updates_stop_to_help() -> None:
    """By the law, doubling u from 75 t adds 40 (t^-2 - (2 t)^-2) F1: half a point at t = sqrt 60."""
    surface = surface_of(
        lambda n, u: 0.2 + 0.4 * (u / 75) ** -2.0 + 0.3 * (n / 10) ** -0.4,
        noise=0.1,
        updates=(75, 150, 300, 600, 1200),
    )
    table = worth.rows(fitting.fit_surface(surface), SETTINGS)
    stops = {(r["law"], r["n"]): r for r in table if r["quantity"] == "stops_at_u"}
    by_law = next(row for (law, n), row in stops.items() if law != worth.MEASURED and n == 550)
    assert by_law["value"] == pytest.approx(75 * np.sqrt(60), rel=0.02)
    assert by_law["low"] <= 75 * np.sqrt(60) <= by_law["high"]
    assert stops[worth.MEASURED, 550]["value"] == 600  # the last step worth it is 300 to 600


def test_a_parameter_on_its_bound_has_no_number() -> None:
    surface = surface_of(lambda n, u: 0.9 * (n / 10) ** -0.3 + 0.02 * (u / 75) ** -0.4, noise=0.1)
    table = rows.laws(fitting.fit_surface(surface), SETTINGS)
    joint = next(row for row in table if row["law"] == "joint")
    assert joint["p1_name"] == "E"
    assert "p1" not in joint
    assert "E" in joint["verdict"]
    assert joint["p3"] == pytest.approx(0.3, abs=0.03)


def test_one_seed_without_counts_has_no_interval() -> None:
    surface = surface_of(made.joint, seeds=1)
    found = fitting.fit_surface(surface)
    assert not surface.moves
    for row in [*rows.laws(found, SETTINGS), *worth.rows(found, SETTINGS)]:
        assert row.get("p1_low") is None
        assert row.get("low") is None
    assert all("rise_low" not in row for row in decomposition.rows(surface, SETTINGS))


def test_cells_against_each_other_do_not_carry_the_languages_levels() -> None:
    """The interval is the one of Morey (2008) by its formula, and the teacher's F1 is that of the same languages."""
    targets = ("nld", "fra", "fin", "tur", "ind", "hin", "swa", "hau", "hun", "yor")
    rng = np.random.default_rng(5)
    students = made.frame(made.joint, rng, targets=targets, seeds=1, noise=1.0, between=8.0)
    direct = pd.DataFrame(
        {"method": "direct", "sources": "eng", "target": targets, "n": 0, "budget": "", "seed": 0,
         "f1": rng.uniform(30, 60, len(targets))}
    )  # fmt: skip
    settings = Settings(bootstrap=4000)
    checked = scores.validate(pd.concat([students, direct]), "made up")
    surface = grid.surfaces(bootstrap.draw(checked, None, settings), checked, settings)[-1]
    found = pd.DataFrame(
        rows.points(fitting.fit_surface(surface, (named("joint"),)), settings, lattice=False)
    )
    cells = students.assign(u=students["budget"].str[1:].astype(int))
    cells = cells.pivot_table(index="target", columns=["n", "u"], values="f1")
    own = cells.sub(cells.mean(axis=1), axis=0)
    factor = np.sqrt(cells.shape[1] / (cells.shape[1] - 1) / len(targets))
    half = student_t.ppf(0.975, len(targets) - 1) * own.std(ddof=1) * factor
    drawn = (found["high_own"] - found["low_own"]) / 2
    np.testing.assert_allclose(drawn, half, rtol=0.15)
    assert drawn.mean() * 4 < ((found["high"] - found["low"]) / 2).mean()
    np.testing.assert_allclose(found["teacher_f1"], direct["f1"].mean())


def test_without_its_teacher_a_surface_says_no_teachers_f1() -> None:
    surface = surface_of(made.joint)
    assert all(
        "teacher_f1" not in row
        for row in rows.points(fitting.fit_surface(surface), SETTINGS, lattice=False)
    )
