"""F1 without labels: forms, the choice of signals, and intervals whose truth is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.regression.quantile_regression import QuantReg

from xnerbench.analysis.confidence import (
    calibrating,
    carrying,
    conformal,
    forms,
    groups,
    rows,
    stored,
)
from xnerbench.analysis.confidence.panel import SIGNALS, Panel, expit, logit, scaled
from xnerbench.analysis.confidence.rows import Outcome
from xnerbench.errors import InputError

# Families of the reference study: two hold most languages, in several branches each.
SIZES = {"ie": (5, 5, 4, 2, 1), "ac": (7, 6, 3), "af": (1, 1), **{f"f{i}": (1,) for i in range(9)}}
FAMILIES = [name for name, own in SIZES.items() for size in own for _ in range(size)]
BRANCHES = [
    f"{name}/{i}" for name, own in SIZES.items() for i, size in enumerate(own) for _ in range(size)
]


def panel(
    rng: np.random.Generator,
    correlation: float,
    families: Sequence[str] = FAMILIES,
    branches: Sequence[str] = BRANCHES,
    noise: float = 0.4,
) -> Panel:
    """Languages whose confidence tells their F1 but for an error that relatives share."""
    n = len(families)
    of_family = {name: rng.normal() for name in dict.fromkeys(families)}
    of_branch = {name: rng.normal() for name in dict.fromkeys(branches)}
    shared = np.array(
        [
            (of_family[f] + of_branch[b]) / np.sqrt(2)
            for f, b in zip(families, branches, strict=True)
        ]
    )
    error = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.normal(size=n)
    z = rng.normal(0.5, 1.0, n)
    signals = {
        "begin_confident": expit(z),
        "begin_mean": expit(rng.normal(size=n)),
        "confident": expit(rng.normal(size=n)),
        "entropy": np.exp(rng.normal(size=n)),
        "entity_rate": expit(rng.normal(size=n)),
    }
    f1 = 100 * expit(0.2 + 0.8 * z + noise * error)
    return Panel(tuple(f"l{i}" for i in range(n)), tuple(families), tuple(branches), signals, f1)


def test_what_tells_is_chosen_and_what_does_not_is_left_out() -> None:
    own = panel(np.random.default_rng(0), 0.0, noise=0.1)
    found = calibrating.calibrate(own, 0.95)
    assert found.chosen.signals == ("begin_confident",)
    assert found.form.name == "linear"
    assert found.form.values[1] == pytest.approx(0.8, abs=0.05)
    assert found.error < 3
    by_signals = {one.signals: one for one in found.candidates if one.form != "isotonic"}
    assert by_signals[()].error > 5 * found.error
    assert by_signals[("begin_mean",)].error > 3 * found.error


def test_a_second_signal_is_taken_where_it_lowers_the_error() -> None:
    own = panel(np.random.default_rng(1), 0.0, noise=0.02)
    second = own.signals["entropy"]
    f1 = 100 * expit(logit(own.f1 / 100) - 0.7 * np.log(second))
    found = calibrating.calibrate(
        Panel(own.targets, own.families, own.branches, own.signals, f1), 0.95
    )
    assert set(found.chosen.signals) == {"begin_confident", "entropy"}


def test_isotonic_never_falls_and_wins_on_a_step() -> None:
    own = panel(np.random.default_rng(2), 0.0)
    x = own.signals["begin_confident"]
    f1 = np.where(x > np.median(x), 80.0, 20.0)
    stepped = Panel(own.targets, own.families, own.branches, own.signals, f1)
    found = calibrating.calibrate(stepped, 0.9)
    assert found.form.name == "isotonic"
    at = found.form.f1(np.linspace(-5, 5, 100)[:, None])
    assert (np.diff(at) >= 0).all()


@pytest.mark.parametrize("predictors", [1, 2])
def test_the_line_is_that_of_median_regression(predictors: int) -> None:
    """Against statsmodels' QuantReg, with outliers, for several choices of the points at once."""
    rng = np.random.default_rng(predictors)
    z = rng.normal(size=(43, predictors))
    y = 0.5 + z.sum(axis=1) + 0.3 * rng.standard_t(1.5, size=43)
    kept = np.array([np.arange(43) % 5 != left for left in range(5)])
    found = forms.least_absolute(z, y, kept)
    for own, values in zip(kept, found, strict=True):
        theirs = QuantReg(y[own], sm.add_constant(z[own])).fit(q=0.5, max_iter=5000)
        sums = [
            np.abs(y[own] - np.column_stack([np.ones(own.sum()), z[own]]) @ fitted).sum()
            for fitted in (values, theirs.params)
        ]
        assert sums[0] <= sums[1] + 0.01  # of two fits as good, either
        assert values == pytest.approx(theirs.params, abs=0.05)


