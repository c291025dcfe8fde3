"""`xnerbench distil`: raw text and labels of another language become a tagger, without a test set."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.learning.conftest import small_bert
from tests.learning.test_export import tags_in_transformers
from xnerbench import cli
from xnerbench.analysis.confidence import stored
from xnerbench.analysis.planning import unlabelled
from xnerbench.commands.models import expected
from xnerbench.commands.results import plan_text
from xnerbench.data.embedded import generate
from xnerbench.jobs import activations, cell, corpus, encoder, score, softlabels, subset, teacher
from xnerbench.learning.taggers.exported import note_of
from xnerbench.storage.artifacts import read_parquet, read_parquet_record
from xnerbench.study import config, grid, validity
from xnerbench.study.layout import Layout

RAW = 40
FIRST = "distil raw.txt tagger --target fin --source eng.conll --encoder bert"


def call(capsys: pytest.CaptureFixture[str], command: str, status: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(command.split())
    out, err = capsys.readouterr()
    assert ended.value.code == status, out + err
    return out + err


def write_labelled(path: Path, language: str, count: int, person: str) -> None:
    """Sentences of the embedded corpus as CoNLL columns, persons under a name of one's own."""
    rows = []
    for words, tags in generate(language, "train", count):
        tags = [tag.replace("PER", person) for tag in tags]
        rows.append("".join(f"{w}\t{t}\n" for w, t in zip(words, tags, strict=True)))
    path.write_text("\n".join(rows), encoding="utf-8")


def said_by_a_teacher(sure: float, labels: tuple[str, ...], words: int = 1000) -> plan_text.Said:
    """One word in ten begins an entity, of which the teacher is so sure."""
    said = np.full((words, 7), 0.01)
    said[:, 0] = 0.94
    said[::10] = [(1 - sure) / 6, sure, *[(1 - sure) / 6] * 5]
    return plan_text.Said({"eng": [said]}, 2.0, 0.5, labels)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a person has: labelled English and German, raw Finnish, and an encoder."""
    folder = tmp_path_factory.mktemp("texts")
    small_bert(folder / "bert", positions=192)
    write_labelled(folder / "eng.conll", "eng", 60, "PER")
    write_labelled(folder / "deu.conll", "deu", 60, "PERSON")
    lines = [" ".join(words) for words, _ in generate("fin", "pool", RAW)]
    (folder / "raw.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(texts: Path) -> tuple[Path, str]:
    """The folder after one run, and what it printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.chdir(texts)
        with pytest.raises(SystemExit) as ended:
            cli.main([*FIRST.split(), "--cores", "1"])
    assert ended.value.code == 0
    return texts, printed.getvalue()


