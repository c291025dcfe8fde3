"""The table of methods side by side says what scores and differences say."""

import dataclasses

import pandas as pd
import pytest

from tests.analysis import simulated, simulated_tables
from xnerbench.cli import main
from xnerbench.errors import InputError
from xnerbench.report import comparison, numbers, queries, reading
from xnerbench.report.text import scope


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    methods = ("direct", "ts", "multi-sim", "supervised")
    simulated.write(folder, targets=simulated.SMALL[3:6], methods=methods)
    scores = pd.read_csv(folder / "scores.csv", keep_default_na=False)
    other = scores[scores["method"] == "direct"].assign(sources="spa")  # a second source
    other["f1"] = other["f1"].astype(float) - 3
    other["cell"] = other["cell"].str.replace("eng", "spa")
    pd.concat([scores, other]).to_csv(folder / "scores.csv", index=False)
    return simulated_tables.write(folder)


@pytest.fixture(scope="module")
def study(folder):
    return reading.load(folder)


def row_of(view, method, sources, n=None):
    wanted = [method, sources, numbers.NONE if n is None else numbers.count(n)]
    (row,) = [r for r in view.rows if [r[0].text, r[1].text, r[3].text] == wanted]
    return row


def test_every_series_has_a_row_with_its_means(study):
    view = comparison.side_by_side(study)
    runs = study.ok
    for (method, n), group in runs[runs["method"] == "ts"].groupby(["method", "n"]):
        row = row_of(view, method, "eng", n)
        for i, target in enumerate(study.targets):
            expected = group.loc[group["target"] == target, "f1"]
            assert row[4 + 2 * i].value == pytest.approx(expected.mean())
        assert row[-2].value == pytest.approx(group.groupby("target")["f1"].mean().mean())


def test_further_seeds_in_a_part_of_the_languages(study):
    """The mean is one of the languages' means, and captions and text say where the seeds are."""
    runs = study.ok
    first = runs["seed"] == runs["seed"].min()
    own = runs[first | (runs["target"] == study.targets[0])]
    part = dataclasses.replace(study, scores=own)
    n = study.sizes[-1]
    row = row_of(comparison.side_by_side(part), "ts", "eng", n)
    by_target = own[(own["method"] == "ts") & (own["n"] == n)].groupby("target")["f1"].mean()
    assert row[-2].value == pytest.approx(by_target.mean()) and "±" not in row[-2].text
    seeds = runs["seed"].nunique()
    assert queries.seeds(own) == f"{seeds} seeds (1 in 2 of the languages)"
    assert queries.seeds(runs) == f"{seeds} seeds"
    assert scope.scope(part)[0].endswith(f" and {queries.seeds(own)}.")
    several = [(target, s) for target, most in (("a", 3), ("b", 2), ("c", 1)) for s in range(most)]
    uneven = pd.DataFrame(several, columns=["target", "seed"])
    assert queries.seeds(uneven) == "3 seeds (1 or more in 2 of the languages)"


def test_mixtures_whose_sources_differ_by_target_share_a_row(study):
    view = comparison.side_by_side(study)
    n = study.sizes[-1]
    row = row_of(view, "multi-sim", comparison.OTHERS, n)
    assert all(cell.value is not None for cell in row[4:])


def test_differences_are_those_of_the_table(study):
    view = comparison.side_by_side(study)
    frame = study.table("differences")
    n = study.sizes[-1]
    frame = frame[(frame["method_a"] == "supervised") & (frame["method_b"] == "direct")]
    frame = frame[(frame["n"] == n) & (frame["sources_b"] == "eng")]
    row = row_of(view, "supervised", "", n)
    for i, target in enumerate([*study.targets, "ALL"]):
        (expected,) = frame.loc[frame["target"] == target, "difference"]
        assert row[5 + 2 * i].value == pytest.approx(expected)


def test_mean_and_best_of_the_sources(study):
    view = comparison.side_by_side(study)
    english = row_of(view, "direct", "eng")
    spanish = row_of(view, "direct", "spa")
    mean = row_of(view, "direct", "mean of the sources")
    best = row_of(view, "direct", "best of the sources")
    for column in range(4, len(english), 2):
        assert mean[column].value == pytest.approx(
            (english[column].value + spanish[column].value) / 2
        )
        assert best[column].value == pytest.approx(english[column].value)


def test_published_scores_stand_below(study, tmp_path):
    path = tmp_path / "published.csv"
    target = study.targets[0]
    path.write_text(
        f"setting,method,year,{target},xxx\nsingle,Their method,2020,70.5,1\nmulti,None,2021,,3\n"
    )
    published = comparison.read_published(path, study.targets)
    view = comparison.side_by_side(study, published, [target])
    last = view.rows[-1]
    assert last[0].text == "published: Their method (2020)"
    assert [cell.text for cell in last[4:]] == ["70.5", "", numbers.NONE, ""]


@pytest.mark.parametrize("text", ["method,year\n", "setting,method,year,xxx\n"])
def test_a_published_file_without_the_columns_is_refused(study, tmp_path, text):
    path = tmp_path / "published.csv"
    path.write_text(text)
    with pytest.raises(InputError, match="column"):
        comparison.read_published(path, study.targets)


def test_the_command_prints_it(folder, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["compare", "--results", str(folder), "--targets"])
    assert not ended.value.code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"| Method | Sources | Budget | n | Mean | {numbers.MINUS} direct |"


def test_the_command_names_an_unknown_target(folder, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["compare", "--results", str(folder), "--targets", "zul"])
    assert ended.value.code == 2
    assert "zul is no target of the study" in capsys.readouterr().err
