"""`xnerbench tag`: text in, tags out, in any length and format."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests import small_study
from tests.learning.conftest import random_sentences
from tests.learning.test_export import LONGEST, NAMES, trained
from xnerbench import cli
from xnerbench.commands.models import tag_formats
from xnerbench.data.tags import to_iob2
from xnerbench.learning.taggers import export, streaming, tagger, tagging

SENTENCES = random_sentences(30, seed=11, longest=4)


@pytest.fixture(scope="module")
def model(spec, tmp_path_factory) -> Path:
    return trained(spec, random_sentences(40, seed=10), True, tmp_path_factory.mktemp("tagger"))[1]


@pytest.fixture(scope="module")
def expected(model: Path) -> list[list[str]]:
    return tagging.Model(model).tag(SENTENCES)


def call(capsys, *arguments: object, status: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["tag", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert ended.value.code == status, err
    return out, err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    lines = [" ".join(words) for words in SENTENCES]
    lines[3:3] = ["", "  "]
    path.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    return path


def test_conll(model, file, expected, capsys) -> None:
    out, err = call(capsys, model, file)
    blocks = [block.splitlines() for block in out.split("\n\n")[:-1]]
    assert [[line.split("\t") for line in block] for block in blocks] == [
        [list(pair) for pair in zip(words, tags, strict=True)]
        for words, tags in zip(SENTENCES, expected, strict=True)
    ]
    assert "32 sentences in" in err


def test_json_has_a_line_a_line(model, file, expected, capsys) -> None:
    out, _ = call(capsys, model, file, "--format", "jsonl", "--words")
    rows = [json.loads(line) for line in out.splitlines()]
    assert rows[3] == rows[4] == {"words": [], "tags": [], "entities": []}
    del rows[3:5]
    assert [row["words"] for row in rows] == SENTENCES
    assert [row["tags"] for row in rows] == expected
    for row in rows:
        for entity in row["entities"]:
            assert row["tags"][entity["start"]][1:] == f"-{entity['type']}"
            assert entity["text"] == " ".join(row["words"][entity["start"] : entity["end"]])


@pytest.mark.parametrize(
    "order", ["MODEL {} FILE", "MODEL FILE {}", "{} MODEL FILE", "{} -- MODEL FILE"]
)
def test_options_stand_anywhere(order, model, other, file, capsys) -> None:
    """Those of the README and of docs/tagger.md stand between the two positionals."""
    places = {"MODEL": [str(model)], "FILE": [str(file)]}
    for options in (["--format", "jsonl"], ["--with", str(other), "--format=jsonl"]):
        given = [
            word
            for part in order.split()
            for word in (options if part == "{}" else places.get(part, [part]))
        ]
        out, _ = call(capsys, *given)
        assert len(out.splitlines()) == len(SENTENCES) + 2
        assert all(
            json.loads(line).keys() == {"words", "tags", "entities"} for line in out.splitlines()
        )


def test_positionals_in_excess_or_wanting_are_told(model, capsys) -> None:
    assert "unrecognized arguments: b" in call(capsys, model, "a", "--words", "b", status=2)[1]
    assert "arguments are required: model" in call(capsys, "--words", status=2)[1]


def test_a_labelled_file_is_doubted(model, file, tmp_path, capsys) -> None:
    labelled = tmp_path / "labelled.conll"
    labelled.write_text(small_study.conll(small_study.SENTENCES), encoding="utf-8")
    _, err = call(capsys, model, labelled)
    assert f"warning: {labelled} looks like CoNLL columns and is read as running text" in err
    assert "one on each line" in err
    assert "warning" not in call(capsys, model, file)[1]


def test_formats_by_hand() -> None:
    words, tags = ["Anna", "Berg", "went", "to", "Oslo"], ["B-PER", "I-PER", "O", "O", "B-LOC"]
    assert tag_formats.conll(words, tags, True).startswith("Anna\tB-PER\nBerg\tI-PER\n")
    coloured = tag_formats.colour(words, tags, True)
    assert "mAnna Berg\x1b" in coloured and " went to " in coloured and "LOC" in coloured
    entities = json.loads(tag_formats.jsonl(["上", "海"], ["B-LOC", "I-LOC"], False))["entities"]
    assert entities == [{"type": "LOC", "start": 0, "end": 2, "text": "上海"}]


def test_an_entity_may_begin_inside() -> None:
    """As corpora are read: what the tags show, the entities and the colours show as well."""
    words = ["Anna", "Berg", "in", "New", "Oslo", "Oslo", "Acme"]
    tags = ["I-PER", "I-PER", "O", "B-LOC", "I-LOC", "I-ORG", "B-ORG"]
    row = json.loads(tag_formats.jsonl(words, tags, True))
    assert [(e["type"], e["text"]) for e in row["entities"]] == [
        ("PER", "Anna Berg"),
        ("LOC", "New Oslo"),
        ("ORG", "Oslo"),
        ("ORG", "Acme"),
    ]
    assert row["tags"] == tags
    read = to_iob2(tags, "iob2")
    assert json.loads(tag_formats.jsonl(words, read, True))["entities"] == row["entities"]
    coloured = tag_formats.colour(words, tags, True)
    assert coloured.count("\x1b[1;") == 4 and "mAnna Berg\x1b[0;2m PER" in coloured


def test_words_are_found_in_raw_text_as_in_a_pool(model, capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"anna, it's 1.5 km.\n")))
    out, _ = call(capsys, model)
    words = [line.split("\t")[0] for line in out.splitlines() if line]
    assert words == ["anna", ",", "it's", "1.5", "km", "."]


def test_chunks_change_nothing(model, expected, monkeypatch) -> None:
    pieces = list(tagging.chunks(SENTENCES, words=10))
    assert len(pieces) > 3
    assert [words for piece in pieces for words in piece] == SENTENCES
    engine = tagging.Model(model)
    assert [tags for piece in pieces for tags in engine.tag(piece)] == expected


@pytest.fixture(scope="module")
def other(spec, tmp_path_factory) -> Path:
    """Trained on other sentences, with its labels in another order."""
    folder = tmp_path_factory.mktemp("other")
    own, _, _ = trained(spec, random_sentences(40, seed=12), True, folder / "first")
    use = export.Use(spec.freeze, LONGEST, True, "fp32")
    names = [NAMES[0], *NAMES[3:], *NAMES[1:3]]
    export.write(folder / "out", spec.folder, own, names, use, {"cell": "y"}, "# A card\n")
    return folder / "out"


def test_several_taggers_are_the_mean_of_their_probabilities(model, other, file, capsys) -> None:
    out, _ = call(capsys, model, file, "--with", other, "--format", "jsonl", "--words")
    rows = [json.loads(line)["tags"] for line in out.splitlines()]
    del rows[3:5]
    one, two = tagging.Model(model), tagging.Model(other)
    assert one.names != two.names
    expected = []
    for a, b in zip(
        one.word_probabilities(SENTENCES), two.word_probabilities(SENTENCES), strict=True
    ):
        by_name = [
            {name: a[w, one.names.index(name)] + b[w, two.names.index(name)] for name in one.names}
            for w in range(len(a))
        ]
        expected.append([max(word, key=lambda name: word[name]) for word in by_name])
    assert rows == expected
    assert expected not in (one.tag(SENTENCES), two.tag(SENTENCES))


def test_taggers_that_do_not_fit_each_other_are_not_mixed(spec, model, tmp_path, capsys) -> None:
    own, _, _ = trained(spec, random_sentences(40, seed=12), True, tmp_path / "first")
    types = tagger.label_names(("PER", "ORG"))
    for name, names, spaced, said in (
        ("types", types, True, "it tags PER, ORG, and"),
        ("spaces", NAMES, False, "only one of it and"),
    ):
        use = export.Use(spec.freeze, LONGEST, spaced, "fp32")
        export.write(tmp_path / name, spec.folder, own, names, use, {"cell": "z"}, "# A card\n")
        assert said in call(capsys, model, "--with", tmp_path / name, status=2)[1]


def test_a_long_text_has_few_shapes(model: Path) -> None:
    """oneDNN keeps a kernel for each shape, so memory is bounded only if no new ones come after a while."""
    engine = tagging.Model(model)
    shapes: set[tuple[int, ...]] = set()
    for part in (engine._trunk, engine._tagger):
        for module in part.modules():
            if isinstance(module, torch.nn.Linear):
                module.register_forward_pre_hook(lambda _, given: shapes.add(tuple(given[0].shape)))
    seen = []
    for number in range(24):
        engine.tag(random_sentences(40, seed=100 + number, longest=4 + number % 5))
        seen.append(len(shapes))
    assert seen[-1] - seen[11] <= 3, seen  # with the batches of a study, there are some 50 new ones
    lengths = np.random.default_rng(0).integers(3, 129, 20_000)
    squares = set()
    for text in lengths.reshape(40, 500):
        for sentences, rows, columns in streaming.batches(text):
            assert len(sentences) <= rows and text[sentences].max() <= columns
            squares.add((rows, columns))
    assert len(squares) < 60


def test_many_blank_lines_among_the_text(model: Path, expected: list[list[str]]) -> None:
    assert tagging.Model(model).tag([[], *SENTENCES, *[[]] * 20]) == [[], *expected, *[[]] * 20]


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (b"ab\xff\xfe cd\n", (), "not utf-8"),
        ("上海见面我们在上海见面。\n".encode(), (), "no spaces between words"),
        (b"a " * 6000, (), "6000 words"),
        (b"a\n", ("--encoding", "nonesuch"), "no encoding"),
    ],
)
def test_what_cannot_be_tagged_is_told(
    model, tmp_path, capsys, content, arguments, message
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    assert message in call(capsys, model, path, *arguments, status=2)[1]


def test_a_folder_that_was_not_exported_is_refused(spec, tmp_path, capsys) -> None:
    assert "xnerbench.json is missing" in call(capsys, spec.folder, tmp_path, status=2)[1]


def test_nobody_reads_on(model, tmp_path) -> None:
    """As with `| head`: no traceback, no error."""
    path = tmp_path / "text.txt"
    path.write_text("abc de f\n" * 50_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "xnerbench", "tag", str(model), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert "Error" not in errors
    assert process.wait() == 0
    process.stderr.close()
