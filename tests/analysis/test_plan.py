import numpy as np
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import fit, scores
from xnerbench.analysis.planning import plan
from xnerbench.analysis.settings import Settings
from xnerbench.cli import main
from xnerbench.errors import InputError

LANGUAGES = ("deu", "nld", "spa", "fra", "fin", "tur", "hin")
OFFSETS = [-3.0 * i for i in range(len(LANGUAGES))]
SIZES = (25, 100, 400, 1600)


def frame(**options):
    options = {"targets": LANGUAGES, "offsets": OFFSETS, "sizes": SIZES, "noise": 0.3, **options}
    return known_truth.scores(known_truth.power_floor, **options)


def study_of(data):
    return fit.study_of(scores.validate(data, "x"), None, None, Settings(bootstrap=200))


@pytest.fixture(scope="module")
def study():
    return study_of(frame())


def test_a_measured_language_is_answered_from_its_curve(study):
    answer = plan.plan(study, "deu", 72.0)
    assert answer.n == pytest.approx((140 / 8) ** 2, rel=0.25)
    assert answer.low < answer.n < (answer.high or np.inf)
    assert "is expected to reach 72 F1 with about" in answer.text
    assert "Direct transfer is at" in answer.text


def test_a_goal_above_the_limit_is_out_of_reach(study):
    answer = plan.plan(study, "deu", 97.0)
    assert answer.n is None and answer.verdict.startswith("not shown")
    assert "is not expected to reach 97 F1" in answer.text


def test_a_goal_that_is_passed_at_the_smallest_size(study):
    answer = plan.plan(study, "deu", 45.0)
    assert answer.n == 25 and "fewer may do" in answer.text


def test_a_language_outside_is_answered_from_the_others(study):
    answer = plan.plan(study, "swe", 50.0)
    assert "Judging by the curves of 7 other languages, distance" in answer.text
    assert answer.low is not None and answer.verdict.startswith("ok")
    measured = plan.plan(study, "swe", 50.0, {0: 40.0, 25: 22.0})
    assert measured.upper[-1] - measured.lower[-1] < answer.upper[-1] - answer.lower[-1]
    assert measured.f1[-1] < answer.f1[-1]
    assert "2 measured points" in measured.text and measured.direct == 40.0
    assert plan.plan(study, "swe", 99.9).n is None


def test_a_point_that_nothing_can_be_read_off_is_refused(study):
    with pytest.raises(InputError, match="no other language was measured with 30 sentences"):
        plan.plan(study, "swe", 50.0, {0: 40.0, 30: 22.0})


def test_a_language_with_too_few_sizes_uses_its_points():
    data = frame()
    data = data[~((data["target"] == "hin") & (data["n"] > 25))]
    answer = plan.plan(study_of(data), "hin", 55.0)
    assert "6 other languages" in answer.text and answer.points.keys() == {0, 25}


def test_thin_data_are_said_to_be_thin():
    few = frame(targets=LANGUAGES[:3], offsets=OFFSETS[:3])
    answer = plan.plan(study_of(few), "swe", 60.0)
    assert answer.n is None and "too thin to tell" in answer.text
    assert answer.verdict.startswith("not identifiable: 3 other languages")


@pytest.mark.parametrize(("target", "goal"), [("deu", 0.0), ("deu", 100.0), ("qqq", 50.0)])
def test_what_cannot_be_asked(study, target, goal):
    with pytest.raises(InputError):
        plan.plan(study, target, goal)


def test_the_command_answers_in_a_paragraph_and_a_figure(tmp_path, capsys):
    path = tmp_path / "scores.csv"
    frame().to_csv(path, index=False)
    figure = tmp_path / "plan.svg"
    arguments = ["plan", "--scores", str(path), "--bootstrap", "100", "--goal-f1", "70"]
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--target", "deu", "--figure", str(figure)])
    assert stopped.value.code == 0
    assert "is expected to reach 70 F1" in " ".join(capsys.readouterr().out.split())
    first = figure.read_bytes()
    assert b"<svg" in first
    with pytest.raises(SystemExit):
        main([*arguments, "--target", "deu", "--figure", str(figure)])
    assert figure.read_bytes() == first
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--target", "deu", "--figure", str(tmp_path / "plan.gif")])
    assert ended.value.code == 2
    assert "End the name in .svg, .pdf or .png" in capsys.readouterr().err
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--target", "swe", "--point", "many"])
    assert stopped.value.code == 2
    assert "'many' is no point" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--primary-method", "nope"], "no score has the method 'nope'"),
        (["--primary-budget", "nope"], "no score has the budget 'nope'"),
        (["--fertility", "nan"], "no number of subwords"),
        (["--fertility", "0"], "no number of subwords"),
        (["--fertility", "inf"], "no number of subwords"),
        (["--point", "25:50", "--point", "25:60"], "25 sentences are given twice"),
        (["--point", "25:nan"], "is no point"),
        (["--point", "9" * 400 + ":50"], "is no point"),
        (["--seed", "-1"], "at least 0"),
        (["--bootstrap", "1000000000"], "out of range"),
        (["--goal-f1", "nan"], "no F1 to aim for"),
    ],
    ids=" ".join,
)
def test_options_that_mean_nothing_are_refused(options, message, tmp_path, capsys):
    frame(targets=("deu",), offsets=[0.0]).to_csv(tmp_path / "scores.csv", index=False)
    given = ["plan", "--scores", str(tmp_path / "scores.csv"), "--target", "deu"]
    given += ["--goal-f1", "60", "--bootstrap", "100", *options]
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
