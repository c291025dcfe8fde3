"""`xnerbench init`: a folder of corpora as users have them becomes a configuration that passes the check."""

from __future__ import annotations

import json
import random
import shlex
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from xnerbench import cli
from xnerbench.commands.study import check
from xnerbench.data import survey
from xnerbench.data.embedded import generate
from xnerbench.study import config, proposal

Sentences = list[tuple[list[str], list[str]]]


def sentences(language: str, split: str, n: int) -> Sentences:
    return list(generate(language, split, n))


def columns(path: Path, rows: Sentences, **form: Any) -> None:
    """Writes columns; `front` stands before the word, `rename` renames types."""
    text = []
    for words, tags in rows:
        for i, (word, tag) in enumerate(zip(words, tags, strict=True), 1):
            for old, new in form.get("rename", {}).items():
                tag = tag.replace(f"-{old}", f"-{new}")
            text.append("\t".join([*([str(i)] if form.get("front") else []), word, tag]))
        text.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def run(*argv: str) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(argv))
    assert stop.value.code in (0, None)


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my corpora"


def test_what_comes_next_is_printed_as_it_works_here(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns(corpora / "eng" / "train.conll", sentences("eng", "train", 120))
    columns(corpora / "deu" / "train.conll", sentences("deu", "pool", 120))
    columns(corpora / "deu" / "test.conll", sentences("deu", "test", 60))
    run("init", str(corpora), "--out", "my study.yaml")
    out = capsys.readouterr().out
    root = Path(cli.__file__).parents[1]
    assert "xnerbench check 'my study.yaml'\n" in out
    assert (
        f" snakemake --cores 2 --configfile 'my study.yaml' --snakefile {root}/Snakefile\n" in out
    )


def test_a_folder_as_users_have_it(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns(corpora / "English" / "train.conll", sentences("eng", "train", 120))
    columns(
        corpora / "de" / "german.train.txt", sentences("deu", "pool", 120), rename={"PER": "PERSON"}
    )
    columns(
        corpora / "de" / "german.test.txt", sentences("deu", "test", 60), rename={"PER": "PERSON"}
    )
    columns(corpora / "set" / "swa" / "test.tsv", sentences("swa", "test", 60), front=True)
    (corpora / "raw").mkdir()
    lines = [" ".join(words) for words, _ in sentences("swa", "pool", 150)]
    (corpora / "raw" / "swa.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    fra = corpora / "fra"
    fra.mkdir()
    for split, n in (("train", 110), ("test", 50)):
        rows = sentences("fra", "pool" if split == "train" else split, n)
        table = pa.table({"tokens": [w for w, _ in rows], "ner_tags": [t for _, t in rows]})
        pq.write_table(table, fra / f"{split}-00000-of-00001.parquet")
    (corpora / "README.md").write_text("Not a corpus.\n\nAnd no language.\n")
    (corpora / "mystery.conll").write_text("a O\nb B-PER\n\nc O\n")
    run("init", str(corpora))
    out = capsys.readouterr().out
    raw = yaml.safe_load(Path("my-corpora.yaml").read_text(encoding="utf-8"))
    assert (raw["sources"], raw["targets"]) == (["eng"], ["deu", "fra", "swa"])
    assert raw["sizes"] == [25, 100]
    assert raw["corpora"]["label_map"] == {"PERSON": "PER"}
    entries = raw["corpora"]["languages"]
    assert entries["swa"]["token_column"] == 1
    assert entries["swa"]["pool"] == {"path": "raw/swa.txt", "segmentation": "spaces"}
    assert entries["fra"] | {"family": ""} == {
        "format": "hub", "path": "fra", "train": "train", "test": "test", "family": ""
    }  # fmt: skip
    assert raw["methods"] == ["direct", "ts-kl"]  # the Swahili pool has no gold tags
    assert "left out: mystery.conll: no name in its path is a language; name the file" in out
    assert "forecast: " in out
    assert check.check(config.load("my-corpora.yaml")) == []
    # What is there already is not written over.
    with pytest.raises(SystemExit) as stop:
        cli.main(["init", str(corpora)])
    assert stop.value.code == 2


def test_a_folder_with_the_name_of_a_studys_own(tmp_path: Path) -> None:
    assert proposal.study_name(tmp_path / "corpora") == "corpora-study"
    assert proposal.study_name(tmp_path / "my corpora!") == "my-corpora"
    assert proposal.study_name(tmp_path / "_") == "study"


def test_sources_are_chosen(corpora: Path) -> None:
    for code in ("deu", "spa", "fin"):
        columns(corpora / code / "train.conll", sentences(code, "pool", 60))
        columns(corpora / code / "test.conll", sentences(code, "test", 60))
    run("init", str(corpora), "--out", "two.yaml", "--source", "spa", "--source", "deu")
    raw = yaml.safe_load(Path("two.yaml").read_text(encoding="utf-8"))
    assert (raw["sources"], raw["targets"]) == (["spa", "deu"], ["fin"])
    assert raw["methods"] == [
        "direct",
        "ts-kl",
        "direct-avg",
        {"name": "multi-avg-kl", "base": "multi-avg", "loss": "kl"},
        "supervised",
    ]
    with pytest.raises(SystemExit):
        cli.main(["init", str(corpora), "--out", "three.yaml", "--source", "swa"])


def raw_text(path: Path, rows: Sentences) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(" ".join(words) + "\n" for words, _ in rows), encoding="utf-8")


def test_raw_text_that_serves_nothing_is_said_to_be_left_out(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns(corpora / "eng" / "train.conll", sentences("eng", "train", 60))
    for split in ("train", "test"):
        columns(corpora / "deu" / f"{split}.conll", sentences("deu", split, 60))
    raw_text(corpora / "lug" / "raw.txt", sentences("swa", "pool", 60))
    raw_text(corpora / "lug" / "second.txt", sentences("swa", "test", 60))
    run("init", str(corpora))
    out = capsys.readouterr().out
    text = Path("my-corpora.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["targets"] == ["deu"]
    for line in (
        "lug/second.txt: lug/raw.txt is taken as raw text of lug",
        "lug (lug/raw.txt): raw text, but neither labelled text nor a test set; a tagger can be made of it: ",
    ):
        assert f"left out: {line}" in out and f"#   {line}" in text


def test_labels_and_raw_text_without_a_test_set(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns(corpora / "eng" / "train.conll", sentences("eng", "train", 60))
    raw_text(corpora / "lug" / "raw.txt", sentences("swa", "pool", 120))
    raw_text(corpora / "xho" / "raw.txt", sentences("fin", "pool", 10))
    run("init", str(corpora))
    out = capsys.readouterr().out
    assert "lug (Ganda): raw text in lug/raw.txt; target without a test set, 1" in out
    assert "left out: xho: 10 unlabelled sentences are too few" in out
    text = Path("my-corpora.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    assert (raw["targets"], raw["untested"], raw["sizes"]) == (["lug"], ["lug"], [25, 100])
    assert raw["corpora"]["languages"]["lug"]["pool"]["path"] == "lug/raw.txt"
    assert check.check(config.load("my-corpora.yaml")) == []
    # The command that stands there can be typed as it is.
    (command,) = [line for line in text.splitlines() if "xnerbench distil" in line]
    run(*shlex.split(command.partition(": xnerbench ")[2]), "--draft")
    drafted = yaml.safe_load(Path("lug-tagger.yaml").read_text(encoding="utf-8"))
    assert (drafted["sources"], drafted["untested"]) == (["eng"], ["lug"])


def test_a_labelled_file_without_empty_lines_is_no_raw_text(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns(corpora / "eng" / "train.conll", sentences("eng", "train", 60))
    path = corpora / "lug" / "train.conll"
    columns(path, sentences("swa", "train", 60))
    path.write_text(path.read_text(encoding="utf-8").replace("\n\n", "\n"), encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["init", str(corpora)])
    left_out = (
        "lug/train.conll: has no empty line between its sentences; put one after each sentence"
    )
    assert left_out in capsys.readouterr().err


def test_raw_text_without_labels_is_named_in_the_error(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw_text(corpora / "lug" / "raw.txt", sentences("swa", "pool", 60))
    with pytest.raises(SystemExit):
        cli.main(["init", str(corpora)])
    assert "left out: lug (lug/raw.txt): raw text, but neither" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01" * 50, b"{", b"\n\n\n", "Só texto.\n".encode("latin-1")]
)
def test_odd_files_end_in_one_sentence(
    corpora: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpora / "por").mkdir(parents=True)
    (corpora / "por" / "train.txt").write_bytes(content)
    with pytest.raises(SystemExit) as stop:
        cli.main(["init", str(corpora)])
    assert stop.value.code == 2
    assert "no study can be made of it" in capsys.readouterr().err
    assert not Path("my-corpora.yaml").exists()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("conll2003/eng/test.conll", "eng"), ("ner_uk/ukr/dev.conll", "ukr"), ("uner/cmn_gsdsimp/x.conll", "cmn"),
        ("unlabelled/kin.txt", "kin"), ("de.train.conll", "deu"), ("Swahili/train.txt", "swa"),
        ("raw/test.txt", None), ("ner/data.txt", None), ("ger/train.bio", "deu"),
        ("Luganda/raw.txt", "lug"), ("isiZulu/train.conll", "zul"), ("farsi_train.txt", "fas"),
    ],
)  # fmt: skip
def test_languages_are_named_by_paths(path: str, code: str | None) -> None:
    assert survey.language_of(Path(path)) == code


def conllu(path: Path, rows: Sentences) -> None:
    """Writes CoNLL-U; a sentence's first word is analysed into two."""
    text = []
    for words, tags in rows:
        text.append("# text = " + " ".join(words))
        for i, (word, tag) in enumerate(zip(words, tags, strict=True), 1):
            misc = f"SpaceAfter=No|name={tag}" if i == len(words) else f"name={tag}"
            text.append(f"{i}\t{word}\t{word.lower()}\tNOUN\t_\t_\t0\troot\t_\t{misc}")
        text.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def jsonl(path: Path, rows: Sentences, **form: str) -> None:
    tokens, tags = form.get("tokens", "tokens"), form.get("tags", "ner_tags")
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": i, tokens: w, tags: t}) for i, (w, t) in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_json_lines_and_conllu_are_taken(corpora: Path) -> None:
    jsonl(corpora / "eng" / "train.jsonl", sentences("eng", "train", 60), tokens="words")
    for split, name in (("pool", "train"), ("test", "test")):
        conllu(corpora / f"deu-ud-{name}.conllu", sentences("deu", split, 60))
        jsonl(corpora / "fin" / f"{name}.jsonl", sentences("fin", split, 60))
    run("init", str(corpora))
    raw = yaml.safe_load(Path("my-corpora.yaml").read_text(encoding="utf-8"))
    entries = raw["corpora"]["languages"]
    assert {code: entry["format"] for code, entry in entries.items()} == {
        "eng": "jsonl", "deu": "conllu", "fin": "jsonl",
    }  # fmt: skip
    assert entries["eng"]["tokens"] == "words"
    assert "name" not in entries["deu"]
    assert check.check(config.load("my-corpora.yaml")) == []


def test_people_are_preferred_to_programs(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for home in ("conll/eng", "wikiann/eng", "wikiann/deu", "wikiann/spa"):
        for split in ("train", "test"):
            columns(corpora / home / f"{split}.conll", sentences(home[-3:], split, 60))
    columns(corpora / "conll" / "eng" / "test.conll", sentences("eng", "test", 60))
    columns(corpora / "press" / "deu" / "test.conll", sentences("deu", "test", 60))
    columns(corpora / "press" / "deu" / "train.conll", sentences("deu", "pool", 60))
    # Without a test set it cannot be a target, though people annotated it.
    columns(corpora / "press" / "spa" / "train.conll", sentences("spa", "pool", 60))
    run("init", str(corpora))
    text = Path("my-corpora.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)["corpora"]["languages"]
    assert {code: entry["family"] for code, entry in entries.items()} == {
        "eng": "conll", "deu": "press", "spa": "wikiann",
    }  # fmt: skip
    assert "# German; annotated by people, so taken before WikiANN" in text
    assert "deu (wikiann/deu): press/deu is taken for this language, since people" in text
    assert "spa (press/spa): wikiann/spa is taken for this language: this one has no" in text


def test_recognised_formats(tmp_path: Path) -> None:
    rows = [f"{i}\t{w}\t{w}\tNOUN\t_\t_\t0\troot\t_\tname={t}" for i, (w, t) in
            enumerate([("Anna", "B-PER"), ("came", "O")], 1)]  # fmt: skip
    (tmp_path / "fin.train.conllu").write_text("# text = x\n" + "\n".join([*rows, "", *rows, ""]))
    lines = [json.dumps({"id": 1, "tokens": ["Anna", "came"], "ner_tags": ["B-PER", "O"]})] * 3
    (tmp_path / "fin.test.jsonl").write_text("\n".join(lines))
    random.seed(0)
    pos = [f"{w} {random.choice(['NN', 'VB', 'DT', 'IN'])} O {t}" for w, t in
           [("Anna", "I-PER"), ("came", "O"), ("here", "O")] * 5]  # fmt: skip
    (tmp_path / "spa.dev").write_text("\n".join([*pos[:7], "", *pos[7:], ""]))
    found = {f.path.name: (f.format, f.split, f.settings) for f in survey.look(tmp_path)}
    assert found == {
        "fin.train.conllu": ("conllu", "train", {"name": "name"}),
        "fin.test.jsonl": ("jsonl", "test", {"tokens": "tokens", "tags": "ner_tags"}),
        "spa.dev": ("conll", "dev", {}),
    }
