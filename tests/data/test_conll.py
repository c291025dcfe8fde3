"""The reader of columns: every variant gives the same text; nothing but InputError ever comes out."""

import hashlib
import os
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnerbench.data import normalise as words
from xnerbench.data.readers import conll, plain
from xnerbench.errors import InputError
from xnerbench.storage import foreign

in_tmp = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, content: str | bytes, **columns) -> conll.Text:
    path = folder / "text.conll"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return conll.read(path, conll.Columns(**columns), "corpora.languages.deu.train")


def counted(text):
    return {kind: n for kind, n in text.repairs.items() if n}


PLAIN = "Anna\tB-PER\nsings\tO\n\nOslo\tB-LOC\n"
WORDS, TAGS = [["Anna", "sings"], ["Oslo"]], [["B-PER", "O"], ["B-LOC"]]


@pytest.mark.parametrize(
    ("content", "columns", "repairs"),
    [
        (PLAIN, {}, {}),
        (PLAIN.replace("\t", " "), {}, {}),
        (PLAIN.replace("\t", "   "), {"separator": "space"}, {}),
        (PLAIN.replace("\n", "\r\n"), {}, {"carriage_returns": 4}),
        (PLAIN.replace("\n", "\r"), {}, {"carriage_returns": 4}),
        ("\ufeff" + PLAIN, {}, {"byte_order_mark": 1}),
        (PLAIN[:-1], {}, {"missing_final_newline": 1}),
        (PLAIN.replace("\n\n", "\n\n \n\n"), {}, {"extra_blank_lines": 2}),
        (PLAIN + "\n\n", {}, {"extra_blank_lines": 1}),
        ("-DOCSTART- -X- O O\n\n" + PLAIN, {}, {"docstart_lines": 1}),
        ("-DOCSTART-\tO\n" + PLAIN, {}, {"docstart_lines": 1}),
        ("# sent_id = 1\n# text = Anna sings\n" + PLAIN, {}, {"comment_lines": 2}),
        (PLAIN.replace("\n\n", "\n\n# id 7 domain=en\n"), {}, {"comment_lines": 1}),
        (PLAIN.replace("\tO", "\tO\t"), {}, {}),
        (PLAIN.replace("B-PER", "I-PER").replace("B-LOC", "I-LOC"), {}, {}),  # IOB1
        (PLAIN.replace("B-", "S-"), {}, {}),
        (PLAIN.replace("B-", "U-"), {}, {}),
        (PLAIN.replace("B-", ""), {}, {}),
        (PLAIN.replace("B-LOC", "I-LOC"), {}, {"orphan_inside": 1}),
        (PLAIN.replace("\tO", "\to"), {}, {"lower_case_tags": 1}),
        (PLAIN.replace("\tO", "\t_"), {}, {"empty_tags": 1}),
        (PLAIN.replace("sings", "si\x07ngs"), {}, {"control_characters": 1}),
        ("1 B-PER VB Anna\n2 O VB sings\n\n1 B-LOC X Oslo\n", {"tokens": -1, "tags": 1}, {}),
        (PLAIN.replace("\tO", "\tO\tx"), {"tags": 1}, {"ragged_lines": 1}),
        ("-DOCSTART- -X- O\n\n" + PLAIN.replace("\t", " "), {}, {"docstart_lines": 1}),
        (PLAIN.encode("utf-16"), {"encoding": "utf-16"}, {}),
        (PLAIN.encode("latin-1"), {"encoding": "latin-1"}, {}),
    ],
)
def test_variants_of_one_text_read_alike(tmp_path, content, columns, repairs):
    text = read(tmp_path, content, **columns)
    assert (text.words, text.tags) == (WORDS, TAGS)
    assert counted(text) == repairs


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("Anna B-PER\nNew York B-LOC\n", {}),
        ("Anna B-PER\nNew York B-LOC\n", {"tags": 1}),
        ("Anna VB B-PER\nOslo B-LOC\n", {}),
        ("Anna\tB-PER\nOslo\tB-LOC\tx\n", {}),
        ("Anna\tB-PER\nOslo\tB-LOC\tx\n", {"tokens": -2, "tags": 1}),
    ],
)
def test_a_ragged_line_that_would_move_a_word_or_tag_is_refused(tmp_path, content, columns):
    with pytest.raises(InputError, match=r"text\.conll:2: the line has . columns|there is no"):
        read(tmp_path, content, **columns)


def test_the_digest_is_of_the_bytes_that_are_parsed(tmp_path, monkeypatch):
    """The file is read once: what changes afterwards has no part in the digest."""
    real = foreign.read_bytes

    def then_changed(path: Path, *arguments, **options) -> bytes:
        content = real(path, *arguments, **options)
        path.write_bytes(b"Other\tO\n")
        return content

    monkeypatch.setattr(foreign, "read_bytes", then_changed)
    text = read(tmp_path, PLAIN)
    assert text.words == WORDS
    assert text.sha256 == hashlib.sha256(PLAIN.encode()).hexdigest()


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, message in (
        (tmp_path / "pipe", "pipe"), (tmp_path, "folder"), (Path("/dev/zero"), "device"),
        (tmp_path / ("x" * 300), "cannot be read"), (Path("a\0b"), "cannot be read"),
    ):  # fmt: skip
        for reader in (
            lambda p: conll.read(p, conll.Columns(), "corpora"),
            lambda p: plain.read(p, "spaces", "utf-8", "corpora"),
        ):
            with pytest.raises(InputError, match=message):
                reader(path)


