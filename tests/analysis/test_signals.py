"""Signals and reliability on probabilities whose answers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xnerbench.analysis import tables
from xnerbench.catalogue.signal_tables import SIGNALS
from xnerbench.scoring import join, reliability, signals
from xnerbench.scoring.part import Part
from xnerbench.scoring.reliability import Reliability, of_heldout, temper

TYPES = ("PER", "LOC")
# O, B-PER, I-PER, B-LOC, I-LOC
P = np.array(
    [
        [0.98, 0.01, 0.01, 0.0, 0.0],
        [0.02, 0.95, 0.03, 0.0, 0.0],
        [0.2, 0.1, 0.7, 0.0, 0.0],
        [0.4, 0.0, 0.0, 0.1, 0.5],
    ]
)


def test_only_words_that_are_tagged_as_entities_are_asked() -> None:
    found = signals.of_text(P, TYPES, threshold=0.6)
    assert found["ALL"]["words"] == 4
    assert found["ALL"]["entity_words"] == 3
    assert found["ALL"]["entity_rate"] == 0.75
    assert found["ALL"]["confident"] == pytest.approx(1 / 3)
    assert found["ALL"]["mean"] == pytest.approx((0.95 + 0.7 + 0.5) / 3)
    assert found["ALL"]["median"] == pytest.approx(0.7)
    assert found["ALL"]["atc"] == pytest.approx(2 / 3)
    assert found["PER"]["entity_words"] == 2
    assert found["LOC"]["mean"] == pytest.approx(0.5)
    assert (found["ALL"]["begin_words"], found["ALL"]["begin_mean"]) == (1, pytest.approx(0.95))
    assert found["PER"]["begin_confident"] == 1
    assert found["LOC"]["begin_words"] == 0
    assert "begin_mean" not in found["LOC"]
    entropy = -(0.4 * np.log(0.4) + 0.1 * np.log(0.1) + 0.5 * np.log(0.5))
    assert found["LOC"]["entropy"] == pytest.approx(entropy)


def test_a_text_without_entities_has_counts_and_no_means() -> None:
    found = signals.of_text(P[:1], TYPES)
    assert found["ALL"] == {
        "words": 1,
        "entity_words": 0,
        "entity_rate": 0.0,
        "begin_words": 0,
    }


def test_disagreement_is_over_words_that_either_calls_an_entity() -> None:
    one, other = np.array([0, 1, 2, 4]), np.array([0, 1, 0, 3])
    found = signals.disagreement(one, other, TYPES)
    assert found == {
        "ALL": pytest.approx(2 / 3),
        "PER": pytest.approx(0.5),
        "LOC": pytest.approx(1.0),
    }
    assert signals.disagreement(one[:1], other[:1], TYPES)["ALL"] is None


def test_rows_compare_seeds_with_seeds_and_sources_with_sources() -> None:
    flat = np.tile(P[0], (4, 1))
    texts = {"pool": P, "test": P}
    teachers = [
        signals.Teacher("eng", 0, texts, Reliability(2.0, 0.6, 0.5, 0.8, 9)),
        signals.Teacher("eng", 1, texts),
        signals.Teacher("deu", 0, {"pool": flat, "test": flat}),
        signals.Teacher("eng+deu", 0, texts),
    ]
    rows = list(signals.rows("nld", teachers, TYPES))
    keys = [
        tuple(row[k] for k in ("method", "sources", "seed", "text", "type", "scaling"))
        for row in rows
    ]
    assert len(set(keys)) == len(keys) == 2 * 3 * 5 + 2 * 3  # five taggers; one has a temperature
    own = dict(zip(keys, rows, strict=True))
    eng = own["direct", "eng", 0, "test", "ALL", "none"]
    assert (eng["disagreement_seeds"], eng["disagreement_sources"]) == (0.0, 1.0)
    assert eng["disagreement_mixture"] is not None
    assert eng["atc"] == pytest.approx(2 / 3)
    union = own["direct", "eng+deu", 0, "test", "ALL", "none"]
    assert union["disagreement_sources"] is None  # a union is no third source
    softer = own["direct", "eng", 0, "test", "ALL", "temperature"]
    assert softer["temperature"] == 2.0
    assert softer["mean"] < eng["mean"]
    mixture = own["direct-avg", "eng+deu", 0, "pool", "ALL", "none"]
    assert mixture["entity_words"] == 0 or mixture["mean"] < eng["mean"]


def test_a_mixture_is_no_other_seed_of_the_teacher_of_both_sources() -> None:
    """Both go by `eng+deu`, and are two methods."""
    alone, union = ({"pool": p, "test": p} for p in (P, P[::-1]))
    teachers = [signals.Teacher(source, s, alone) for source in ("eng", "deu") for s in (0, 1)]
    teachers += [signals.Teacher("eng+deu", s, union, method="multi-concat") for s in (0, 1)]
    own = {
        row["method"]: row["disagreement_seeds"]
        for row in signals.rows("nld", teachers, TYPES)
        if (row["sources"], row["text"], row["type"]) == ("eng+deu", "test", "ALL")
    }
    assert own == {"multi-concat": 0.0, "direct-avg": 0.0}


def test_temperature_of_overconfident_probabilities_is_found() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 5))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    gold = np.array([rng.choice(5, p=row) for row in p])
    assert of_heldout(p, gold).temperature == pytest.approx(1.0, abs=0.05)
    sharp = temper(p, 1 / 2.5)
    assert of_heldout(sharp, gold).temperature == pytest.approx(2.5, abs=0.12)
    np.testing.assert_allclose(temper(sharp, 2.5), p, atol=1e-6)


def test_as_many_reach_the_threshold_as_are_right() -> None:
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.full(5, 0.3), 5000)
    gold = np.where(rng.random(5000) < 0.7, p.argmax(axis=1), 0)
    found = of_heldout(p, gold)
    sure = p.max(axis=1)[p.argmax(axis=1) > 0]
    assert np.mean(sure >= found.threshold("none")) == pytest.approx(found.precision)
    assert reliability.of_heldout(P[:1], np.array([0])).threshold("none") is None
    with pytest.raises(ValueError, match="no word"):
        reliability.of_heldout(P[:0], np.array([], dtype=int))


def test_parts_give_each_row_once_and_only_of_wanted_targets(tmp_path: Path) -> None:
    teachers = [signals.Teacher("eng", seed, {"pool": P, "test": P}) for seed in (0, 1)]
    parts = []
    for i, (target, own) in enumerate(
        [("nld", teachers[:1]), ("nld", teachers), ("fin", teachers)]
    ):
        frame = tables.as_frame(signals.rows(target, own, TYPES), SIGNALS.names)
        parts.append(Part(tmp_path / str(i)))
        tables.write_csv(parts[-1].folder / "signals.csv", frame, SIGNALS)
    whole = join.signals(parts, {"nld": (0, 1)})
    assert whole is not None
    assert set(whole["target"]) == {"nld"}
    assert len(whole) == 2 * 2 * 3  # seeds, texts, types
    assert (
        whole.loc[whole["seed"] == "0", "disagreement_seeds"] == ""
    ).all()  # as the first part saw it
    assert join.signals([Part(tmp_path)], {"nld": (0,)}) is None