def test_a_tagger_from_raw_text(made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, printed = made
    monkeypatch.chdir(folder)
    raw = yaml.safe_load(Path("tagger.yaml").read_text(encoding="utf-8"))
    assert (raw["methods"], raw["sizes"], raw["untested"]) == (
        [{"name": "ts-kl-warm", "base": "ts-kl", "init": "teacher"}],
        [RAW - RAW // 10],
        ["fin"],
    )
    assert raw["labels"] == ["PER", "LOC", "ORG"]
    study = config.load("tagger.yaml")
    (only,) = grid.cells(study)
    record = read_parquet_record(Layout(study).cell(only))
    assert record["status"] == "ok"
    assert "fidelity_heldout" in record
    words = [line.split() for line in Path("raw.txt").read_text("utf-8").splitlines()[:5]]
    assert len(tags_in_transformers(folder / "tagger", words)) == 5
    card = Path("tagger/README.md").read_text(encoding="utf-8")
    assert "no test set, so how often it is right is not known" in card
    assert "test set, for the scores only" not in card
    assert "agree" in printed
    assert "cannot be read off its teachers' confidence" in printed
    assert "That calibration holds for the embedded encoder" in printed
    assert "direct transfer reached 16 to 77 F1 in 43 languages" in printed


def test_its_scores_are_empty_and_say_why(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made[0])
    study = config.load("tagger.yaml")
    layout = Layout(study)
    score.run(study, layout, "fin")
    (row,) = read_parquet(layout.scores("fin"))[0].to_pylist()
    assert (row["status"], row["reason"]) == ("untested", "the target has no test set")
    assert row["f1"] is None
    assert row["steps"] > 0


def test_a_tagger_teaches_another_language(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Finnish tagger is the teacher of an Estonian one, and is taken over as it is."""
    monkeypatch.chdir(made[0])
    assert note_of(Path("tagger"))["language"] == "fin"
    call(capsys, "distil raw.txt second --target ekk --teacher tagger --draft")
    study = config.load("second.yaml")
    layout = Layout(study)
    encoder.run(study, layout)
    corpus.run(study, layout, "ekk", "target")
    activations.run(study, layout, "ekk", "pool")
    activations.run(study, layout, "ekk", "test")
    subset.run(study, layout, "ekk", "0")
    teacher.run(study, layout, "fin", "0")
    softlabels.run(study, layout, "ekk", "fin", "0")
    (only,) = grid.cells(study)
    cell.run(study, layout, only.id)
    assert read_parquet_record(layout.cell(only))["status"] == "ok"
    call(capsys, f"export --config second.yaml --cell {only.id} second")
    # Direct transfer of the given teacher is the given teacher.
    raw = yaml.safe_load(Path("second.yaml").read_text(encoding="utf-8"))
    Path("third.json").write_text(json.dumps({**raw, "methods": ["direct"]}))
    call(capsys, "export --config third.json --cell direct/fin/ekk/none/n0/s0 third")
    words = [line.split() for line in Path("raw.txt").read_text("utf-8").splitlines()]
    first, third = (tags_in_transformers(made[0] / name, words) for name in ("tagger", "third"))
    assert first == third


def test_labels_of_the_language_go_on_top_of_the_teacher(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No student, nothing held out, types by the teacher's names; and what is tagged has changed."""
    monkeypatch.chdir(made[0])
    write_labelled(Path("labels.conll"), "fin", 30, "PERSON")
    said = call(
        capsys, "distil labels.conll few --target ekk --teacher tagger --labelled --cores 1"
    )
    raw = yaml.safe_load(Path("few.yaml").read_text(encoding="utf-8"))
    assert (raw["methods"], raw["untested"], raw["corpora"]["label_map"]) == (
        ["few"], ["ekk"], {"PERSON": "PER"},
    )  # fmt: skip
    study = config.load("few.yaml")
    (only,) = grid.cells(study)
    pool = read_parquet(Layout(study).pool("ekk"))[0].num_rows
    assert only.n == pool > 20
    assert "agree" not in said and "few: few/fin/ekk/steps" in said
    words = [line.split() for line in Path("raw.txt").read_text("utf-8").splitlines()]
    before, after = (tags_in_transformers(made[0] / name, words) for name in ("tagger", "few"))
    assert before != after


def test_labels_that_are_all_spelled_as_the_source_spells_them_are_mapped_with_it(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The source's own map has PERSON already, and the labelled text has nothing else."""
    monkeypatch.chdir(texts)
    Path("persons.conll").write_text("Anna\tB-PERSON\nmeni\tO\n", encoding="utf-8")
    call(
        capsys,
        "distil persons.conll persons --target fin --source deu=deu.conll --labels PER LOC --labelled --draft",
    )
    raw = yaml.safe_load(Path("persons.yaml").read_text(encoding="utf-8"))
    assert raw["corpora"]["label_map"] == {"PERSON": "PER"}


def test_what_is_expected_of_a_teacher_with_labels(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(texts)
    call(capsys, "distil deu.conll own-few --target deu --source eng.conll --labelled --draft")
    study = config.load("own-few.yaml")
    told = said_by_a_teacher(0.98, study.labels, words=300)
    monkeypatch.setattr(expected, "_said", lambda *_: told)
    (only,) = grid.cells(study)
    text = " ".join(expected.sentences(study, only))
    assert "finds 30 entity words only: give more text" in text
    assert "deu, direct transfer from eng" in text and "Trained students" not in text
    assert f"trained on with {only.n} labelled sentences: where direct transfer was" in text


def test_sources_that_spell_types_otherwise_are_mapped(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(texts)
    call(
        capsys, "distil raw.txt both --target fin --source eng.conll --source deu=deu.conll --draft"
    )
    raw = yaml.safe_load(Path("both.yaml").read_text(encoding="utf-8"))
    assert raw["corpora"]["label_map"] == {"PERSON": "PER"}
    assert (raw["sources"], raw["methods"]) == (
        ["eng", "deu"],
        [{"name": "multi-avg-kl", "base": "multi-avg", "loss": "kl"}],
    )


def test_with_the_embedded_encoder_teachers_are_made_as_the_calibration_wants(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(texts)
    call(capsys, "distil raw.txt own --target fin --source eng.conll --draft")
    study = config.load("own.yaml")
    calibration = stored.read(plan_text.CALIBRATION)
    calibration.check(validity.made_with(study), "own.yaml")
    (only,) = grid.cells(study)
    # As sure as of Swahili's entities, or of nothing.
    for sure, least, most in ((0.98, 55, 100), (0.4, 0, 45)):
        told = said_by_a_teacher(sure, study.labels)
        monkeypatch.setattr(expected, "_said", lambda *_, told=told: told)
        text = " ".join(expected.sentences(study, only))
        found = re.search(r"fin, direct transfer from eng: .*?(\d+) F1 expected", text)
        assert found is not None and least <= int(found[1]) <= most, text
        assert "Trained students" not in text
        gains = " and ".join(f"{gain} of {n:,}" for n, gain in unlabelled.WARM_GAINS.items())
        assert f"above direct transfer by {gains} sentences" in text
    raw = yaml.safe_load(Path("own.yaml").read_text(encoding="utf-8"))
    Path("fresh.yaml").write_text(yaml.safe_dump(raw | {"methods": ["ts-kl"]}), encoding="utf-8")
    fresh = config.load("fresh.yaml")
    (only,) = grid.cells(fresh)
    near = calibration.entry("ts-kl", "eng", "u1200", 25)
    assert near is not None and near.carried is not None
    lost = -near.carried["mean"]
    assert f"students of 25 were {lost:.0f} F1 below direct transfer" in " ".join(
        expected.sentences(fresh, only)
    )


def test_types_that_are_wanted(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(texts)
    sources = "--source eng.conll --source deu=deu.conll"
    call(capsys, f"distil raw.txt some --target fin {sources} --draft --labels LOC PER")
    raw = yaml.safe_load(Path("some.yaml").read_text(encoding="utf-8"))
    assert (raw["labels"], raw["corpora"]["label_map"]) == (["LOC", "PER"], {"PERSON": "PER"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            "raw.txt x --target fin --source eng.conll --labels PER DATE",
            "have the type DATE. They share PER, LOC, ORG",
        ),
        ("raw.txt x --target fin --teacher bert --labels PER", "a teacher brings its own types"),
        ("none.txt x --target fin --source eng.conll", "none.txt: there is no such file"),
        (
            "raw.txt x --target fin --source eng.conll --source deu=deu.conll --labelled",
            "one teacher is trained on with labels",
        ),
        (
            "raw.txt x --target fin --source eng.conll --labelled",
            "raw.txt: no labelled text was recognised",
        ),
        ("none.txt x --target fin --source eng.conll --labelled", "there is no file none.txt"),
        ("raw.txt x --target fin --source none.conll", "there is no file none.conll"),
        ("raw.txt x --target fin --source xx=eng.conll", "the language of eng.conll is not known"),
        ("raw.txt x --target fin --source raw.txt", "the language of raw.txt is not known"),
        ("raw.txt x --target fin --source eng=raw.txt", "no labelled text was recognised"),
        ("raw.txt x --target suomi --source eng.conll", "`suomi` is not an ISO 639-3 code"),
        ("raw.txt x --target luganda --source eng.conll", "Did you mean lug (Ganda)"),
        ("commas.txt x --target fin --source eng.conll", "columns separated by commas"),
        ("raw.txt x --target fin --source eng=commas.txt", "Separate them by tabs"),
        ("raw.txt x --target eng --source eng.conll", "`eng` is also a source"),
        ("raw.txt x --target fin --teacher bert", "no exported tagger: xnerbench.json is missing"),
        ("few.txt x --target fin --source eng.conll", "5 different sentences are too few"),
    ],
)
def test_refused(
    texts: Path,
    arguments: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(texts)
    lines = Path("raw.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("few.txt").write_text("".join(lines[:5] * 10), encoding="utf-8")
    labelled = Path("eng.conll").read_text(encoding="utf-8")
    Path("commas.txt").write_text(labelled.replace("\t", ","), encoding="utf-8")
    assert said in call(capsys, f"distil {arguments}", status=2)
    assert not Path("x.yaml").exists()
