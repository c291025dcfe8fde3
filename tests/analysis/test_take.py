"""`xnerbench take`: the named files of a results folder, and nothing else that lies there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests import small_study
from xnerbench import cli
from xnerbench.study import config
from xnerbench.study.layout import Layout

SCORES = "method,target,n,f1\nts,deu,2,50\nts,deu,4,60\n"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of somebody's own with scores in it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "home"
    for part in ("", ".git", "counts", "sub"):
        (folder / part).mkdir()
    (folder / "scores.csv").write_text(SCORES)
    (folder / "corpora.csv").write_text("language,role\n")
    (folder / "counts" / "deu.parquet").write_bytes(b"counts")
    for secret in ("id_rsa", ".env", ".git/config", "counts/other.parquet", "sub/scores.csv"):
        (folder / secret).write_text("secret")
    (folder / "versions.json").symlink_to("/etc/hostname")
    raw = small_study.write(tmp_path) | {"scores": "home/scores.csv"}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(raw))
    return folder


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return int(ended.value.code or 0)


def test_only_named_files_are_copied(kept: Path) -> None:
    assert run("take", "--config", "study.yaml") == 0
    results = Layout(config.load("study.yaml")).results
    copied = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
    assert copied == {"scores.csv", "corpora.csv", "counts/deu.parquet"}
    assert (results / "scores.csv").read_text() == SCORES


def test_what_lay_beside_earlier_scores_goes(kept: Path) -> None:
    assert run("take", "--config", "study.yaml") == 0
    other = kept.parent / "other"
    other.mkdir()
    (other / "scores.csv").write_text(SCORES.replace("50", "51"))
    raw = yaml.safe_load(Path("study.yaml").read_text()) | {"scores": "other/scores.csv"}
    Path("study.yaml").write_text(yaml.safe_dump(raw))
    assert run("take", "--config", "study.yaml") == 0
    results = Layout(config.load("study.yaml")).results
    assert [path.name for path in results.rglob("*") if path.is_file()] == ["scores.csv"]
    assert (kept / "corpora.csv").is_file(), "what was named before stays"


def test_a_file_that_holds_no_scores_is_not_copied(kept: Path, capsys) -> None:
    (kept / "scores.csv").write_text(json.dumps({"key": "secret"}))
    assert run("take", "--config", "study.yaml") == 2
    assert "column" in capsys.readouterr().err
    assert not Path("results").exists()


def test_the_rule_calls_it() -> None:
    rules = (Path(cli.__file__).parent.parent / "rules" / "scores.smk").read_text()
    assert "xnerbench take" in rules and "cp -R" not in rules