def test_a_corpus_with_rules_of_its_own_moves_the_line_little() -> None:
    own = panel(np.random.default_rng(5), 0.0, noise=0.05)
    f1 = own.f1.copy()
    f1[0] = 2.0
    spoiled = Panel(own.targets, own.families, own.branches, own.signals, f1)
    z = own.matrix(["begin_confident"])
    lines = [
        forms.fit("linear", ["begin_confident"], z, one.f1).f1(z)[1:] for one in (own, spoiled)
    ]
    assert np.abs(lines[0] - lines[1]).max() < 1


def test_no_language_is_predicted_with_its_family() -> None:
    """A family of its own kind spoils every fit but that of its own languages."""
    own = panel(np.random.default_rng(3), 0.0, noise=0.05)
    alone = np.array(own.families) == "f0"
    spoiled = Panel(
        own.targets, own.families, own.branches, own.signals, np.where(alone, 5.0, own.f1)
    )
    clean = calibrating.calibrate(own, 0.95).honest[alone]
    assert calibrating.calibrate(spoiled, 0.95).honest[alone] == pytest.approx(clean)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_intervals_hold_a_language_of_a_new_family(correlation: float) -> None:
    """95 % intervals cover 92 to 98 % of languages of a family of their own, whatever relatives share."""
    rng = np.random.default_rng(int(10 * correlation))
    held = []
    for _ in range(500):
        own = panel(rng, correlation, [*FAMILIES, "new"], [*BRANCHES, "new"])
        z, y = own.matrix(["begin_confident"]), logit(own.f1 / 100)
        left = forms.left_out(
            Panel(own.targets[:-1], own.families[:-1], own.branches[:-1],
                  {k: v[:-1] for k, v in own.signals.items()}, own.f1[:-1]),
            "linear", ["begin_confident"], own.families[:-1],
        )  # fmt: skip
        half = conformal.half_width(left - y[:-1], own.branches[:-1], 0.95)
        fitted = forms.fit("linear", ["begin_confident"], z[:-1], own.f1[:-1])
        held.append(abs(fitted.logit_f1(z[-1:])[0] - y[-1]) <= half)
    assert 0.92 <= np.mean(held) <= 0.98


def test_blocks_weigh_the_same_whatever_their_size() -> None:
    errors = np.array([1.0] * 90 + [5.0])
    blocks = ["large"] * 90 + ["small"]
    assert conformal.half_width(errors, blocks, 0.5) == 5.0
    assert conformal.half_width(errors, blocks, 0.3) == 1.0
    assert (
        conformal.half_width(errors, blocks, 0.95) == np.inf
    )  # two blocks bear two thirds at most
    assert conformal.level(blocks, 0.95) == 0.66
    assert conformal.around(0.0, np.inf) == (0.0, 100.0)


def carried(gains: np.ndarray, own: Panel) -> carrying.Carried:
    direct = dict(zip(own.targets, (own.f1 - gains).tolist(), strict=True))
    found = carrying.carry(own, direct, 0.95)
    assert found is not None
    return found


def test_a_measured_direct_transfer_is_carried_forward_with_a_gain_only_where_that_pays() -> None:
    rng = np.random.default_rng(4)
    own = panel(rng, 0.0)
    count = len(own.f1)
    same = carried(np.full(count, 1.5), own)
    assert (same.gain.form, same.gain.intercept) == ("mean", pytest.approx(1.5))
    assert same.error == pytest.approx(0, abs=1e-9) and same.errors["measured"] == pytest.approx(
        1.5
    )
    noise = carried(rng.normal(0.0, 1.0, count), own)
    assert noise.gain == carrying.Gain("measured", 0.0)
    assert noise.error == noise.errors["measured"]
    assert noise.mean != 0 and same.mean == pytest.approx(1.5)
    # Students that gain more where direct transfer is low: f1 - gain = d, gain = 8 - d / 10.
    direct = (own.f1 - 8) / 0.9
    line = carried(8 - direct / 10, own)
    assert line.gain.form == "direct"
    assert (line.gain.intercept, line.gain.slope) == (pytest.approx(8), pytest.approx(-0.1))
    z = own.matrix([carrying.SIGNAL])[:, 0]
    assert carried(4 * z, own).gain.form == "confidence"
    assert carrying.carry(own, {}, 0.95) is None


def test_the_error_of_a_choice_counts_the_choice() -> None:
    """Chosen and fitted without the family that it is tried on: one wild family cannot choose for itself."""
    rng = np.random.default_rng(5)
    own = panel(rng, 0.0)
    gains = rng.normal(0.0, 0.1, len(own.f1))
    wild = np.array(own.families) == own.families[0]
    gains[wild] += 9.0
    found = carried(gains, own)
    assert found.gain.form in ("measured", "median")
    assert found.error >= found.errors[found.gain.form] - 1e-9
    assert found.half >= 8.0 or found.level < 0.95


