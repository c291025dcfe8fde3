"""What is in a user's files decides, and not when they were written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from snakemake.io import is_flagged

from tests import small_study
from xnerbench.pipeline import contents, digests
from xnerbench.pipeline.contents import Contents
from xnerbench.pipeline.stages import STAGES
from xnerbench.pipeline.workflow import Study
from xnerbench.storage.artifacts import sha256_file

LARGE = 1_200_000  # bytes; Snakemake compares the contents of smaller files itself
OLD, OTHER = 1_000_000_000, 1_100_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.conll"
    path.write_bytes(b"a O\n" * (LARGE // 4))
    os.utime(path, (OLD, OLD))
    return path


def remembered(memory: Path, corpus: Path) -> str:
    """The digest in a new process, which is all that a call of Snakemake knows."""
    known = Contents(memory)
    found = known.of(corpus)
    known.save()
    return found


def test_another_time_is_the_same_and_other_bytes_are_not(tmp_path: Path, corpus: Path) -> None:
    memory = tmp_path / "work" / "contents.json"
    before = remembered(memory, corpus)
    os.utime(corpus, (OTHER, OTHER))
    assert remembered(memory, corpus) == before
    corpus.write_bytes(corpus.read_bytes()[:-4] + b"b O\n")
    assert remembered(memory, corpus) != before


def test_a_file_is_read_once_for_each_state(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, reads = tmp_path / "contents.json", []
    monkeypatch.setattr(
        contents, "sha256_file", lambda path: reads.append(path) or sha256_file(path)
    )
    for _ in range(3):
        remembered(memory, corpus)
    assert len(reads) == 1
    os.utime(corpus, (OTHER, OTHER))
    remembered(memory, corpus)
    assert len(reads) == 2


def test_a_file_that_may_still_change_unseen_is_not_remembered(
    tmp_path: Path, corpus: Path
) -> None:
    """A clock of whole seconds would not tell a second edit of one second from the first."""
    os.utime(corpus, (2**33, 2**33))
    memory = tmp_path / "contents.json"
    before = remembered(memory, corpus)
    assert not memory.exists()
    corpus.write_bytes(b"b" * LARGE)
    os.utime(corpus, (2**33, 2**33))
    assert remembered(memory, corpus) != before


def recipes(folder: Path, raw: dict) -> dict[str, str]:
    """What decides a source's corpus, a target's, and the tables, as a new call of Snakemake sees it."""
    study = Study({**raw})
    return {
        "deu": study.recipe("corpus", language="deu", role="target"),
        "eng": study.recipe("corpus", language="eng", role="source"),
        "fit": study.recipe("fit"),
    }


def test_contents_of_corpora_and_own_tables_are_part_of_what_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path)
    own = tmp_path / "own.csv"
    own.write_text("source,target,kind,distance\neng,deu,own,0.5\n")
    raw["analysis"] = {"distances": "own.csv"}
    before = recipes(tmp_path, raw)
    for path in tmp_path.rglob("*.*"):
        os.utime(path, (OTHER, OTHER))
    assert recipes(tmp_path, raw) == before
    own.write_text("source,target,kind,distance\neng,deu,own,0.6\n")
    pool = next(tmp_path.rglob("deu.test.conll"))
    pool.write_text(pool.read_text(encoding="utf-8") + "\nNeu O\n", encoding="utf-8")
    after = recipes(tmp_path, raw)
    assert {name for name in after if after[name] != before[name]} == {"deu", "fit"}


FORMAT = """
from dataclasses import dataclass
from xnerbench.data.formats import FileFormat, register_format

@dataclass(frozen=True, kw_only=True)
class Own(FileFormat):
    def read(self, split, place, with_tags):
        return None

register_format("own-format", Own)
"""


def test_a_format_of_ones_own_decides_its_corpora(tmp_path: Path) -> None:
    raw = small_study.write(tmp_path)
    plugin = tmp_path / "own_format_plugin.py"
    plugin.write_text(FORMAT)
    raw["plugins"] = [plugin.name]
    raw["corpora"]["languages"]["deu"]["format"] = "own-format"
    from xnerbench.data.formats import Format
    from xnerbench.study.reading import keys

    def recipe(language: str, role: str) -> str:
        digests.code_of.cache_clear()
        return digests.recipe("corpus", study, language=language, role=role)

    try:
        study = small_study.load(raw, tmp_path)
        before = recipe("deu", "target"), recipe("eng", "source")
        plugin.write_text(FORMAT.replace("return None", "return 1") + "# A remark.\n")
        after = recipe("deu", "target"), recipe("eng", "source")
        assert after[0] != before[0] and after[1] == before[1]
        plugin.write_text(FORMAT + "# A remark.\n")
        assert recipe("deu", "target") == before[0]
    finally:
        Format.KINDS.pop("own-format", None)
        keys.forget()


def test_a_target_that_is_no_longer_untested_is_prepared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pool was not cleaned of the test set that it has now."""
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path)
    tested, untested = recipes(tmp_path, raw), recipes(tmp_path, raw | {"untested": ["deu"]})
    assert {name for name in tested if tested[name] != untested[name]} == {"deu"}
    del raw["corpora"]["languages"]["deu"]["test"]
    study = small_study.load(raw | {"untested": ["deu"]}, tmp_path)
    told = STAGES["corpus"].keys(study, language="deu", role="target")
    assert "untested" not in told, "it cannot be anything else"


