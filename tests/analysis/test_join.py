"""A study run in parts and joined is the study run at once, byte for byte."""

import dataclasses
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.analysis.test_score_commands import run, study  # noqa: F401 - the fixture
from xnerbench.commands.results.join import _same_study
from xnerbench.errors import InputError
from xnerbench.scoring import join
from xnerbench.scoring.part import Part
from xnerbench.storage import artifacts
from xnerbench.study import config, grid


def collected(paths, raw: dict, into: str) -> Path:
    """Scores and collects the working files under a configuration, and moves the results away."""
    Path("part.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    assert run("score", "--config", "part.yaml", "--target", "deu") == 0
    assert run("signals", "--config", "part.yaml", "--target", "deu") == 0
    assert run("collect", "--config", "part.yaml") == 0
    return paths.results_scores.parent.rename(into)


@pytest.fixture
def parts(study):  # noqa: F811
    """The raw configuration, where its results go, one part a seed, and the whole."""
    loaded, paths, _ = study
    raw = yaml.safe_load(Path("study.yaml").read_text())
    whole = collected(paths, raw, "whole")
    found = [collected(paths, raw | {"seeds": [seed]}, f"part{seed}") for seed in loaded.seeds]
    return raw, paths, found, whole


def test_parts_make_the_whole(parts, capsys):
    _, paths, found, whole = parts
    assert run("join", "--config", "study.yaml", *found) == 0
    assert "12 cells, 2 without a score" in capsys.readouterr().out
    made = paths.results_scores.parent
    names = {path.relative_to(whole) for path in whole.rglob("*") if path.is_file()}
    assert names == {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    for name in names - {Path("counts/deu.parquet")}:
        assert (made / name).read_bytes() == (whole / name).read_bytes(), name
    ours, theirs = (
        artifacts.read_parquet(folder / "counts/deu.parquet")[0].to_pandas()
        for folder in (made, whole)
    )
    pd.testing.assert_frame_equal(ours, theirs)


def test_a_mixture_of_other_seeds_teachers_is_not_taken(parts, capsys):
    """Its cell is named by the first seed, whatever the others are."""
    raw, _, found, _ = parts
    methods = {"methods": [*raw["methods"], "direct-seeds"]}
    Path("with.yaml").write_text(yaml.safe_dump(raw | methods, sort_keys=False))
    (cell,) = [cell.id for cell in grid.cells(config.load("with.yaml")) if cell.teacher_seeds]
    own = yaml.safe_load((found[0] / "config.yaml").read_text()) | methods
    (found[0] / "config.yaml").write_text(yaml.safe_dump(own, sort_keys=False))
    scores = pd.read_csv(found[0] / "scores.csv", dtype=str, keep_default_na=False)
    mixed = scores[scores["method"] == "direct"].head(1)
    mixed = mixed.assign(cell=cell, method="direct-seeds", sources="eng")
    pd.concat([scores, mixed]).to_csv(found[0] / "scores.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 0  # which does not ask for it
    capsys.readouterr()
    assert run("join", "--config", "with.yaml", *found) != 0
    assert f"1 of 13 cells are in no part, {cell} first" in capsys.readouterr().err


def test_results_say_how_the_scores_were_made(parts):
    """Also where the configuration of the whole points at its committed scores, as published ones do."""
    raw, paths, found, whole = parts
    Path("study.yaml").write_text(
        yaml.safe_dump(raw | {"scores": str(paths.results_scores)}, sort_keys=False)
    )
    assert run("join", "--config", "study.yaml", *found) == 0
    assert paths.results_config.read_text() == (whole / "config.yaml").read_text()


def test_a_cell_of_two_parts_must_have_one_score(parts, capsys):
    _, _, found, whole = parts
    assert run("join", "--config", "study.yaml", whole, *found) == 0
    scores = pd.read_csv(found[0] / "scores.csv", dtype=str, keep_default_na=False)
    scores.loc[0, "f1"] = "1.5"
    scores.to_csv(found[0] / "scores.csv", index=False)
    assert run("join", "--config", "study.yaml", whole, *found) == 2
    assert "has F1 1.5 here and" in capsys.readouterr().err


def test_a_column_that_no_score_has_is_told(parts, capsys):
    _, paths, found, _ = parts
    table = found[0] / "scores.csv"
    table.write_text(table.read_text().replace("study,", "\tstudy,", 1))
    assert run("join", "--config", "study.yaml", *found) == 2
    assert "scores.csv: the column '\\tstudy' is none of" in capsys.readouterr().err
    assert not paths.results_scores.parent.exists()


NO_VERSIONS = [
    "{}",
    "[]",
    '{"versions": {}}',
    '{"versions": "x"}',
    '{"versions": {"a": "\\ud800"}}',
    '{"versions": {"a": "1"}, "teachers": ["eng.s0"]}',
    '{"versions": {"a": "1"}, "teachers": {"eng.s0": 1}}',
]


@pytest.mark.tried("Versions of a part that say nothing", "refused")
@pytest.mark.parametrize("text", NO_VERSIONS)
def test_versions_that_say_nothing_are_told_before_anything_is_written(text, parts, capsys):
    _, paths, found, _ = parts
    (found[0] / "versions.json").write_text(text)
    assert run("join", "--config", "study.yaml", *found) == 2
    assert f"{found[0]}/versions.json: " in capsys.readouterr().err
    assert not paths.results_scores.parent.exists()


def teachers(part: Path, digests: dict[str, str]) -> None:
    """Has a part say which teachers its cells rest on."""
    said = json.loads((part / "versions.json").read_text())
    (part / "versions.json").write_text(json.dumps(said | {"teachers": digests}))


def test_a_language_rests_on_one_teacher_of_a_name(parts, capsys):
    """Seeds 0 and 1 are parts; a third one has some cells of seed 0 from another machine."""
    raw, paths, found, whole = parts
    methods = [name for name in raw["methods"] if name != "direct"]
    for part in found:
        table = part / "scores.csv"
        scores = pd.read_csv(table, dtype=str, keep_default_na=False)
        scores[scores["method"].isin(methods)].to_csv(table, index=False)
    for part, digests in ((whole, {"eng.s0": "a"}), (found[0], {"eng.s0": "b"}), (found[1], {})):
        teachers(part, digests)
    assert run("join", "--config", "study.yaml", whole, *found) == 0, "every cell is of the first"
    assert json.loads(paths.results_versions.read_text())["teachers"] == {"eng.s0": "a"}
    shutil.rmtree(paths.results_scores.parent)
    table = whole / "scores.csv"
    scores = pd.read_csv(table, dtype=str, keep_default_na=False)
    scores[(scores["method"] == "direct") | (scores["seed"] == "1")].to_csv(table, index=False)
    assert run("join", "--config", "study.yaml", whole, *found) == 2
    told = capsys.readouterr().err
    assert (
        "part0/versions.json: cells of deu rest on another teacher eng.s0 here than in whole"
        in told
    )
    assert not paths.results_scores.parent.exists()
    teachers(found[0], {"eng.s0": "a", "eng.s1": "c"})
    assert run("join", "--config", "study.yaml", whole, *found) == 0


def test_languages_may_rest_on_different_teachers_which_is_told():
    def part(target: str, digests: dict[str, str]) -> Part:
        found = Part(Path(target))
        vars(found)["scores"] = pd.DataFrame({"cell": [target, "bad"], "status": ["ok", "failed"]})
        vars(found)["versions"] = {"versions": {"python": "3"}, "teachers": digests}
        return found

    parts = [part("deu", {"eng.s0": "a", "eng.s1": "c"}), part("fin", {"eng.s0": "b"})]
    cells = {name: (name, ["eng.s0", "eng.s1"]) for name in ("deu", "fin", "bad")}
    found = join.teachers(parts, cells)
    assert found == {"eng.s0": ("a", "b"), "eng.s1": ("c",)}
    assert join.versions(parts, found) == {
        "versions": {"python": "3"},
        "teachers": {"eng.s1": "c"},
    }


def test_a_part_that_needs_no_dictionary_says_nothing_of_it(parts):
    _, paths, found, _ = parts
    corpora = pd.read_csv(found[0] / "corpora.csv", dtype=str, keep_default_na=False)
    of_target = corpora["role"] == "target"
    columns = ["dictionary_entries", "dictionary_share", "dictionary_share_in_pool"]
    for part, entries in ((0, ""), (1, "12")):
        corpora.loc[of_target, columns] = [entries, "0.5" if entries else "", ""]
        corpora.to_csv(found[part] / "corpora.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 0
    joined = pd.read_csv(paths.results_corpora, dtype=str, keep_default_na=False)
    assert set(joined.loc[joined["role"] == "target", "dictionary_entries"]) == {"12"}
    corpora.loc[of_target, columns] = ["13", "0.5", ""]
    corpora.to_csv(found[0] / "corpora.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 2


def test_a_part_of_a_version_that_wrote_more_digits_is_joined(parts):
    _, paths, found, _ = parts
    corpora = pd.read_csv(found[0] / "corpora.csv", dtype=str, keep_default_na=False)
    corpora["fertility"] = "1.419870091"
    corpora.to_csv(found[0] / "corpora.csv", index=False)
    corpora.assign(fertility="1.41987").to_csv(found[1] / "corpora.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 0
    assert paths.results_scores.is_file()


def test_a_missing_part_is_named_and_nothing_written(parts, capsys):
    _, paths, found, _ = parts
    assert run("join", "--config", "study.yaml", found[0]) == 2
    assert (
        "6 of 12 cells are in no part, direct/eng/deu/none/n0/s1 first" in capsys.readouterr().err
    )
    assert not paths.results_scores.parent.exists()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("max_subwords", 64, "`max_subwords` is 64 here and 160"),
        ("student", {"learning_rate": 0.5}, "(cell multi-sim)"),
        ("labels", ["PER"], "`labels`"),
        ("teacher_seeds", [7], "was made with teacher_seed 7, not 0"),
    ],
)
def test_a_part_of_another_study_is_refused(parts, capsys, key, value, told):
    _, _, found, _ = parts
    file = found[0] / "config.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {key: value}))
    if key == "teacher_seeds":
        scores = pd.read_csv(found[0] / "scores.csv", dtype=str, keep_default_na=False)
        scores.assign(teacher_seed="7").to_csv(found[0] / "scores.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 2
    assert told in capsys.readouterr().err


def test_a_part_whose_words_were_tokenized_otherwise_is_refused(parts, capsys):
    _, _, found, _ = parts
    file = found[0] / "config.yaml"
    values = yaml.safe_load(file.read_text())
    values["corpora"]["languages"]["deu"]["spaced"] = False
    file.write_text(yaml.safe_dump(values))
    assert run("join", "--config", "study.yaml", *found) == 2
    assert "`spaced` is False here and True in the whole study (activations deu)" in (
        capsys.readouterr().err
    )


def test_parts_with_a_given_teacher_need_no_corpus_of_its_source(parts, capsys):
    """And what one side only says is compared, too."""
    loaded = config.load("study.yaml")
    languages = {k: v for k, v in loaded.corpora.languages.items() if k != "eng"}
    corpora = dataclasses.replace(loaded.corpora, languages=languages)
    given = dataclasses.replace(loaded, corpora=corpora, given_teacher="tagger")
    _same_study(given, given, Path("part"), grid.cells(given))
    untested = dataclasses.replace(given, untested=("deu",))
    with pytest.raises(InputError, match="`untested` is True here and None"):
        _same_study(given, untested, Path("part"), grid.cells(untested))


def test_parts_from_different_texts_are_refused(parts, capsys):
    _, _, found, _ = parts
    corpora = pd.read_csv(found[1] / "corpora.csv", dtype=str, keep_default_na=False)
    corpora.assign(test="9").to_csv(found[1] / "corpora.csv", index=False)
    assert run("join", "--config", "study.yaml", *found) == 2
    assert "test of eng (source) is '9' here" in capsys.readouterr().err


def test_a_folder_that_is_no_part_is_refused(parts, capsys):
    assert run("join", "--config", "study.yaml", "nowhere") == 2
    assert "nowhere" in capsys.readouterr().err


def test_an_interrupted_join_is_made_good_by_the_next(parts, monkeypatch, capsys):
    """Wherever it is interrupted there is no half-written file, and no scores before all else is there."""
    _, paths, found, _ = parts
    assert run("join", "--config", "study.yaml", *found) == 0
    made = paths.results_scores.parent
    names = sorted(path for path in made.rglob("*") if path.is_file())
    right = {path: path.read_bytes() for path in names}
    real, left = os.replace, 0

    def interrupted(*arguments, **options):
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    for after in range(len(names)):
        shutil.rmtree(made)
        left = after
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", interrupted)
            assert run("join", "--config", "study.yaml", *found) == 130
        assert not paths.results_scores.exists()
        kept = [path for path in made.rglob("*") if path.is_file()]
        assert all(path.read_bytes() == right[path] for path in kept) and len(kept) == after
    assert run("join", "--config", "study.yaml", *found) == 0
    assert {path: path.read_bytes() for path in names} == right
    assert "Traceback" not in capsys.readouterr().err
