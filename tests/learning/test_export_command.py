"""A finished study's taggers as Hugging Face folders: they say what their cells say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.learning.conftest import small_bert
from tests.learning.test_export import tags_in_transformers
from tests.workflow.project import STUDY
from xnerbench import cli
from xnerbench.jobs import activations, cell, corpus, encoder, score, softlabels, subset, teacher
from xnerbench.storage.artifacts import read_json
from xnerbench.study import config
from xnerbench.study.layout import Layout

STUDENT = "ts/eng/fin/steps/n20/s0"
CELLS = [STUDENT, "direct/deu/fin/none/n0/s0", "multi-avg/eng+deu/fin/steps/n20/s0"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny study's files for one target, as Snakemake leaves them."""
    folder = tmp_path_factory.mktemp("study")
    small_bert(folder / "bert")
    (folder / "study.json").write_text(json.dumps(STUDY))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        study = config.load(Path("study.json"))
        layout = Layout(study)
        encoder.run(study, layout)
        for language, role, splits in (
            ("eng", "source", ("train",)),
            ("deu", "source", ("train",)),
            ("fin", "target", ("pool", "test")),
        ):
            corpus.run(study, layout, language, role)
            for split in splits:
                activations.run(study, layout, language, split)
        subset.run(study, layout, "fin", "0")
        for source in ("eng", "deu"):
            teacher.run(study, layout, source, "0")
            softlabels.run(study, layout, "fin", source, "0")
        for name in CELLS:
            cell.run(study, layout, name)
        score.run(study, layout, "fin")
        for temporary in ("activations", "softlabels"):
            shutil.rmtree(layout.work / temporary)
    return folder


@pytest.fixture
def study(finished: Path, tmp_path: Path, monkeypatch) -> Path:
    shutil.copytree(finished, tmp_path / "study")
    monkeypatch.chdir(tmp_path / "study")
    return tmp_path / "study"


def call(capsys, *arguments: str, status: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    out, err = capsys.readouterr()
    assert ended.value.code == status, err
    return out + err


@pytest.mark.parametrize("name", CELLS)
def test_an_exported_cell_tags_as_the_cell_did(study: Path, name: str, capsys) -> None:
    before = {path for path in (study / "work").rglob("*") if path.is_file()}
    output = call(capsys, "export", "--config", "study.json", "--cell", name, "out")
    assert output.startswith(f"out: {name}")
    assert {path for path in (study / "work").rglob("*") if path.is_file()} == before
    table = pq.read_table(f"work/tiny/cells/{name}.parquet")
    folder = study / "out"
    assert read_json(folder / "xnerbench.json")["equal_tags"] == 1.0
    words = table["words"].to_pylist()
    assert tags_in_transformers(folder, words) == table["tags"].to_pylist()
    card = (folder / "README.md").read_text(encoding="utf-8")
    for needed in ("library_name: transformers", "licence", "How to cite", "10.18653", name):
        assert needed in card
    assert "(95 % interval over test sentences" in card
    assert str(study) not in card


def test_best_is_fixed_beforehand_and_what_is_missing_is_told(study: Path, capsys) -> None:
    call(capsys, "export", "--config", "study.json", "--best", "fin", "out")
    chosen = read_json(study / "out/xnerbench.json")
    assert chosen["cell"].endswith("n20/s0")
    assert "highest test" not in chosen["chosen"]
    shutil.rmtree(study / "work/tiny/teachers")
    missing = call(capsys, "export", "--config", "study.json", "--cell", STUDENT, "new", status=2)
    assert "teachers/eng.s0.safetensors" in missing
    assert not (study / "new").exists()
