"""What a choice without labels takes and gains, counted by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from xnerbench.analysis import fit, scores
from xnerbench.analysis.confidence import choices
from xnerbench.analysis.settings import Settings
from xnerbench.methods import METHODS

TARGETS = ("ita", "fin", "tur", "swa", "ind")
SOURCES = ("eng", "deu", "spa")
DIRECT = {
    "ita": (70.0, 68.0, 78.0),
    "fin": (60.0, 66.0, 61.0),
    "tur": (50.0, 56.0, 52.0),
    "swa": (55.0, 50.0, 51.0),
    "ind": (65.0, 62.0, 60.0),
}
# Spanish teachers are surer than the others everywhere: their raw confidence says nothing.
CONFIDENCE = {
    "ita": (0.80, 0.78, 0.99),
    "fin": (0.70, 0.80, 0.95),
    "tur": (0.65, 0.75, 0.95),
    "swa": (0.75, 0.70, 0.95),
    "ind": (0.80, 0.70, 0.95),
}


def row(method, target, sources, f1, seed, n=0, budget="none", **more):
    found = {
        "method": method, "sources": sources, "target": target, "budget": budget, "n": n,
        "seed": seed, "f1": f1 + 0.1 * seed, "status": "ok",
    }  # fmt: skip
    return found | more


def study_of(rows, signals=None, weights=None, **settings):
    frame = pd.DataFrame(rows)
    own = Settings(bootstrap=50, macrolanguages={"swa": "swh"}, **settings)
    return fit.study_of(scores.validate(frame, "x"), None, None, own, signals, weights)


@pytest.fixture(scope="module")
def sources():
    rows, signals, weights = [], [], []
    for target in TARGETS:
        for k, source in enumerate(SOURCES):
            rows += [row("direct", target, source, DIRECT[target][k], seed) for seed in (0, 1)]
            for scaling in ("none", "temperature"):
                signals.append(
                    {
                        "method": "direct", "sources": source, "target": target, "text": "pool",
                        "type": "ALL", "scaling": scaling, "seed": 0,
                        "begin_mean": CONFIDENCE[target][k], "disagreement_mixture": 0.1 + 0.1 * k,
                    }
                )  # fmt: skip
            weights.append(
                {
                    "target": target, "seed": 0, "method": "direct-sim", "source": source,
                    "alpha": (0.3, 0.4, 0.3)[k], "neighbours": np.nan if target == "ita" else 0.3 - 0.1 * k,
                }
            )  # fmt: skip
        rows += [row("direct-avg", target, "+".join(SOURCES), 64.0, seed) for seed in (0, 1)]
    return study_of(rows, pd.DataFrame(signals), pd.DataFrame(weights))


def test_rules_take_and_gain_what_is_counted_by_hand(sources):
    found = {each["rule"]: each for each in choices.rows(sources)}
    usual = np.mean([DIRECT[t][0] for t in TARGETS])
    assert found["usual"]["f1"] == pytest.approx(usual + 0.05) and found["usual"]["gain"] == 0
    assert found["usual"]["best_taken"] == pytest.approx(2 / 5)
    surest = np.mean([DIRECT[t][2] for t in TARGETS])  # raw confidence takes Spanish everywhere
    assert found["confidence"]["gain"] == pytest.approx(surest - usual)
    assert found["confidence"]["best_taken"] == pytest.approx(1 / 5)
    best = np.mean([max(DIRECT[t]) for t in TARGETS])
    assert found["best"]["gain"] == pytest.approx(best - usual) and found["best"]["lost"] == 0
    assert found["confidence"]["lost"] == pytest.approx(best - surest)
    # Relative to each teacher's own mean, all five are right.
    assert found["relative"]["best_taken"] == 1 and found["relative"]["lost"] == 0
    assert found["agreement"]["gain"] == 0  # English agrees most, everywhere
    german = np.mean([DIRECT[t][1] for t in TARGETS])
    assert found["similarity"]["gain"] == pytest.approx(german - usual)
    assert found["neighbours"]["n_languages"] == 4  # nothing is known of Italian
    assert found["direct-avg"]["f1"] == pytest.approx(64.05)
    every = np.mean([np.mean(DIRECT[t]) for t in TARGETS])
    assert found["mean"]["gain"] == pytest.approx(every - usual)
    assert found["best"]["low"] <= found["best"]["gain"] <= found["best"]["high"]


def test_the_nearest_source_is_one_of_them(sources):
    found = {each["rule"]: each for each in choices.rows(sources)}["nearest"]
    assert found["n_languages"] == 5 and found["lost"] >= 0


def test_updates_and_students_are_chosen_by_fidelity_and_confidence():
    rows, signals = [], []
    f1 = {
        ("ts-kl", "u75"): 60.0,
        ("ts-kl", "u300"): 64.0,
        ("ts-warm", "u300"): 66.0,
        ("few", "u300"): 90.0,
        ("few-scratch", "u300"): 95.0,
    }
    for target in TARGETS:
        rows.append(row("direct", target, "eng", 65.0, 0))
        for (method, budget), value in f1.items():
            # Fidelity prefers the longer training, confidence the shorter one.
            rows.append(
                row(
                    method,
                    target,
                    "eng",
                    value,
                    0,
                    100,
                    budget,
                    fidelity_heldout=value,
                    fidelity_test=value,
                )
            )
            signals.append(
                {
                    "method": method, "sources": "eng", "target": target, "budget": budget, "n": 100, "seed": 0,
                    "text": "heldout", "type": "ALL", "scaling": "none", "begin_mean": 1 - value / 100,
                }
            )  # fmt: skip
    study = study_of(rows, pd.DataFrame(signals), primary_method="ts-kl", primary_budget="u300")
    variant = METHODS["few"].variant("few-scratch", {"init": "pretrained"})
    study = dataclasses.replace(study, variants={"few-scratch": variant})
    found = {(each["what"], each["rule"]): each for each in choices.rows(study)}
    assert found["updates", "usual"]["f1"] == 64 and found["updates", "fidelity"]["gain"] == 0
    assert found["updates", "confidence"]["gain"] == pytest.approx(-4)
    assert found["student", "fidelity"]["gain"] == pytest.approx(
        2
    )  # the student that began as its teacher
    assert (
        found["student", "best"]["f1"] == 66
    )  # `few` and its variant read labels: they are no candidates
    assert not any(what == "source" for what, _ in found)


def test_a_study_without_signals_has_the_rules_that_need_none():
    rows = [row("direct", t, s, DIRECT[t][k], 0) for t in TARGETS for k, s in enumerate(SOURCES)]
    found = {each["rule"] for each in choices.rows(study_of(rows))}
    assert found == {"usual", "mean", "best", "nearest"}


def test_a_study_without_mixtures_has_no_weights_to_choose_by():
    rows = [row("direct", t, s, DIRECT[t][k], 0) for t in TARGETS for k, s in enumerate(SOURCES)]
    weights = pd.DataFrame(columns=["target", "seed", "method", "source", "alpha", "neighbours"])
    found = {each["rule"] for each in choices.rows(study_of(rows, weights=weights))}
    assert found == {"usual", "mean", "best", "nearest"}
