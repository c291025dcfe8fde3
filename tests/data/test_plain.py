"""Plain text: one sentence a line, words by a stated rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.data.readers import plain
from xnerbench.errors import InputError


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Anna sings.", "Anna sings ."),
        ("n'an bɛ taa, k'a ye!", "n'an bɛ taa , k'a ye !"),
        ("Qur’an-based e-mail", "Qur’an-based e-mail"),
        ("3,000.50 kg at 10:30", "3,000.50 kg at 10:30"),
        ("U.S. and so on...", "U . S . and so on ..."),
        ("«Ọjọ́» (2nd)", "« Ọjọ́ » ( 2nd )"),
        ("हिन्दी भाषा।", "हिन्दी भाषा ।"),
        ("50% of $3", "50 % of $ 3"),
        ("../../x <script>", ".. / .. / x < script >"),
    ],
)
def test_words(line, expected):
    assert plain.segment(line) == expected.split()


@given(st.text(max_size=80))
def test_segmentation_loses_nothing_but_spaces(line):
    words = plain.segment(line)
    assert all(words)
    assert "".join("".join(words).split()) == "".join(line.split())


def read(folder, text, segmentation="words"):
    path = folder / "pool.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return plain.read(path, segmentation, "utf-8", "corpora.languages.swa.pool")


def test_lines_are_sentences_without_tags(tmp_path):
    text = read(tmp_path, "Anna sings.\r\n\r\n\u200b\r\nOs\u00adlo \u200b is cold.")
    assert text.words == [["Anna", "sings", "."], ["Oslo", "is", "cold", "."]]
    assert text.tags is None
    assert text.repairs["extra_blank_lines"] == 2


def test_segmented_text_is_taken_as_it_is(tmp_path):
    text = read(tmp_path, "กรุงเทพ ร้อน,มาก\n", "spaces")
    assert text.words == [["กรุงเทพ", "ร้อน,มาก"]]


def test_scripts_without_spaces_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"Thai script.*segmentation: spaces"):
        read(tmp_path, "กรุงเทพร้อนมาก\n")
