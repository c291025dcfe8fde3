"""Parallel text and projection."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnerbench.data.readers import parallel, plain
from xnerbench.errors import InputError


def test_both_layouts_give_the_same_pairs(tmp_path: Path) -> None:
    left, right, both = (tmp_path / name for name in ("a.en", "a.fi", "a.txt"))
    left.write_text("Anna ran\n\nyes\n", encoding="utf-8")
    right.write_text("Anna juoksi\nx\nkyllä\n", encoding="utf-8")
    both.write_text("Anna ran ||| Anna juoksi\n ||| x\nyes ||| kyllä\n", encoding="utf-8")
    expected = [(["Anna", "ran"], ["Anna", "juoksi"]), (["yes"], ["kyllä"])]
    assert parallel.read_pairs(left, right, "p") == expected
    assert parallel.read_joined(both, "p") == expected


def test_words_are_those_of_a_pool_of_the_same_file(tmp_path: Path) -> None:
    """Decomposed accents, a soft hyphen, a zero-width space by itself, a space that does not break."""
    path = tmp_path / "pool.vi"
    path.write_text("Vie\u0323\u0302t Nam\na\u00adb \u200b c\u00a0d\n", encoding="utf-8")
    pool = plain.read(path, "spaces", "utf-8", "p").words
    assert pool == [["Việt", "Nam"], ["ab", "c", "d"]]
    assert parallel.read_pairs(path, path, "p") == [(words, words) for words in pool]


def test_files_that_are_not_parallel(tmp_path: Path) -> None:
    left, right = tmp_path / "a.en", tmp_path / "a.fi"
    left.write_text("one\ntwo\n", encoding="utf-8")
    right.write_text("yksi\n", encoding="utf-8")
    with pytest.raises(InputError, match="has 2 lines"):
        parallel.read_pairs(left, right, "p")
    with pytest.raises(InputError, match=r"a\.en:1: the line has 0 separators"):
        parallel.read_joined(left, "p")
    right.write_text("|||\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no sentence pair"):
        parallel.read_joined(right, "p")


def test_spans_reach_from_the_first_to_the_last_link() -> None:
    tags = ["B-PER", "I-PER", "O", "B-LOC"]
    result = parallel.project([tags], [{(0, 4), (1, 2), (2, 1), (3, 0)}], [6])
    assert result.tags == [["B-LOC", "O", "B-PER", "I-PER", "I-PER", "O"]]
    assert not result.dropped


def test_dropped_sentences_are_counted_by_reason() -> None:
    two = ["B-PER", "B-LOC"]
    result = parallel.project(
        [two, two, ["O", "O"]], [{(0, 0)}, {(0, 0), (0, 2), (1, 1)}, set()], [3, 3, 2]
    )
    assert result.tags == [None, None, ["O", "O"]]
    assert result.dropped == {"no_link": 1, "overlap": 1}