def test_a_calibration_reads_back_and_refuses_other_teachers(tmp_path: Path) -> None:
    found = calibrating.calibrate(panel(np.random.default_rng(5), 0.0), 0.95)
    told = {
        "study": "made",
        "made_with": {"encoder": "e", "recipe": "r", "labels": ["PER"]},
        "teachers": {"eng": "text"},
        "versions": {},
    }
    outcome = Outcome("direct", "eng", "none", 0)
    path = tmp_path / "calibration.json"
    stored.write(path, told, [stored.entry_of(outcome, found, None)])
    again = stored.read(path)
    own = again.entry("direct", "eng")
    assert own is not None
    signals = {
        "begin_confident": 0.7,
        "mean": 0.8,
        "median": 0.8,
        "entropy": 0.4,
        "entity_rate": 0.1,
    }
    z = np.array([logit(np.array(0.7))]) if own.signals == ("begin_confident",) else None
    assert z is not None
    assert own.predict(signals) == pytest.approx(found.predict(z), abs=1e-3)
    assert own.outside({"begin_confident": 0.999}) == "above"
    assert again.entry("ts", "eng", "steps", 100) is None
    again.check({"encoder": "e", "recipe": "r"}, "it")
    for other, why in (
        ({"encoder": "x", "recipe": "r"}, "another encoder"),
        ({"encoder": "e", "recipe": "x"}, "another recipe"),
    ):
        with pytest.raises(InputError, match=why):
            again.check(other, "it")
    with pytest.raises(InputError, match="no calibration"):
        stored.read(tmp_path / "none.json")
    path.write_text('{"format": 99}')
    with pytest.raises(InputError, match="of this version"):
        stored.read(path)


def test_errors_by_group_are_those_of_the_left_out_predictions() -> None:
    own = panel(np.random.default_rng(3), 0.5)
    found = calibrating.calibrate(own, 0.95)
    about = [
        {"target": target, "script": "Latin" if i % 3 else "Geez", "split_share": 0.3 + 0.01 * i}
        for i, target in enumerate(own.targets)
    ]
    study = SimpleNamespace(
        calibrations={Outcome("direct", "eng", "none", 0): found},
        languages=SimpleNamespace(covariates=about),
    )
    by = {(row["by"], row["group"]): row for row in groups.rows(study)}  # type: ignore[arg-type]
    off = 100 * expit(found.honest) - own.f1
    geez = np.arange(len(off)) % 3 == 0
    assert by["script", "other"]["error"] == pytest.approx(np.abs(off[geez]).mean())
    assert by["script", "other"]["bias"] == pytest.approx(off[geez].mean())
    assert by["script", "other"]["others"] == by["script", "Latin"]["error"]
    assert by["split words", "up to 45 %"]["n_languages"] == 16  # 0.45 is not over it
    family = np.array(own.families) == "ac"
    assert by["language family", "ac"]["error"] == pytest.approx(np.abs(off[family]).mean())
    assert not any(name == "corpus family" for name, _ in by)  # nothing is known of the corpora
    whole = sum(
        row["error"] * row["n_languages"] for (name, _), row in by.items() if name == "script"
    )
    assert whole / len(off) == pytest.approx(found.error)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_comes_back_from_the_scale_that_it_is_fitted_on(name: str) -> None:
    value = 1.4 if name.endswith("entropy") else 0.3
    assert rows.unscaled(name, float(scaled(name, np.array(value)))) == pytest.approx(value)


def test_what_is_read_off_several_signals_is_drawn_over_what_they_let_expect() -> None:
    own = panel(np.random.default_rng(6), 0.0, noise=0.3)
    one = calibrating.calibrate(own, 0.95)
    two = dataclasses.replace(
        one, chosen=dataclasses.replace(one.chosen, signals=("begin_mean", "entity_rate"))
    )
    outcome = Outcome("direct", "eng", "none", 0)
    drawn = rows.lines(SimpleNamespace(calibrations={outcome: two}))  # type: ignore[arg-type]
    assert {row["signal"] for row in drawn} == {"expected"}
    assert [row["x"] for row in drawn] == [row["f1"] for row in drawn]
    expected = 100 * expit(two.honest)
    assert drawn[0]["x"] == pytest.approx(expected.min())
    assert drawn[-1]["x"] == pytest.approx(expected.max())
    assert all(row["low"] < row["f1"] < row["high"] for row in drawn)
    alone = rows.lines(SimpleNamespace(calibrations={outcome: one}))  # type: ignore[arg-type]
    assert {row["signal"] for row in alone} == {one.chosen.signals[0]}
