"""Which code decides a corpus: its own format's reader, and what all readers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.pipeline import digests, syntax

FORMATS = {
    "eng": {"format": "conll", "train": "eng.train.conll"},
    "deu": {"format": "conll", "train": "deu.train.conll", "test": "deu.test.conll"},
    "nld": {"format": "conllu", "train": "a.conllu", "test": "b.conllu"},
    "fin": {"format": "jsonl", "train": "a.jsonl", "test": "b.jsonl"},
    "swe": {"format": "conllu", "test": "b.conllu", "pool": {"path": "pool.txt"}},
    "tur": {"format": "embedded"},
    "ita": {"format": "hub", "name": "somebody/corpus", "revision": "0" * 40},
}
CONLL, CONLLU = {"eng", "deu"}, {"nld", "swe"}


@pytest.fixture
def edited(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Edits a module, as far as digests see it."""
    read = digests._module

    def edit(name: str) -> None:
        monkeypatch.setattr(
            digests, "_module", lambda one: (read(one)[0], read(one)[1] + "!" * (one == name))
        )
        digests.code_of.cache_clear()

    yield edit
    digests.code_of.cache_clear()


@pytest.mark.parametrize(
    ("module", "languages"),
    [
        ("data.readers.conll", CONLL | {"swe"}),
        ("data.readers.conllu", CONLLU),
        ("data.readers.jsonl", {"fin"}),
        ("data.readers.hub", {"ita"}),
        ("data.formats.conllu", CONLLU),
        ("data.readers.plain", {"swe"}),
        ("data.readers.text", set(FORMATS)),
        ("data.corpus", set(FORMATS)),
    ],
)
def test_an_edited_reader_plans_the_corpora_of_its_format(
    tmp_path: Path, edited: Callable[[str], None], module: str, languages: set[str]
) -> None:
    raw = small_study.write(tmp_path)
    raw["targets"] = [language for language in FORMATS if language != "eng"]
    raw["corpora"]["languages"] = FORMATS
    study = small_study.load(raw, tmp_path)

    def recipes() -> dict[str, str]:
        return {
            language: digests.recipe("corpus", study, language=language, role="target")
            for language in FORMATS
        }

    before = recipes()
    edited(f"xnerbench.{module}")
    after = recipes()
    assert {language for language in FORMATS if before[language] != after[language]} == languages


CODE = b"from xnerbench.data import corpus\nfrom . import tags\n\nX = 1\n"


def test_what_a_text_does_is_remembered_by_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syntax.sys, "dont_write_bytecode", False)
    file, parsed = tmp_path / "syntax.json", []
    parse = syntax.ast.parse
    monkeypatch.setattr(syntax.ast, "parse", lambda text: parsed.append(text) or parse(text))

    def found(text: bytes, package: str = "xnerbench.data") -> syntax.Found:
        """In a new process."""
        memory = syntax.Memory(file)
        answer = memory.of(text, package)
        memory.save()
        return answer

    first = found(CODE)
    assert {"xnerbench.data.corpus", "xnerbench.data.tags"} <= first[0]
    assert found(CODE) == first and len(parsed) == 1
    # Remarks are another text of the same digest; other code is not; nor is another place the same.
    assert found(CODE + b"# A remark.\n") == first and len(parsed) == 2
    assert found(CODE.replace(b"1", b"2"))[1] != first[1]
    assert "xnerbench.study.tags" in found(CODE, "xnerbench.study")[0]
    for damage in ("{", "[]", file.read_text().replace('"found": {', '"found": {"a": 5, ')):
        file.write_text(damage)
        assert found(CODE) == first
    assert len(parsed) == 7


def test_where_nothing_may_be_written_it_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = syntax.Memory(tmp_path / "file" / "syntax.json")
    assert memory.of(CODE, "xnerbench.data")[1]
    memory.save()
