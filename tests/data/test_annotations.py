"""Labels made elsewhere, and lists of names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnerbench.data import gazetteer
from xnerbench.data.readers import annotations
from xnerbench.errors import InputError

NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def test_conll_and_json_say_the_same(tmp_path: Path) -> None:
    columns, lines = tmp_path / "a.conll", tmp_path / "a.jsonl"
    columns.write_text("Anna B-PER\nLind I-PER\nran O\n\nRome B-LOC\n", encoding="utf-8")
    lines.write_text(
        '{"words": ["Rome"], "tags": ["B-LOC"]}\n'
        '{"words": ["Anna", "Lind", "ran"], "tags": ["B-PER", "I-PER", "O"]}\n',
        encoding="utf-8",
    )
    one = annotations.read_annotations(columns, NAMES, "t")
    two = annotations.read_annotations(lines, NAMES, "t")
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[key], two[key]) for key in one)
    assert one["Anna", "Lind", "ran"].argmax(axis=1).tolist() == [1, 2, 0]
    found, count = annotations.for_pool(one, [["Rome"], ["unknown"]])
    assert count == 1 and found[1] is None and found[0] is not None


def test_soft_labels_sum_to_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"words": ["Rome"], "probabilities": [{"O": 0.3, "B-LOC": 0.7002}]}\n')
    rows = annotations.read_annotations(path, NAMES, "t")["Rome",]
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.3 / 1.0002, 0, 0, 0.7002 / 1.0002, 0]], rtol=1e-6)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{", "not a line of JSON"),
        ([1], "there are no `words`"),
        ({"words": ["a"], "tags": ["B-ORG"]}, "`B-ORG` is no label of the study"),
        ({"words": ["a", "b"], "tags": ["O"]}, "2 words and 1 labels"),
        ({"words": ["a"], "probabilities": [{"O": 0.4}]}, "sum to 0.4"),
        ({"words": ["a"], "probabilities": [{"O": -1}]}, "-1 is not a probability"),
        ({"words": ["a"], "probabilities": [{"O": "x"}]}, "'x' is not a probability"),
    ],
)
def test_mistakes_name_their_line(tmp_path: Path, entry: object, message: str) -> None:
    path = tmp_path / "a.jsonl"
    bad = entry if isinstance(entry, str) else json.dumps(entry)
    path.write_text('{"words": ["a"], "tags": ["O"]}\n' + bad + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as error:
        annotations.read_annotations(path, NAMES, "t")
    assert str(error.value).startswith(f"{path}:2")


def test_the_longest_name_wins() -> None:
    names = {("New", "York"): "LOC", ("New", "York", "Times"): "ORG", ("York",): "LOC"}
    words = ["the", "New", "York", "Times", "in", "New", "York", "and", "York"]
    assert gazetteer.match(words, names) == [
        "O", "B-ORG", "I-ORG", "I-ORG", "O", "B-LOC", "I-LOC", "O", "B-LOC"
    ]  # fmt: skip
    assert gazetteer.match(words, {}) == ["O"] * 9


def test_a_vote_moves_only_matched_words() -> None:
    soft = np.asarray([[0.8, 0.1, 0, 0.1, 0], [0.5, 0.5, 0, 0, 0]], dtype=np.float32)
    moved = gazetteer.vote(soft, ["B-LOC", "O"], NAMES, 0.5)
    np.testing.assert_allclose(moved[0], [0.4, 0.05, 0, 0.55, 0], rtol=1e-6)
    assert np.array_equal(moved[1], soft[1])
    assert np.array_equal(gazetteer.vote(soft, ["B-LOC", "O"], NAMES, 0.0), soft)


def test_a_list_of_names(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("New York\tLOC\nAnna\tPER\n", encoding="utf-8")
    expected = {("New", "York"): "LOC", ("Anna",): "PER"}
    assert gazetteer.read_names(path, ["PER", "LOC"], "g") == expected
    path.write_text(
        "O\u0300s\u0323un State\tLOC\n", encoding="utf-8"
    )  # decomposed, as a pool never is
    assert gazetteer.read_names(path, ["PER", "LOC"], "g") == {("Òṣun", "State"): "LOC"}
    path.write_text("Anna\tPER\nX\tORG\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"names\.tsv:2: `ORG` is no type of the study"):
        gazetteer.read_names(path, ["PER", "LOC"], "g")
