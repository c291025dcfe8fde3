"""A study whose primary method learns from several sources, from scores to sentences and figures."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.analysis import simulated
from xnerbench import cli
from xnerbench.report import reading, views
from xnerbench.report.canvas import style
from xnerbench.report.figures.amounts import gain
from xnerbench.report.figures.methods import forest
from xnerbench.report.figures.writing import draw
from xnerbench.report.results import Results
from xnerbench.report.text import comparisons, summary
from xnerbench.report.views.scores import largest

TARGETS = ["nld", "spa", "pol", "fin", "tur", "hin", "swh"]
BEST_SOURCE = {"pol": "deu", "fin": "deu"}
"""Where direct transfer from German is better than from English."""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("mixed")
    methods = ("direct", "ts", "multi-avg", "multi-sim")
    simulated.write(folder, targets=TARGETS, methods=methods, failures=0)
    scores = pd.read_csv(folder / "scores.csv", keep_default_na=False)
    english = scores[scores["sources"] == "eng"]
    better = english["target"].isin(BEST_SOURCE)
    german = english.assign(
        sources="deu",
        cell=english["cell"].str.replace("/eng/", "/deu/"),
        f1=english["f1"] + better.map({True: 5.0, False: -5.0}),
    )
    pd.concat([scores, german]).to_csv(folder / "scores.csv", index=False)
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["single_sources"] = ["eng", "deu"]
    config["analysis"] |= {"primary_method": "multi-sim"}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    arguments = ["fit", "--scores", f"{folder}/scores.csv", "--out", f"{folder}/tables"]
    arguments += ["--primary-method", "multi-sim"]
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--bootstrap", "100"])
    assert not ended.value.code
    return reading.load(folder)


def test_each_target_is_shown_with_its_own_mixture(mixed: Results) -> None:
    shown = mixed.shown(mixed.ok, "multi-sim")
    assert len(shown) == len(mixed.ok[mixed.ok["method"] == "multi-sim"])
    assert set(shown.loc[shown["target"] == "spa", "sources"]) == {"eng+deu"}
    assert set(mixed.shown(mixed.ok, "ts")["sources"]) == {"eng"}


def test_a_mixture_is_measured_against_the_best_of_its_sources(mixed: Results) -> None:
    assert mixed.direct_source == {target: BEST_SOURCE.get(target, "eng") for target in TARGETS}
    runs = gain.paired(mixed, "multi-sim", "steps")
    table = mixed.table("derived")
    table = table[(table["method"] == "multi-sim") & (table["quantity"] == "gain")]
    drawn = runs.groupby(["target", "n"])["gain"].mean()
    for _, row in table.iterrows():
        assert drawn[row["target"], row["at_n"]] == pytest.approx(row["value"], abs=1e-4)


def test_the_summary_names_every_baseline(mixed: Results) -> None:
    text = " ".join(summary.sentences(mixed))
    assert "Direct transfer from English reaches" in text
    assert re.search(r"multi-source with similarity weights .* direct transfer from English", text)
    said = [s.removeprefix("With 400 unlabelled sentences, ") for s in comparisons.mixtures(mixed)]
    frame = mixed.table("differences")
    frame = frame[(frame["target"] == "ALL") & (frame["n"] == mixed.sizes[-1])]
    for of in ("mean of the sources", "best of the sources"):
        row = frame[
            (frame["method_a"] == "multi-sim")
            & (frame["method_b"] == "ts")
            & (frame["sources_b"] == of)
        ].iloc[0]
        sentence = next(s for s in said if s.startswith("multi-source with similarity"))
        told = sentence.split(f"the {of} ")[1]
        assert re.match(rf"(by|\(mean difference .){abs(row['difference']):.1f} F1", told)


def test_students_of_single_sources_are_subtracted(mixed: Results) -> None:
    pairs = forest._pairs(mixed, forest.largest(mixed))
    assert forest.Pair("multi-sim", "ts") in pairs
    assert forest.Pair("multi-avg", "multi-sim") in pairs
    with style.styled():
        panels = draw("forest", mixed).figure.axes
    assert [axes.get_title().replace("\n", " ") for axes in panels] == [
        "multi-sim minus ts (English)",
        "multi-sim minus ts (mean of the sources)",
        "multi-sim minus ts (best of the sources)",
        "multi-avg minus multi-sim",
    ]


@pytest.mark.parametrize("name", ["curves", "gain", "break-even", "distance-gain", "forest-pairs"])
def test_figures_are_drawn_and_say_what_the_mixture_is_compared_with(
    name: str, mixed: Results
) -> None:
    with style.styled():
        drawing = draw(name, mixed)
    assert f"{len(TARGETS)} target languages" in drawing.caption
    if name in ("curves", "gain", "break-even"):
        assert "from the best of the sources (chosen on the test set)" in drawing.caption
    if name == "distance-gain":
        assert "distance from the nearest of English" in drawing.caption


def test_a_method_of_several_sources_is_named_with_the_one_shown(mixed: Results) -> None:
    assert mixed.label("ts") == "teacher-student from English"
    assert mixed.label("multi-sim") == "multi-source with similarity weights"
    one = replace(mixed, scores=mixed.scores[mixed.scores["sources"] != "deu"])
    assert one.label("ts") == "teacher-student"


def test_tables_have_a_row_a_target(mixed: Results, tmp_path: Path) -> None:
    made = views.all_views(mixed)
    assert {len(made[name].rows) for name in ("scores", "sizes", "derived")} == {len(TARGETS)}


def test_means_of_all_methods_are_over_the_same_languages(mixed: Results) -> None:
    scores = mixed.scores
    fewer = scores[
        ~((scores["method"] == "ts") & (scores["target"] == "nld") & (scores["n"] == 400))
    ]
    view = largest(replace(mixed, scores=fewer))
    assert view is not None and view.total is not None
    assert view.total[0].text == "Mean of the 6 that have all"
    direct = scores[(scores["method"] == "direct") & (scores["sources"] == "eng")]
    expected = direct[direct["target"] != "nld"].groupby("target")["f1"].mean().mean()
    at = [column.title for column in view.columns].index("direct")
    assert view.total[at].text == f"{expected:.1f}"
