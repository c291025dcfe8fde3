"""Malformed studies: each ends with status 2 and a message that names the place and the remedy.

Every case starts from a small study that is right, breaks one thing, and runs the command line on it.
Nothing may be written. (Repairs that are counted instead are in `tests/data/test_conll.py`.)
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from tests import small_study
from xnerbench import cli

Raw = dict[str, Any]
Break = Callable[[Raw, Path], Any]


def set_key(*at_and_value: Any) -> Break:
    """Sets one key: `set_key("teacher", "epochs", 0)`."""
    *parents, last, value = at_and_value

    def change(raw: Raw, folder: Path) -> None:
        part = raw
        for key in parents:
            part = part.setdefault(key, {})
        part[last] = value

    return change


def deu(**entry: Any) -> Break:
    """Changes the target's corpus."""
    return lambda raw, folder: raw["corpora"]["languages"]["deu"].update(entry)


def drop(*at: str) -> Break:
    def change(raw: Raw, folder: Path) -> None:
        part = raw
        for key in at[:-1]:
            part = part[key]
        del part[at[-1]]

    return change


def text(content: str | bytes, name: str = "deu.test.conll") -> Break:
    """Puts other content into one corpus file."""
    raw_bytes = content if isinstance(content, bytes) else content.encode("utf-8")
    return lambda raw, folder: (folder / "corpora" / name).write_bytes(raw_bytes)


def both(*changes: Break) -> Break:
    return lambda raw, folder: [change(raw, folder) for change in changes]


def hub(**entry: Any) -> Break:
    return set_key("corpora", "languages", "deu", {"format": "hub", **entry})


def parquet(**columns: Any) -> Break:
    def change(raw: Raw, folder: Path) -> None:
        (folder / "corpora" / "p").mkdir()
        for split in ("train", "test"):
            pq.write_table(pa.table(columns), folder / "corpora" / "p" / f"{split}.parquet")
        hub(path="p")(raw, folder)

    return change


LINE = "Anna\tB-PER\n"
EMBEDDED = {"format": "embedded"}

