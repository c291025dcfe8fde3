"""What a study's trained teachers say of a text, before anything is read off it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from tests import small_study
from xnerbench import cli
from xnerbench.analysis.confidence.stored import Stored
from xnerbench.commands.results import plan_text
from xnerbench.errors import InputError
from xnerbench.jobs.parts import unlabelled
from xnerbench.pipeline import advice
from xnerbench.study import config

CALIBRATION = SimpleNamespace(
    check=lambda *_: None, of_other_corpora=lambda families: [f"families: {families}"]
)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> config.Config:
    """A study whose English teacher is trained, and answers."""
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(small_study.write(tmp_path)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(unlabelled, "trained", lambda *_: {"eng": [0]})
    counts = {"words": 2, "subwords": 4, "split_words": 1}
    monkeypatch.setattr(unlabelled, "probabilities", lambda *_: ([np.ones((2, 7))], counts))
    return config.load("study.yaml")


def test_the_teacher_of_the_language_itself_is_not_asked(study: config.Config) -> None:
    """`transfer finds nothing here` would be false where nobody was asked."""
    with pytest.raises(InputError, match="no trained teacher of another language than eng"):
        plan_text.of_study(study, "eng", [["Anna", "speaks"]], CALIBRATION)


def test_how_to_train_a_teacher_is_said_with_the_study_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my.yaml").write_text(yaml.safe_dump(small_study.write(tmp_path)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Stored, "check", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["plan", "--config", "my.yaml"])
    assert ended.value.code == 2
    train = "snakemake --cores 2 work/small/teachers/eng.s0.safetensors --configfile my.yaml"
    assert f"`{train} --snakefile {advice.SNAKEFILE}`" in capsys.readouterr().err


def test_of_a_given_teachers_source_no_corpus_is_known(study: config.Config) -> None:
    known = plan_text.of_study(study, "swa", [["Anna", "asema"]], CALIBRATION)
    assert "eng" in known.about[0]
    languages = {k: v for k, v in study.corpora.languages.items() if k != "eng"}
    corpora = dataclasses.replace(study.corpora, languages=languages)
    given = dataclasses.replace(study, corpora=corpora, given_teacher="tagger")
    said = plan_text.of_study(given, "swa", [["Anna", "asema"]], CALIBRATION)
    assert (said.about, list(said.probabilities)) == (("families: {}",), ["eng"])


def test_a_labelled_file_is_doubted(
    study: config.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("raw.txt").write_text("Anna asema.\nOslo ni baridi.\n", encoding="utf-8")
    for name, doubted in (("corpora/deu.train.conll", True), ("raw.txt", False)):
        args = SimpleNamespace(
            config=[Path("study.yaml")],
            text=[Path(name)],
            language=["swa"],
            words=False,
            teacher=None,
        )
        ((language, _),) = plan_text._said(args, CALIBRATION)
        assert language == "swa"
        assert ("looks like CoNLL columns" in capsys.readouterr().err) == doubted
