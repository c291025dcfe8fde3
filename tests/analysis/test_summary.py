"""The sentences say what the tables say, with the right verb."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from xnerbench.report import queries
from xnerbench.report.results import Results
from xnerbench.report.text import summary


def with_overall(
    study: Results, difference: float, low: float | None, high: float | None
) -> Results:
    """The study with one difference over all languages."""
    row = {
        "method_a": "ts", "method_b": "direct", "sources_a": "eng", "sources_b": "eng",
        "target": "ALL", "budget": "steps", "n": 400, "difference": difference, "low": low,
        "high": high, "p_holm": 0.5, "verdict": "ok",
    }  # fmt: skip
    return replace(study, tables={**study.tables, "differences": pd.DataFrame([row])})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((1.34, 0.2, 2.5), "is above direct transfer by 1.3 F1 on average (95% interval +0.2 to +2.5)"),
        ((-1.34, -2.5, -0.2), "is below direct transfer by 1.3 F1 on average"),
        ((0.4, -0.3, 1.1), "shows no evidence of a difference from direct transfer (mean difference +0.4"),
        ((0.4, None, None), "is above direct transfer by 0.4 F1 on average, without an interval"),
    ],
)  # fmt: skip
def test_the_verb_fits_the_interval(
    values: tuple[float, float | None, float | None], said: str, simulated_study: Results
) -> None:
    text = " ".join(summary.sentences(with_overall(simulated_study, *values)))
    assert f"With 400 unlabelled sentences, teacher-student {said}" in text


def test_a_pair_stored_the_other_way_round_is_turned(simulated_study: Results) -> None:
    study = with_overall(simulated_study, 1.0, 0.5, 1.5)
    frame = study.tables["differences"].rename(
        columns={"method_a": "method_b", "method_b": "method_a"}
    )
    turned = replace(study, tables={**study.tables, "differences": frame})
    row = queries.overall(turned, "ts", "direct")
    assert row is not None
    assert (row["difference"], row["low"], row["high"]) == (-1.0, -1.5, -0.5)


def regression(study: Results, **values: object) -> str:
    frame = study.tables["regressions"]
    of_gain = (frame["quantity"] == "gain") & (frame["distance"] == "syntactic")
    frame = frame.copy()
    for key, value in values.items():
        frame.loc[of_gain, key] = value
    changed = replace(study, tables={**study.tables, "regressions": frame})
    return next((s for s in summary.sentences(changed) if "gain over direct" in s), "")


def test_distance_is_claimed_only_where_interval_and_test_agree(simulated_study: Results) -> None:
    slope = {"slope": -12.0, "low": -20.0, "high": -4.0, "n_languages": 10}
    assert regression(simulated_study, **slope, p=0.01).startswith(
        "The gain over direct transfer falls"
    )
    assert "is unclear" in regression(simulated_study, **slope, p=0.2)
    slope |= {"low": -20.0, "high": 4.0}
    said = regression(simulated_study, **slope, p=0.2)
    assert said.startswith("There is no evidence that the gain over direct transfer depends on")
    assert "\u22121.20 F1 per 0.1, interval \u22122.00 to +0.40; p = 0.20; 10 languages" in said


def test_few_languages_carry_no_claim_about_distance(simulated_study: Results) -> None:
    frame = simulated_study.tables["regressions"].assign(n_languages=4)
    study = replace(simulated_study, tables={**simulated_study.tables, "regressions": frame})
    text = " ".join(summary.sentences(study))
    assert "With 4 languages nothing is claimed about distance" in text
    assert "falls with" not in text and "rises with" not in text


def test_a_study_without_scores_says_so(simulated_study: Results) -> None:
    scores = simulated_study.scores.assign(status="failed", f1=float("nan"))
    study = replace(simulated_study, scores=scores, tables={})
    assert summary.sentences(study)[0] == "No cell of the study has a score yet."


def test_missing_cells_are_counted(simulated_study: Results) -> None:
    assert f"2 cells of {len(simulated_study.scores)}" in summary.sentences(simulated_study)[-1]


def test_students_that_find_nothing_are_counted(simulated_study: Results) -> None:
    assert not any("next to nothing" in s for s in summary.sentences(simulated_study))
    scores = simulated_study.scores.copy()
    ours = (scores["method"] == "ts") & (scores["budget"] == "steps") & (scores["status"] == "ok")
    scores.loc[scores[ours & (scores["n"] == 25)].index[:2], "f1"] = 0.0
    text = " ".join(summary.sentences(replace(simulated_study, scores=scores)))
    assert f"2 students of {ours.sum()} (teacher-student, at n = 25, in" in text


def test_a_comparison_at_a_smaller_size_says_so(simulated_study: Results) -> None:
    frame = simulated_study.tables["differences"].copy()
    frame.loc[(frame["method_a"] == "ts-warm") | (frame["method_b"] == "ts-warm"), "n"] = 75
    study = replace(simulated_study, tables={**simulated_study.tables, "differences": frame})
    text = " ".join(summary.sentences(study))
    assert re.search(r"teacher-initialised student \([+−]?\d+\.\d at n = 75\)", text)
