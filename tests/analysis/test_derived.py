import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.curves import derived, fitting, forms
from xnerbench.analysis.curves.series import series_of
from xnerbench.analysis.inference import bootstrap
from xnerbench.analysis.planning import goals
from xnerbench.analysis.settings import Settings


def rows_of(frame, *, method="ts", bootstrap_draws=300, extrapolate=10.0):
    settings = Settings(bootstrap=bootstrap_draws, extrapolate=extrapolate)
    draws = bootstrap.draw(scores.validate(frame, "x"), None, settings)["deu"]
    fitted = {s.method: fitting.fit(s) for s in series_of(draws)}
    found = derived.rows(fitted[method], draws, fitted.get("supervised"), settings)
    return {(row["quantity"], row["at_n"]): row for row in found}


def quiet(curve, **options):
    return known_truth.scores(curve, noise=0.02, shared=0.02, **options)


def test_values_of_an_exact_curve():
    found = rows_of(quiet(known_truth.power_floor))
    assert found["f_inf", None]["value"] == pytest.approx(80, abs=0.1)
    assert found["gain_inf", None]["value"] == pytest.approx(10, abs=0.1)
    assert found["rate", None]["value"] == pytest.approx(0.5, abs=0.01)
    assert found["break_even", None]["value"] == pytest.approx(196, rel=0.02)  # 140 n^-.5 = 10
    assert found["n95", None]["verdict"].startswith(
        "not shown within the range: 79.5 is beyond"
    )  # 78,400
    assert found["f1_10x", 32000]["value"] == pytest.approx(80 - 140 / 32000**0.5, abs=0.1)
    assert "extrapolation" in found["f1_10x", 32000]["verdict"]
    assert found["gain", 25]["value"] == pytest.approx(52 - 70, abs=0.1)
    for row in found.values():
        if row.get("value") is not None:
            assert row["low"] <= row["value"] <= (row["high"] or np.inf)


def test_n95_is_where_95_percent_of_the_gain_is_reached():
    found = rows_of(quiet(lambda n: 80 - 300 * n**-1.0, direct=60.0))
    assert found["n95", None]["value"] == pytest.approx(300, rel=0.05)  # 80 - 1


def test_a_student_that_never_overtakes_its_teacher():
    found = rows_of(quiet(known_truth.power_floor, direct=85.0))
    assert found["break_even", None]["verdict"].startswith(
        "not shown within the range: the fitted limit 80.0 is below 85"
    )
    assert "value" not in found["break_even", None]
    assert found["n95", None]["verdict"].startswith("not shown within the range: the fitted limit")
    assert found["gain_inf", None]["value"] == pytest.approx(-5, abs=0.2)


def test_a_student_that_starts_above_its_teacher():
    found = rows_of(quiet(known_truth.power_floor, direct=40.0))
    assert found["break_even", None]["value"] == 25
    assert "at or before the smallest size" in found["break_even", None]["verdict"]


def test_break_even_beyond_the_sizes_is_an_extrapolation_or_never():
    frame = quiet(lambda n: 50 + 3 * np.log(n), direct=80.0)
    assert "extrapolation" in rows_of(frame)["break_even", None]["verdict"]
    near = rows_of(frame, extrapolate=2.0)["break_even", None]
    assert near["verdict"].startswith("not shown within the range: 80.0 is beyond 2 x")


def test_open_upper_ends_are_words():
    frame = known_truth.scores(known_truth.power_floor, direct=79.0, noise=1.5, shared=1.0)
    row = rows_of(frame)["break_even", None]
    assert "not shown in" in row["verdict"] or "reached in" in row["verdict"]
    assert row.get("high") is None


def test_without_direct_transfer_it_is_said():
    found = rows_of(quiet(known_truth.power_floor, direct=None))
    for quantity in ("gain_inf", "n95", "break_even"):
        assert found[quantity, None]["verdict"].startswith("not available: no direct transfer")
    assert found["f_inf", None]["value"] == pytest.approx(80, abs=0.1)


def test_exchange_rate_inverts_the_supervised_curve():
    student = quiet(lambda n: 50 + 2 * np.log(n))
    control = quiet(lambda n: 40 + 6 * np.log(n), direct=None, method="supervised", rng=1)
    found = rows_of(pd.concat([student, control]))
    row = found["exchange_rate", 400]
    expected = np.exp((50 + 2 * np.log(400) - 40) / 6)
    assert row["value"] == pytest.approx(expected, rel=0.02)
    assert row["unit"] == "labelled sentences"
    assert (
        "control's smallest size"
        in rows_of(pd.concat([quiet(lambda n: 30.0 + 0 * n), control]))["exchange_rate", 400][
            "verdict"
        ]
    )
    alone = rows_of(student)["exchange_rate", None]
    assert alone["verdict"] == "not available: no supervised control"
    assert ("exchange_rate", None) not in rows_of(
        pd.concat([student, control]), method="supervised"
    )


def test_slope_is_points_per_doubling():
    found = rows_of(quiet(lambda n: 50 + 2 * np.log2(n)))
    assert found["slope", None]["value"] == pytest.approx(2, abs=0.02)


def test_direct_transfer_of_several_sources_is_the_best_of_theirs():
    frame = quiet(known_truth.power_floor)
    better = frame[frame["method"] == "direct"].assign(sources="spa", f1=lambda f: f["f1"] + 3)
    mixed = frame[frame["method"] == "ts"].assign(method="multi-avg", sources="eng+spa")
    settings = Settings(bootstrap=100)
    data = scores.validate(pd.concat([frame, better, mixed]), "x")
    draws = bootstrap.draw(data, None, settings)["deu"]
    key, note = goals.direct_of(draws, "eng+spa")
    assert key.sources == "spa" and "best of 2" in note
    assert goals.direct_of(draws, "eng")[0].sources == "eng"


@pytest.mark.parametrize("name", [form.name for form in forms.FORMS])
def test_reach_is_the_first_size_at_or_above_a_goal(name):
    from tests.analysis.test_curves import TRUTHS

    form, theta = forms.BY_NAME[name], np.array(TRUTHS[name])
    u = np.linspace(0, 6, 4001)
    value = form.value(theta, u)
    for goal in (0.0, value[0] - 1e-6, value[1500], value[-1] + 0.01):
        expected = u[np.argmax(value >= goal)] if (value >= goal).any() else np.inf
        assert forms.reach(form, theta, goal, 6.0) == pytest.approx(expected, abs=2e-3)


def test_one_run_at_three_sizes_chooses_no_curve():
    """AICc is undefined then; a flat line through a rise of 40 points would put every goal at the smallest size."""
    few = {"sizes": [75, 550, 1300], "n_seeds": 1}
    student = known_truth.scores(known_truth.power_floor, **few)
    control = known_truth.scores(lambda n: 95 - 400 * n**-0.5, method="supervised", **few)
    found = rows_of(pd.concat([student, control[control["method"] == "supervised"]]))
    for quantity in ("break_even", "exchange_rate", "f_inf", "n95"):
        rows = [row for (name, _), row in found.items() if name == quantity]
        assert rows and not [row for row in rows if row.get("value") is not None]
        assert {row["verdict"] for row in rows} == {
            "not identifiable: no form can be chosen from 3 runs at 3 sizes"
        }
    assert found["slope", None]["value"] > 0
