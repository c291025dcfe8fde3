"""The whole way, as somebody goes it who has corpora in a folder and nothing else; README has the same in ten lines."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from transformers import pipeline

from tests.learning.conftest import small_bert
from xnerbench import cli
from xnerbench.data.embedded import generate

ROOT = Path(__file__).parents[2]
EDITED = {
    # What a person changes in the written configuration, here to have it done in seconds.
    "encoder: {name: embedded}": "encoder: {name: bert}",
    "seeds: [0, 1, 2]": "seeds: [0]\nstudent: {learning_rate: 0.01, epochs: 1, min_steps: 4}\n"
    "teacher: {learning_rate: 0.01}\nanalysis: {bootstrap: 100}\nmax_subwords: 128",
    "sizes: [25]": "sizes: [10, 25]",
}


def call(*arguments: str) -> str:
    """Runs a command of the suite; what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    assert ended.value.code == 0, printed.getvalue()
    return printed.getvalue()


def snakemake(*arguments: str) -> None:
    """Runs Snakemake in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Columns for two languages, and raw text for one of them."""
    folder = tmp_path_factory.mktemp("person")
    small_bert(folder / "bert", positions=192)
    for name, split, n in (("eng/train", "train", 60), ("fin/test", "test", 60)):
        path = folder / "corpora" / f"{name}.conll"
        path.parent.mkdir(parents=True)
        rows = generate(name[:3], split, n)
        text = ["".join(f"{w}\t{t}\n" for w, t in zip(*row, strict=True)) for row in rows]
        path.write_text("\n".join(text), encoding="utf-8")
    raw = [" ".join(words) for words, _ in generate("fin", "pool", 60)]
    (folder / "corpora/fin/raw.txt").write_text("\n".join(raw) + "\n", encoding="utf-8")
    return folder


def test_from_a_folder_of_corpora_to_a_tagger(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert "written: study.yaml" in call("init", "corpora", "--out", "study.yaml")
    path = folder / "study.yaml"
    written = path.read_text(encoding="utf-8")
    for line, own in EDITED.items():
        assert line in written
        written = written.replace(line, own)
    path.write_text(written, encoding="utf-8")
    checked = call("check", "study.yaml")
    assert "no mistakes found" in checked
    assert "test: " in checked  # a sentence as it was read
    assert "fin" in call("describe", "--config", "study.yaml")
    snakemake("--cores", "2", "--configfile", "study.yaml")
    scores = pd.read_csv(folder / "results/corpora-study/scores.csv")
    assert set(scores["status"]) == {"ok"}
    assert (folder / "results/corpora-study/report.html").is_file()
    call("export", "--config", "study.yaml", "--best", "fin", "tagger")
    raw = (folder / "corpora/fin/raw.txt").read_text(encoding="utf-8").splitlines()[:3]
    Path("news.txt").write_text("\n".join(raw) + "\n", encoding="utf-8")
    tagged = call("tag", "tagger", "news.txt", "--words", "--format", "jsonl")
    ours = [json.loads(line) for line in tagged.splitlines()]
    assert [entry["words"] for entry in ours] == [line.split() for line in raw]
    tag = pipeline(
        "token-classification", str(folder / "tagger"), aggregation_strategy="first", device="cpu"
    )
    for entry, line in zip(ours, raw, strict=True):
        found = [(part["entity_group"], part["start"]) for part in tag(line)]
        starts = [sum(len(w) + 1 for w in entry["words"][:i]) for i in range(len(entry["words"]))]
        assert found == [(e["type"], starts[e["start"]]) for e in entry["entities"]]
