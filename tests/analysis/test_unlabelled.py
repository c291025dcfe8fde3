"""Answers for a language without labels: numbers, words, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests import small_study
from xnerbench import cli
from xnerbench.analysis.confidence.stored import Entry, Stored
from xnerbench.analysis.planning import unlabelled
from xnerbench.errors import InputError
from xnerbench.study import validity

ROOT = Path(__file__).parents[2]
POINTS = tuple(
    {"target": f"l{i}", "family": "f", "x": x, "observed": 100 * x, "predicted": 100 * x}
    for i, x in enumerate((0.3, 0.5, 0.9))
)
CARRIED = {
    "form": "mean", "intercept": 1.0, "slope": 0.0, "mean": 1.0, "half": 3.0, "level": 0.95, "error": 1.2,
    "error_measured": 1.6, "n_languages": 40,
}  # fmt: skip


def entry(
    method: str, n: int = 0, sources: str = "eng", half: float = 0.5, error: float = 7.0
) -> Entry:
    """F1 is the signal in percent."""
    return Entry(
        method, sources, "steps" if n else "none", n, "pool", "linear", ("begin_mean",), (0.0, 1.0), half, half / 2,
        0.95, error, 14.0, 11.0, 0.95, 43, 12, POINTS, CARRIED if n else None,
    )  # fmt: skip


STORED = Stored(
    "made",
    {"encoder": "e", "recipe": "r", "labels": ["PER"]},
    {"eng": "text"},
    {},
    (
        entry("direct"),
        entry("direct", sources="deu"),
        entry("ts", 25, error=12.0),
        entry("ts", 100),
        entry("ts", 800),
    ),
)


def signals(**by_source: float) -> dict[str, dict[str, float]]:
    return {name: {"begin_mean": x, "entity_words": 300.0} for name, x in by_source.items()}


def test_the_source_with_more_f1_comes_first_and_students_follow() -> None:
    found = unlabelled.answer(STORED, "lug", signals(eng=0.6, deu=0.7))
    assert [one.sources for one in found.direct] == ["deu", "eng"]
    assert found.direct[0].f1 == pytest.approx(70)
    assert found.direct[0].low < 70 < found.direct[0].high
    assert not found.students  # deu has none in this calibration
    alone = unlabelled.answer(STORED, "lug", signals(eng=0.6))
    assert [one.n for one in alone.students] == [100, 800]
    assert len(alone.rows) == 3
    measured = unlabelled.answer(STORED, "lug", signals(eng=0.6), {0: 55.0})
    assert [one.n for one in measured.students] == [25, 100, 800]


def test_a_measured_point_is_carried_forward() -> None:
    found = unlabelled.answer(STORED, "lug", signals(eng=0.6), {0: 50.0})
    assert {(one.f1, one.low, one.high) for one in found.students} == {(51.0, 48.0, 54.0)}
    assert {one.basis for one in found.students} == {"direct transfer carried forward"}
    assert any("measured direct transfer" in note for note in found.notes)


@pytest.mark.parametrize(
    ("form", "expected"), [("measured", 50.0), ("direct", 50.0 + 1.0 - 0.04 * 50), ("confidence", 51.0)]
)  # fmt: skip
def test_what_a_student_gains_may_depend_on_what_was_measured(form: str, expected: float) -> None:
    slope = {"direct": -0.04}.get(form, 0.0)
    own = {**CARRIED, "form": form, "intercept": 0.0 if form == "measured" else 1.0, "slope": slope}
    given = dataclasses.replace(entry("ts", 100), carried=own)
    assert given.carry(50.0, {"begin_mean": 0.6}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "measured", "said"),
    [
        (0.4, {}, "was below 50 F1"),
        (0.55, {}, "annotate 200"),
        (0.55, {0: 58.0}, "between 50 and 65 F1"),
        (0.8, {}, "65 F1 or more"),
        (0.8, {0: 42.0}, "was below 50 F1"),
        (0.8, {0: 100.0}, "65 F1 or more"),
    ],
)
def test_what_to_do_next(x: float, measured: dict[int, float], said: str) -> None:
    step = unlabelled.answer(STORED, "lug", signals(eng=x), measured).next_step
    assert said in step and step.endswith("(`tag --with`).")


def test_whoever_has_asked_several_teachers_is_not_told_to_mix_them() -> None:
    both = unlabelled.answer(STORED, "lug", signals(eng=0.6, deu=0.7))
    assert "--with" not in both.next_step


def test_what_labels_gave_is_what_the_committed_study_says() -> None:
    ok = pd.read_csv(ROOT / "results/reference/study-arms/scores.csv").query("status == 'ok'")
    means = ok.groupby(["method", "n", "target"])["f1"].mean()
    direct = means["direct", 0]
    gains = means["few", 100] - direct
    lower = 0.0
    for limit, gain, languages in unlabelled.LABELS:
        own = gains[(direct >= lower) & (direct < limit)]
        assert (round(own.median(), 1), len(own)) == (gain, languages)
        lower = limit
    differences = pd.read_csv(ROOT / "results/reference/study/tables/differences.csv")
    (text,) = differences.query(
        "method_a == 'ts-kl' and method_b == 'direct' and target == 'ALL' and budget == 'u1200' and n == 1600"
    )["difference"]
    assert round(text) == unlabelled.TEXT_GAIN
    arms = pd.read_csv(ROOT / "results/reference/study-arms/tables/differences.csv").query(
        "method_a == 'ts-kl-warm' and method_b == 'direct' and target == 'ALL'"
    )
    warm = arms.set_index("n")["difference"].round(1).to_dict()
    assert {n: warm[n] for n in unlabelled.WARM_GAINS} == unlabelled.WARM_GAINS


def test_a_wide_interval_is_said_before_the_number() -> None:
    found = unlabelled.answer(STORED, "lug", signals(eng=0.6)).direct[0]
    assert unlabelled.sentence(found, "x").startswith(
        "x: 60 F1 expected (54 to 66 in 80 % of languages"
    )
    wide = Stored("made", STORED.made_with, {}, {}, (entry("direct", half=2.0),))
    one = unlabelled.answer(wide, "lug", signals(eng=0.6)).direct[0]
    assert unlabelled.sentence(one, "x").startswith(
        "x: 36 to 80 in 80 % of languages, 17 to 92 in 95 %; 60 F1 expected"
    )


def test_what_limits_an_answer_is_said() -> None:
    beyond = unlabelled.answer(STORED, "lug", signals(eng=0.95))
    assert any("above that of all 43 languages" in note for note in beyond.notes)
    thin = unlabelled.answer(STORED, "lug", {"eng": {"begin_mean": 0.6, "entity_words": 12.0}})
    assert any("12 entity words only" in note for note in thin.notes)
    nothing = unlabelled.answer(STORED, "lug", {"eng": {"entity_words": 0.0}})
    assert not nothing.direct and "transfer finds nothing" in nothing.next_step
    text = " ".join(unlabelled.paragraphs(beyond, "made"))
    assert "43 languages of 12 families" in text and "missed by 7.0 F1" in text
    with pytest.raises(InputError, match="fra is not calibrated"):
        unlabelled.answer(STORED, "lug", signals(fra=0.6))
    with pytest.raises(InputError, match="reads begin_mean"):
        unlabelled.answer(STORED, "lug", {"eng": {"entity_words": 99.0, "begin_mean": None}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to go by"),
        (["--text", "a.txt"], "1 texts and 0 languages"),
        (["--text", "a.txt", "--language", "lug"], "no teacher to ask"),
        (["--text", "a.txt", "--language", "LUG!", "--teacher", "t"], "no ISO 639-3 code"),
        (["--text", "a", "b", "--language", "lug", "xho", "--teacher", "t", "--point", "0:5"], "one language"),
        (["--scores", "s.csv"], "needed with --scores"),
        (["--text", "a.txt", "--goal-f1", "50"], "--goal-f1: it says something with --scores only"),
        (["--text", "a.txt", "--goal-f1", "0"], "--goal-f1: it says something with --scores only"),
        (["--text", "a.txt", "--target", "lug"], "--target: it says something with --scores only"),
        (["--config", "a.yaml", "--fertility", "2"], "--fertility: it says something with --scores only"),
        (["--config", "a.yaml", "--corpora", "c.csv"], "--corpora: it says something with --scores only"),
        (["--text", "a.txt", "--bootstrap", "9"], "--bootstrap: it says something with --scores only"),
        (["--scores", "s.csv", "--text", "a.txt"], "--text: it says nothing with --scores"),
        (["--scores", "s.csv", "--words"], "--words: it says nothing with --scores"),
        (["--scores", "s.csv", "--calibration", "c.json"], "--calibration: it says nothing"),
    ],
)  # fmt: skip
def test_mistakes_are_messages(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["plan", *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_calibration_is_valid_for_encoder_recipe_and_labels_and_nothing_else(
    tmp_path: Path,
) -> None:
    raw = small_study.write(tmp_path)

    def made_with(**changes: Any) -> dict[str, Any]:
        return validity.made_with(small_study.load({**raw, **changes}, tmp_path))

    own = made_with()
    assert made_with(sizes=[3], seeds=[7, 8], student={"epochs": 9}) == own
    assert made_with(teacher={"epochs": 3}) == own  # the default, said
    assert made_with(teacher={"epochs": 4})["recipe"] != own["recipe"]
    assert made_with(labels=["PER", "LOC"])["recipe"] != own["recipe"]
    assert made_with(encoder={"name": "embedded", "freeze": 2})["encoder"] != own["encoder"]
