"""What is in a user's files decides, and not when they were written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.pipeline import contents, digests
from xnerbench.pipeline.contents import Contents
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