CONFIGURATIONS = {
    "unknown key": (set_key("sead", [1]), "sead", "Did you mean `seeds`"),
    "unknown key in a part": (set_key("teacher", "lr", 1.0), "teacher.lr", "The keys here are"),
    "key in the wrong part": (set_key("max_pool", 3), "max_pool", "It belongs under `corpora`"),
    "missing key": (drop("sizes"), "sizes", "Add it"),
    "study is a path": (set_key("study", "../up"), "study", "Use letters"),
    "study is absolute": (set_key("study", "/tmp/x"), "study", "Use letters"),
    "study is hidden": (set_key("study", ".git"), "study", "Use letters"),
    "study with a line end": (set_key("study", "a\n"), "study", "Use letters"),
    "study is a number": (set_key("study", 7), "study", "Write text"),
    "study of 200 letters": (set_key("study", "a" * 200), "study", "at most 100"),
    "no as a language": (set_key("targets", [False]), "targets[0]", "Norwegian is nob or nno"),
    "no as a key": (
        set_key("corpora", "languages", False, EMBEDDED), "corpora.languages", "nob or nno",
    ),
    "two-letter code": (set_key("targets", ["de"]), "targets[0]", "Did you mean deu (German)"),
    "language name": (set_key("targets", ["german"]), "targets[0]", "Did you mean deu (German)"),
    "nonsense code": (set_key("targets", ["qqqq"]), "targets[0]", "iso639-3.sil.org"),
    "code as a path": (set_key("targets", ["../../x"]), "targets[0]", "iso639-3"),
    "macrolanguage": (set_key("targets", ["lav"]), "targets[0]", "analysis: {macrolanguages:"),
    "wrong macrolanguage map": (
        set_key("analysis", "macrolanguages", {"ara": "arabic"}),
        "analysis.macrolanguages.ara", "Did you mean ara (Arabic)",
    ),
    "source is a target": (
        set_key("targets", ["deu", "eng"]), "targets[1]", "`exclude_target_from_sources: true`",
    ),
    "repeated source": (set_key("sources", ["eng", "eng"]), "sources[1]", "Remove one"),
    "repeated seed": (set_key("seeds", [0, 1, 0]), "seeds[2]", "Remove one"),
    "repeated size": (set_key("sizes", [2, 2]), "sizes[1]", "Remove one"),
    "repeated method": (set_key("methods", ["ts", "ts"]), "methods[1]", "Remove one"),
    "a label that is a column": (set_key("labels", ["PER", "lenient"]), "labels[1]", "otherwise"),
    "negative seed": (set_key("seeds", [-1]), "seeds[0]", "at least 0"),
    "seed as text": (set_key("seeds", ["1"]), "seeds[0]", "Write 1"),
    "seed with a point": (set_key("seeds", [0.5]), "seeds[0]", "a whole number"),
    "size of nothing": (set_key("sizes", [0]), "sizes[0]", "at least 1"),
    "sizes without brackets": (set_key("sizes", 25), "sizes", "Write it as a list: [25]"),
    "empty list": (set_key("seeds", []), "seeds", "Give at least one value"),
    "empty key": (set_key("teacher", None), "teacher", "leave the key out"),
    "unknown method": (set_key("methods", ["ts-hrad"]), "methods[0]", "Did you mean `ts-hard`"),
    "unknown budget": (set_key("budgets", ["step"]), "budgets[0]", "Did you mean `steps`"),
    "one source for many": (
        set_key("methods", ["ts", "multi-avg"]), "methods[1]", "Add a language to `sources`",
    ),
    "single source elsewhere": (set_key("single_sources", ["fra"]), "single_sources[0]", "Add it"),
    "only a method left out": (
        set_key("only", {"supervised": {"sizes": [2]}}), "only.supervised", "methods are",
    ),
    "only another size": (set_key("only", {"ts": {"sizes": [3]}}), "only.ts.sizes[0]", "2, 4"),
    "only sizes of direct": (
        set_key("only", {"direct": {"sizes": [2]}}), "only.direct.sizes", "Remove the key",
    ),
    "only an unknown key": (set_key("only", {"ts": {"size": [2]}}), "only.ts.size", "`sizes`"),
    "exponent without a point": (
        set_key("teacher", "learning_rate", "1e-4"), "teacher.learning_rate", "Write 1.0e-04",
    ),
    "negative rate": (set_key("student", "learning_rate", -1.0), "student.learning_rate", "above 0"),
    "dropout of one": (set_key("student", "dropout", 1.0), "student.dropout", "below 1"),
    "subwords beyond the model": (set_key("max_subwords", 4096), "max_subwords", "at most 512"),
    "frozen beyond the kept": (
        set_key("encoder", {"layers": 2, "freeze": 5}), "encoder.freeze", "from 0 to 2",
    ),
    "hub model without revision": (
        set_key("encoder", {"name": "owner/model"}), "encoder.name", "local folder",
    ),
    "branch for a revision": (
        set_key("encoder", {"name": "owner/model", "revision": "main"}),
        "encoder.revision", "commit's hash",
    ),
    "missing encoder folder": (
        set_key("encoder", {"name": "./nowhere"}), "encoder.name", "Check the path",
    ),
    "unknown device": (set_key("compute", {"device": "gpu"}), "compute.device", "`cuda:0`"),
    "labels with a prefix": (set_key("labels", ["B-PER"]), "labels[0]", "without `B-`"),
    "label map to no label": (
        set_key("corpora", "label_map", {"GPE": "PLACE"}), "corpora.label_map.GPE", "labels are",
    ),
    "label map from a tag": (
        set_key("corpora", "label_map", {"B-GPE": "LOC"}), "corpora.label_map.B-GPE", "type alone",
    ),
    "label nobody has": (
        set_key("labels", ["PER", "LOC", "MISC"]), "corpora.languages.eng.train", "label_map",
    ),
    "language without a corpus": (set_key("targets", ["nld"]), "targets[0]", "corpora.languages.nld"),
    "target without a test set": (deu(test=None), "corpora.languages.deu", "Add `test:`"),
    "target without text": (deu(train=None), "corpora.languages.deu", "Add `pool:`"),
    "source without text": (
        drop("corpora", "languages", "eng", "train"), "corpora.languages.eng", "Add `train:`",
    ),
    "unknown format": (deu(format="conl"), "corpora.languages.deu.format", "Did you mean `conll`"),
    "no format": (
        drop("corpora", "languages", "deu", "format"), "corpora.languages.deu", "format: conll",
    ),
    "key of another format": (
        deu(revision="0123456"), "corpora.languages.deu.revision", "The keys here are",
    ),
    "size beyond the cap": (set_key("corpora", "max_pool", 3), "sizes[1]", "Raise the cap"),
    "size beyond the pool": (set_key("sizes", [2, 6]), "sizes[1]", "Remove the size"),
    "size beyond the embedded pool": (
        set_key("corpora", "languages", "deu", {**EMBEDDED, "pool": 3}), "sizes[1]", "Raise",
    ),
    "gold of plain text": (
        both(set_key("methods", ["ts", "supervised"]), deu(pool={"path": "x.txt"})),
        "methods[1]", "leave the target out",
    ),
    "hub name without revision": (hub(name="o/c"), "corpora.languages.deu", "Add `revision:`"),
    "hub without name and path": (hub(), "corpora.languages.deu", "Give one of the two"),
    "unset variable": (set_key("corpora", "root", "$NO_SUCH_ROOT"), "corpora.root", "Export"),
    "primary method left out": (
        set_key("analysis", "primary_method", "ts-kl"), "analysis.primary_method", "Choose one of direct, ts",
    ),
    "unknown distance": (
        set_key("analysis", "primary_distance", "syntax"), "analysis.primary_distance", "syntactic",
    ),
    "missing table of distances": (
        set_key("analysis", "distances", "d.csv"), "analysis.distances", "Check the path",
    ),
    "missing scores": (set_key("scores", "scores.csv"), "scores", "Check the path"),
}  # fmt: skip