def cells(raw: dict) -> dict[str, tuple[str, list[str]]]:
    """What decides the cells of each method, and the user's files among their inputs, as a new call sees them."""
    study, found = Study({**raw}), {}
    for cell in study.cells:
        inputs = study.cell_inputs({"cell": cell.id}).get("handed_in", [])
        assert all(is_flagged(file, "ancient") for file in inputs)
        recipe = study.recipe_of("cell")({"cell": cell.id})
        found[cell.method] = recipe, [Path(file).name for file in inputs]
    return found


def changed(before: dict, after: dict) -> set[str]:
    return {name for name in before if before[name][0] != after[name][0]}


def test_files_beside_the_corpora_decide_the_cells_that_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("names", "labels", "source", "target"):
        (tmp_path / name).write_text(f"{name}\n")
    raw = small_study.write(tmp_path) | {
        "methods": ["ts", "gazetteer", "project", {"name": "both", "base": "ts", "teacher": "both"}],
        "gazetteers": {"deu": "names"},
        "annotations": {"deu": "labels"},
        "parallel": {"deu": {"source": "source", "target": "target"}},
    }  # fmt: skip
    before = cells(raw)
    assert {name: files for name, (_, files) in before.items()} == {
        "ts": [], "gazetteer": ["names"], "project": ["source", "target"], "both": ["labels"],
    }  # fmt: skip
    swapped = raw | {"parallel": {"deu": {"source": "target", "target": "source"}}}
    assert changed(before, cells(swapped)) == {"project"}
    for name, method in (("names", "gazetteer"), ("labels", "both"), ("target", "project")):
        known = cells(raw)
        os.utime(tmp_path / name, (OTHER, OTHER))
        assert not changed(known, cells(raw))
        (tmp_path / name).write_text("other\n")
        os.utime(tmp_path / name, (OLD, OLD))
        assert changed(known, cells(raw)) == {method}
    del raw["gazetteers"]  # which is a matter of choice
    assert cells(raw)["gazetteer"][1] == []


def test_another_built_in_dictionary_decides_the_cells_that_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path) | {"methods": ["ts", "ts-switch"]}
    ours, names = (cells(raw | {"dictionaries": {"deu": name}}) for name in ("embedded", "cldr"))
    assert changed(ours, names) == {"ts-switch"}
    (tmp_path / "own.tsv").write_text("house\tHaus\n")
    recipe, files = cells(raw | {"dictionaries": {"deu": "own.tsv"}})["ts-switch"]
    assert files == ["own.tsv"] and " dictionary " not in recipe


def test_other_words_in_the_built_in_dictionary_decide_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path) | {"methods": ["ts", "ts-switch"]}
    studies = [raw | {"dictionaries": {"deu": name}} for name in ("embedded", "cldr")]
    before = [cells(one) for one in studies]
    monkeypatch.setattr(digests, "_text_digest", lambda path: f"{path.name} edited")
    digests.code_of.cache_clear()
    after = [cells(one) for one in studies]
    digests.code_of.cache_clear()
    assert [changed(*pair) for pair in zip(before, after, strict=True)] == [{"ts-switch"}, set()]


def test_an_encoder_of_ones_own_is_known_by_what_is_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path)

    def recipe(name: str) -> str:
        encoder = {"name": name, "freeze": 2}
        return Study(raw | {"encoder": encoder}).recipe("encoder")

    folder = tmp_path / "own"
    folder.mkdir()
    empty = recipe("./own")
    read = (
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "sentencepiece.bpe.model",
        "vocab.txt",
    )
    for name in (*read, "README.md", "pytorch_model.bin", "xnerbench.json"):
        (folder / name).write_text(name)
    before = recipe("./own")
    assert before != empty
    for path in folder.iterdir():
        os.utime(path, (OTHER, OTHER))
    assert recipe("./own") == before
    for name in read:
        (folder / name).write_text("x" * len(name))
        os.utime(folder / name, (OLD, OLD))
        assert recipe("./own") != before, name
        (folder / name).write_text(name)
    for name in ("README.md", "pytorch_model.bin", "xnerbench.json"):
        (folder / name).write_text("other")
    assert recipe("./own") == before
    # A folder that happens to be called so is not what the name stands for.
    ours = recipe("embedded")
    (tmp_path / "embedded").mkdir()
    (tmp_path / "embedded" / "config.json").write_text("{}")
    assert recipe("embedded") == ours
    study = small_study.load(raw, tmp_path)
    assert ours.startswith(f"{digests.recipe('encoder', study)} failed")
