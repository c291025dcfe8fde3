"""What `xnerbench check` shows and doubts beyond plain mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import small_study
from xnerbench.commands.study import check, preview
from xnerbench.errors import InputError


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    return small_study.write(tmp_path)


def rewrite(name: str, text: str) -> None:
    Path("corpora", name).write_text(text, encoding="utf-8")


def checked(raw: dict[str, Any]) -> tuple[list[InputError], list[str]]:
    lines: list[str] = []
    mistakes = check.check(small_study.load(raw, Path.cwd()), lines.append)
    return mistakes, [line.removeprefix("warning: ") for line in lines if "warning" in line]


def numbered() -> str:
    blocks = [
        "".join(
            f"{i}\t{w}\tSAME\t{t}\n"
            for i, (w, t) in enumerate(zip(words.split(), tags.split(), strict=True))
        )
        for words, tags in small_study.SENTENCES
    ]
    return "\n".join(blocks)


@pytest.mark.parametrize(("column", "said"), [(0, "are numbers"), (2, "every word is `SAME`")])
def test_a_wrong_column_of_words(raw: dict[str, Any], column: int, said: str) -> None:
    rewrite("eng.train.conll", numbered())
    raw["corpora"]["languages"]["eng"]["token_column"] = column
    mistakes, warnings = checked(raw)
    assert not mistakes
    (warning,) = [line for line in warnings if line.startswith("eng train")]
    assert said in warning
    assert "0 (0, 1, 2), 1 (Anna, Berg, lives), 2 (SAME), 3 (B-PER, I-PER, O)" in warning


@pytest.mark.parametrize("column", [1, 2])
def test_a_wrong_column_of_tags_names_the_columns(raw: dict[str, Any], column: int) -> None:
    rewrite("eng.train.conll", numbered())
    raw["corpora"]["languages"]["eng"] |= {"token_column": 1, "tag_column": column}
    (mistake,), _ = checked(raw)
    assert "3 (B-PER, I-PER, O)" in mistake.remedy


CONLLU = "\n".join(
    "\n".join(
        "\t".join([str(i), w, *"______", "_", f"name={t}"])
        for i, (w, t) in enumerate(zip(words.split(), tags.split(), strict=True), 1)
    )
    + "\n"
    for words, tags in small_study.SENTENCES
)
JSONL = "".join(
    json.dumps({"words": words.split(), "tags": tags.split()}) + "\n"
    for words, tags in small_study.SENTENCES
)


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        (CONLLU, "CoNLL-U", "Set `format: conllu`"),
        (JSONL, "JSON lines", "Set `format: jsonl` with `tokens: words, tags: tags`"),
    ],
)
def test_another_format_is_named(raw: dict[str, Any], text: str, name: str, keys: str) -> None:
    rewrite("deu.test.conll", text)
    (mistake,), _ = checked(raw)
    assert f"deu.test.conll looks like {name} and is read as CoNLL columns" in str(mistake)
    assert keys.casefold() in str(mistake).casefold()


def test_another_format_that_can_be_read_is_a_warning(raw: dict[str, Any]) -> None:
    # Types without a prefix, one word an entity: as columns, MISC reads like them, too.
    text = "".join(
        f"{i}\tAnna{i}\t" + "_\t" * 7 + f"name={'B-PER' if i % 2 else 'O'}\n" for i in range(1, 9)
    )
    rewrite("eng.train.conll", text + "\n")
    raw["labels"] = ["PER"]
    raw["corpora"]["label_map"] = {"name=B-PER": "PER"}
    mistakes, warnings = checked(raw)
    assert not mistakes
    assert any("eng.train.conll looks like CoNLL-U and is read" in line for line in warnings)


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        (small_study.conll(small_study.POOL), "CoNLL columns", "set `format: conll` in `pool`"),
        (CONLLU, "CoNLL-U", "set `format: conll` with `token_column: 1` in `pool`"),
        (JSONL, "JSON lines", "take the sentences out of it"),
    ],
)
def test_a_labelled_file_as_a_pool_of_text(
    raw: dict[str, Any], text: str, name: str, keys: str
) -> None:
    rewrite("pool.txt", text)
    deu = raw["corpora"]["languages"]["deu"]
    deu["pool"] = {"path": "pool.txt"}
    (warning,) = [line for line in checked(raw)[1] if line.startswith("deu pool: ")]
    assert f"pool.txt looks like {name} and is read as running text" in warning
    assert warning.endswith(keys)
    deu["pool"] = {"path": "pool.txt", "format": "conll", "token_column": -2}
    assert not [line for line in checked(raw)[1] if "looks like" in line]
    rewrite("pool.txt", "\n\n".join(words for words, _ in small_study.POOL))
    deu["pool"] = {"path": "pool.txt"}
    assert not [line for line in checked(raw)[1] if "looks like" in line]


LABELLED = small_study.conll(small_study.SENTENCES * 2)


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        (LABELLED.replace("\n\n", "\n"), "has no empty line between its sentences", "put one after each"),
        (LABELLED.replace("\t", ","), "has columns separated by commas", "separate them by tabs"),
        (LABELLED.replace("in\t", "in ").replace("at\t", "at "), "has spaces in place of tabs in 4 of", "tabs there"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", ["eng", "deu"])
def test_a_labelled_file_that_is_slightly_wrong(
    raw: dict[str, Any], text: str, what: str, remedy: str, code: str
) -> None:
    name = {"eng": "eng.train.conll", "deu": "deu.test.conll"}[code]
    rewrite(name, text)
    mistakes, warnings = checked(raw)
    (line,) = [line for line in [*map(str, mistakes), *warnings] if name in line and what in line]
    assert remedy in line and "running text" not in line and "`pool" not in line
    rewrite(name, LABELLED)
    assert not [line for line in [*map(str, checked(raw)[0]), *checked(raw)[1]] if name in line]


def test_running_text_is_no_labelled_file(raw: dict[str, Any]) -> None:
    text = "\n".join(words.replace(" .", ", she said.") for words, _ in small_study.SENTENCES * 3)
    rewrite("pool.txt", text)
    raw["corpora"]["languages"]["deu"]["pool"] = {"path": "pool.txt"}
    assert not [line for line in checked(raw)[1] if "pool.txt" in line]
    rewrite("pool.txt", LABELLED.replace("\t", ","))
    (warning,) = [line for line in checked(raw)[1] if "pool.txt" in line]
    assert (
        "looks like CoNLL columns and is read as running text without tags; it has col" in warning
    )
    assert warning.endswith("separate them by tabs, and set `format: conll` in `pool`")


def test_every_mistake_in_one_call(raw: dict[str, Any]) -> None:
    rewrite("eng.train.conll", "Anna\n")
    rewrite("deu.test.conll", "Anna\tB-PER\nBerg\tPER\n")
    rewrite("deu.train.conll", "\n")
    raw["encoder"] = {"name": "./nowhere"}
    mistakes, _ = checked(raw)
    assert [Path(mistake.where).name for mistake in mistakes] == [
        "encoder.name", "eng.train.conll:1", "deu.test.conll:2", "deu.train.conll",
    ]  # fmt: skip


def test_gold_tags_of_a_supervised_method_are_checked(raw: dict[str, Any]) -> None:
    rewrite("deu.train.conll", small_study.conll(small_study.POOL).replace("B-PER", "Z-", 1))
    assert not checked(raw)[0]
    raw["methods"].append("supervised")
    (mistake,), _ = checked(raw)
    assert mistake.where.endswith("deu.train.conll:1")


def test_words_beyond_the_longest_input(raw: dict[str, Any]) -> None:
    words = " ".join(["Oslo"] * 100)
    rewrite(
        "deu.test.conll", small_study.conll([*small_study.SENTENCES, (words, " ".join("O" * 100))])
    )
    raw["max_subwords"] = 64
    warnings = [line for line in checked(raw)[1] if "max_subwords" in line]
    (warning,) = warnings
    assert warning.startswith("deu test: ")
    cut = int(warning.split()[2])
    assert 37 <= cut < 100  # 62 subwords are left, and a word is one at least
    assert f"of {100 + 23} words" in warning


def test_a_pool_in_another_script(raw: dict[str, Any]) -> None:
    rewrite("pool.txt", "Она живёт в городе.\nДождь шёл вчера.\n")
    raw["sizes"] = [2]
    raw["corpora"]["languages"]["deu"]["pool"] = {"path": "pool.txt"}
    assert "deu: the pool is in Cyrillic script and the test set in Latin" in checked(raw)[1]


def test_a_sentence_is_shown_with_its_entities() -> None:
    words, tags = ["Anna", "\x1b[2J", "saw", "Oslo"], ["B-PER", "I-PER", "O", "B-LOC"]
    shown = preview.show(words, tags, ("PER", "LOC"), False)
    assert shown == "[PER Anna \\x1b[2J] saw [LOC Oslo]"
    assert preview.show(words, tags, ("PER", "LOC"), True).count("\x1b[0m") == 2
    long = preview.show(["a"] * 100, None, ("PER",), False)
    assert long == " ".join(["a"] * preview.SHOWN) + " ..."