CORPORA = {
    "missing file": (deu(test="no.conll"), "corpora.languages.deu.test", "Check the path"),
    "folder for a file": (deu(test="."), "corpora.languages.deu.test", "a file in it"),
    "path with a zero": (deu(test="a\0b"), "corpora.languages.deu.test", "Check the path"),
    "path too long": (deu(test="a" * 5000), "corpora.languages.deu.test", "Check the path"),
    "empty file": (text(""), "deu.test.conll", "the right file"),
    "file of blank lines": (text("\n \n\n"), "deu.test.conll", "the right file"),
    "file of headers": (text("-DOCSTART- O\n\n"), "deu.test.conll", "the right file"),
    "word without a tag": (text(LINE + "sings\n"), "deu.test.conll:2", "Correct the line"),
    "tab without a tag": (text(LINE + "sings\t\n"), "deu.test.conll:2", "Correct the line"),
    "tag without a word column": (
        both(deu(token_column=1, tag_column=2), text("1\tAnna\tB-PER\n2\tO\n")),
        "deu.test.conll:2", "`token_column`",
    ),
    "spaces in a file of tabs": (text(LINE + "sings O\n"), "deu.test.conll:2", "`separator`"),
    "tags without prefix among others": (
        text(LINE + "\nOslo\tLOC\n"), "deu.test.conll:3", "another column of tags",
    ),
    "a word for a tag": (text(LINE + "Oslo\tOslo\n"), "deu.test.conll:2", "Correct it"),
    "prefix without a type": (text("Anna\tB-\nBerg\tI-PER\n"), "deu.test.conll:1", "Correct it"),
    "a column of words for tags": (
        text("".join(f"w{i}\tx{i}\n" for i in range(150))), "deu.test.conll:1", "another column",
    ),
    "column that does not exist": (deu(tag_column=4), "deu.test.conll:1", "`tag_column`"),
    "not the stated scheme": (
        both(deu(scheme="iob2"), text("Anna\tS-PER\n")), "deu.test.conll:1", "Correct it",
    ),
    "no ends of sentences": (text("a\tO\n" * 5001), "deu.test.conll:1", "empty line"),
    "Latin-1 bytes": (text(b"Anna\tB-PER\nZ\xfcrich\tB-LOC\n"), "deu.test.conll:2", "`encoding:`"),
    "UTF-16": (text(LINE.encode("utf-16")), "corpora.languages.deu.test", "`encoding: utf-16`"),
    "unknown encoding": (deu(encoding="utf-9"), "corpora.languages.deu.t", "latin-1"),
    "codec that is no encoding": (deu(encoding="rot13"), "corpora.languages.deu.t", "latin-1"),
    "gzip": (text(gzip.compress(b"x")), "corpora.languages.deu.test", "Unpack"),
    "zip": (text(b"PK\x03\x04rest"), "corpora.languages.deu.test", "Unpack"),
    "Parquet as columns": (text(b"PAR1rest"), "corpora.languages.deu.test", "Unpack"),
    "no entity": (text("Nothing\tO\nhere\tO\n"), "corpora.languages.deu.test", "label_map"),
    "a label is missing": (text(LINE), "corpora.languages.deu.test", "leave the label out"),
    "other labels": (
        text("Anna\tB-PERSON\nOslo\tB-GPE\nAcme\tB-ORG\n"), "corpora.languages.deu.test", "Map one",
    ),
    "pool of test sentences only": (
        text(small_study.conll(small_study.SENTENCES), "deu.train.conll"),
        "corpora.languages.deu", "Give other text",
    ),
    "empty source": (text("", "eng.train.conll"), "eng.train.conll", "the right file"),
    "pool of plain text is missing": (
        deu(pool={"path": "no.txt"}), "corpora.languages.deu.pool", "Check the path",
    ),
    "empty pool": (
        both(text("\n\n", "p.txt"), deu(pool={"path": "p.txt"})), "p.txt", "the right file",
    ),
    "pool without ends of sentences": (
        both(text("a " * 5001, "p.txt"), deu(pool={"path": "p.txt"})), "p.txt:1", "each line",
    ),
    "pool without spaces": (
        both(text("กรุงเทพร้อนมาก\n", "p.txt"), deu(pool={"path": "p.txt"})),
        "p.txt", "segmentation: spaces",
    ),
    "Parquet folder is missing": (hub(path="p"), "corpora.languages.deu", "Check `path`"),
    "Parquet without columns": (
        parquet(words=[["Anna"]]), "corpora.languages.deu", "Set `tokens:` to one of words",
    ),
    "Parquet of unequal lists": (
        parquet(tokens=[["Anna"]], ner_tags=[["O", "O"]]), "test.parquet", "Correct the file",
    ),
    "Parquet of bare numbers": (
        parquet(tokens=[["Anna"]], ner_tags=[[1]]), "test.parquet", "`tag_names:`",
    ),
    "Parquet with a wrong tag": (
        parquet(tokens=[["Anna", "Berg"]], ner_tags=[["B-PER", "PER"]]), "row 0", "Correct it",
    ),
    "embedded corpus of another language": (
        both(set_key("targets", ["bam"]), set_key("corpora", "languages", "bam", EMBEDDED)),
        "corpora.languages.bam", "It has",
    ),
}  # fmt: skip