def test_a_line_without_end_is_refused(tmp_path):
    with pytest.raises(InputError, match="200000 are the most"):
        read(tmp_path, "a" * 300_000 + "\tO\n")


def test_words_are_composed_and_counted(tmp_path):
    text = read(tmp_path, unicodedata.normalize("NFD", "Yorùbá\tB-LOC\nọjọ́\tO\nEko\tO\n"))
    assert text.words == [[unicodedata.normalize("NFC", w) for w in ("Yorùbá", "ọjọ́", "Eko")]]
    assert counted(text) == {"composed": 2}


@pytest.mark.tried("Words that show nothing", "repaired")
@pytest.mark.parametrize("invisible", ["\u200b", "\ufeff\u200d", "\x01", "\u00ad", "\u00a0", ""])
def test_a_word_that_shows_nothing_keeps_its_place(tmp_path, invisible):
    text = read(tmp_path, f"Anna\tB-PER\n{invisible}\tI-PER\nBerg\tI-PER\n")
    assert text.words == [["Anna", words.BLANK, "Berg"]]
    assert text.tags == [["B-PER", "I-PER", "I-PER"]]
    assert text.repairs["blank_words"] == 1


def test_a_space_for_a_word_is_a_blank_word_between_spaces(tmp_path):
    text = read(tmp_path, "Anna B-PER\n O\nBerg O\n")
    assert text.words == [["Anna", words.BLANK, "Berg"]]


@pytest.mark.tried("Odd words in columns", "accepted")
@pytest.mark.parametrize("word", ["#", "#tag", "-", "New\u00a0York", "zero\u200cwidth", "ิ", "❤️"])
def test_odd_words_are_words(tmp_path, word):
    for separator in "\t ":
        text = read(tmp_path, f"{word}{separator}O\nOslo{separator}B-LOC\n")
        assert text.words == [[word, "Oslo"]]
        assert not counted(text)


def test_long_sentences_are_kept(tmp_path):
    text = read(tmp_path, "a\tO\n" * 500 + "\nOslo\tB-LOC\n")
    assert [len(sentence) for sentence in text.words] == [500, 1]


def test_tags_can_be_left_unread(tmp_path):
    text = read(tmp_path, "Anna\tno tag at all\nsings\t\n", tags=None)
    assert text.tags is None
    assert text.words == [["Anna", "sings"]]


sentence = st.lists(
    st.tuples(
        st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8),
        st.sampled_from(["O", "B-PER", "B-LOC"]),
    ),
    min_size=1,
    max_size=6,
)


@in_tmp
@given(st.lists(sentence, min_size=1, max_size=4), st.sampled_from("\t "), st.booleans())
def test_what_is_written_is_read(tmp_path, sentences, separator, crlf):
    end = "\r\n" if crlf else "\n"
    blocks = ["".join(f"{w}{separator}{t}{end}" for w, t in s) for s in sentences]
    text = read(tmp_path, end.join(blocks), separator="tab" if separator == "\t" else "space")
    expected = [[unicodedata.normalize("NFC", w) for w, _ in s] for s in sentences]
    assert text.words == expected
    assert text.tags == [[t for _, t in s] for s in sentences]


pieces = [*"\t\n\r #-_OBIES", "B-PER", "I-LOC", "\u200b", "\x00", "é", "-DOCSTART-", "\tO\n"]
almost = st.lists(st.sampled_from(pieces), max_size=40).map("".join)


@settings(in_tmp, max_examples=300)
@given(
    st.one_of(almost.map(str.encode), st.binary(max_size=80)),
    st.sampled_from(["utf-8", "utf-16", "latin-1", "utf-7", "rot13", "idna", "no-such-codec"]),
    st.sampled_from(["auto", "tab", "space"]),
    st.sampled_from(["auto", "iob1", "iob2", "iobes", "bilou", "bare"]),
    st.integers(-2, 3),
)
def test_only_input_errors_come_out(tmp_path, content, encoding, separator, scheme, column):
    try:
        text = read(
            tmp_path, content, encoding=encoding, separator=separator, scheme=scheme, tags=column
        )
    except InputError as error:
        assert error.where
        assert error.remedy
        return
    assert all(text.words)
    for sentence_words, tags in zip(text.words, text.tags, strict=True):
        assert len(sentence_words) == len(tags)
        assert all(word and word == word.strip() for word in sentence_words)
        "".join(sentence_words).encode("utf-8")


def test_repair_names_are_documented():
    page = (Path(__file__).parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    named = {"orphan_inside", "lower_case_tags", "empty_tags", "composed", "control_characters"}
    for name in {*named, "blank_words", "empty_sentences", *words.LAYOUT}:
        assert f"`{name}`" in page


def test_clean_counts_each_change_once():
    repairs = Counter()
    assert words.clean(" e\u0301\x07 ", repairs) == "é"
    assert repairs == {"composed": 1, "control_characters": 1}


@pytest.mark.parametrize("separator", ["\t", " "])
def test_a_file_whose_every_word_is_a_number_sign(tmp_path, separator):
    path = tmp_path / "text.conll"
    path.write_text(f"#{separator}O\n#{separator}B-PER\n", encoding="utf-8")
    assert conll.read(path, conll.Columns(), "here").words == [["#", "#"]]
