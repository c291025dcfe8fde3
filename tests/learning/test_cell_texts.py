"""What a cell's trainer is given of the files that a user hands in."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from xnerbench.errors import InputError
from xnerbench.jobs.parts import texts
from xnerbench.learning.teachers.labels import Mixture, uniform

NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
WORDS = [["Anna", "sees", "Rome"], ["cut", "off"], ["Ben"]]
# The second sentence's first word was left without a subword.
POOL = SimpleNamespace(
    first=np.arange(5), word_offsets=np.asarray([0, 3, 4, 5]), word=np.asarray([0, 1, 2, 1, 0])
)


def study(tmp_path: Path, **keys: str) -> SimpleNamespace:
    given = {"annotations": {}, "gazetteers": {}} | {
        key: {"fin": value} for key, value in keys.items()
    }
    return SimpleNamespace(labels=("PER", "LOC"), path=lambda name: tmp_path / name, **given)


def annotated(tmp_path: Path, teacher: str, *lines: dict) -> np.ndarray:
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    config = study(tmp_path, annotations="a.jsonl")
    info = SimpleNamespace(option=lambda name: teacher if name == "teacher" else None)
    cell = SimpleNamespace(target="fin", info=info)
    soft = Mixture([np.full((5, 5), 0.2, dtype=np.float32)], uniform(1))
    inputs: dict[str, str] = {}
    found = texts._annotated(config, cell, POOL, WORDS, soft, inputs)
    assert set(inputs) == {"annotations"}
    return found.at(np.arange(5))


def test_labels_of_a_file_take_the_place_of_the_teachers_where_it_has_some(tmp_path) -> None:
    rows = annotated(
        tmp_path,
        "file",
        {"words": ["cut", "off"], "tags": ["B-PER", "I-PER"]},
        {"words": ["Anna", "sees", "Rome"], "probabilities": [{"B-PER": 1}, {"O": 1}, {"B-LOC": 0.75, "O": 0.25}]},
    )  # fmt: skip
    assert np.allclose(rows[0], [0, 1, 0, 0, 0])
    assert np.allclose(rows[2], [0.25, 0, 0, 0.75, 0])
    assert np.allclose(rows[3], [0, 0, 1, 0, 0])  # of the word that has a subword
    assert np.allclose(rows[4], 0.2)  # the file does not have the third sentence


def test_both_is_the_mean_of_file_and_teacher(tmp_path) -> None:
    rows = annotated(tmp_path, "both", {"words": ["Ben"], "tags": ["B-PER"]})
    assert np.allclose(rows[4], [0.1, 0.6, 0.1, 0.1, 0.1])
    assert np.allclose(rows[:4], 0.2)
    assert rows.dtype == np.float32


def test_a_file_about_other_sentences_is_refused(tmp_path) -> None:
    with pytest.raises(InputError, match=r"annotations\.fin: .*labels no sentence of the pool"):
        annotated(tmp_path, "file", {"words": ["Anna"], "tags": ["B-PER"]})


def test_a_users_names_decide_where_cldr_has_the_name_too(tmp_path) -> None:
    (tmp_path / "n.tsv").write_text("Saksa\tPER\nAku Ankka\tPER\n", encoding="utf-8")
    inputs: dict[str, str] = {}
    found = texts._names(study(tmp_path, gazetteers="n.tsv"), "fin", inputs)
    assert found["Saksa",] == found["Aku", "Ankka"] == "PER"
    assert found["Ranska",] == "LOC"
    assert found["Uusi-Seelanti",] == "LOC"
    assert set(inputs) == {"gazetteer"}
    assert set(texts._names(study(tmp_path), "fin", {}).values()) == {"LOC"}


def test_a_language_that_cldr_lacks_needs_a_list(tmp_path) -> None:
    config = study(tmp_path)
    with pytest.raises(InputError, match="CLDR has no names"):
        texts._names(config, "pcd", {})
    (tmp_path / "n.tsv").write_text("Lile\tLOC\n", encoding="utf-8")
    config.gazetteers = {"pcd": "n.tsv"}
    assert texts._names(config, "pcd", {}) == {("Lile",): "LOC"}