FILES = {
    "not YAML": ("study: [", "study.yaml:", "brackets"),
    "tabs for indentation": ("study: s\n\tsizes: [1]\n", "study.yaml:2", "indentation"),
    "list": ("- a\n", "study.yaml", "config/"),
    "nothing": ("", "study.yaml", "config/"),
    "word": ("hello\n", "study.yaml", "config/"),
    "repeated key": ("study: a\nseeds: [0]\nseeds: [1]\n", "study.yaml:3: seeds", "Keep one"),
    "Python object": ("study: !!python/object/apply:os.getcwd []\n", "study.yaml:1", "Check"),
    "impossible date": ("study: 2026-13-45\n", "study.yaml", "Quote the value"),
    "not UTF-8": (b"study: Z\xfcrich\n", "study.yaml", "Save the file as UTF-8"),
    "number for a key": ("study: a\n1: b\n", "study.yaml", "quotation marks"),
}


def run(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        cli.main(argv)
    assert stop.value.code == 2
    return capsys.readouterr().err


def tree(folder: Path) -> dict[Path, bytes | None]:
    return {p: p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


def expect(message: str, where: str, remedy: str) -> None:
    assert message.startswith("xnerbench: ")
    assert "Traceback" not in message
    line = next((line for line in message.splitlines() if where in line), None)
    assert line is not None, message
    assert remedy.casefold() in message.casefold(), message
    assert line.endswith(".")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_SUCH_ROOT", raising=False)
    return tmp_path


@pytest.mark.tried("Broken studies, by `xnerbench check`", "refused")
@pytest.mark.parametrize("case", [*CONFIGURATIONS, *CORPORA])
def test_broken_study_is_explained_and_nothing_is_written(case, folder, capsys):
    change, where, remedy = (CONFIGURATIONS | CORPORA)[case]
    raw = small_study.write(folder)
    change(raw, folder)
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    before = tree(folder)
    expect(run(["check", "study.yaml"], capsys), where, remedy)
    assert tree(folder) == before


@pytest.mark.tried("Broken corpora, by `corpus prepare`", "refused")
@pytest.mark.parametrize("case", CORPORA)
def test_broken_corpus_is_not_prepared(case, folder, capsys):
    change, where, remedy = CORPORA[case]
    raw = small_study.write(folder)
    change(raw, folder)
    (folder / "study.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    before = tree(folder)
    role = ["--language", "eng", "--role", "source"]
    if case != "empty source":
        role = ["--language", raw["targets"][0], "--role", "target"]
    expect(run(["corpus", "prepare", "--config", "study.yaml", *role], capsys), where, remedy)
    assert tree(folder) == before


@pytest.mark.tried("Files that are no configuration", "refused")
@pytest.mark.parametrize("case", FILES)
def test_file_that_is_no_configuration(case, folder, capsys):
    content, where, remedy = FILES[case]
    path = folder / "study.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    expect(run(["check", "study.yaml"], capsys), where, remedy)


def test_missing_configuration(folder, capsys):
    expect(run(["check", "no.yaml"], capsys), "no.yaml", "Check the path")


def test_folder_for_a_configuration(folder, capsys):
    expect(run(["check", "."], capsys), ".", "Check the path")


def test_the_small_study_itself_is_right(folder, capsys):
    raw = small_study.write(folder)
    (folder / "study.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", "study.yaml"])
    assert stop.value.code in (0, None)
    assert "no mistakes found" in capsys.readouterr().out


def test_there_are_enough_cases():
    assert len(CONFIGURATIONS) + len(CORPORA) + len(FILES) >= 100
