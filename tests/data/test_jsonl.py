"""JSON lines as corpora: what is read, what is repaired, and what is refused with its line."""

import json

import pytest

from tests import small_study
from xnerbench.data.readers import opening
from xnerbench.errors import InputError
from xnerbench.study import config

WORDS = [words.split() for words, _ in small_study.SENTENCES]
TAGS = [tags.split() for _, tags in small_study.SENTENCES]
NAMES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
ROW = {"tokens": ["Anna", "came"], "ner_tags": ["B-PER", "O"]}


def read(folder, lines, with_tags=True, **entry):
    text = lines if isinstance(lines, str) else "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "deu.jsonl").write_text(text, encoding="utf-8")
    corpus = {"format": "jsonl", "train": "deu.jsonl", "test": "deu.jsonl", **entry}
    languages = {"eng": {"format": "embedded"}, "deu": corpus}
    raw = {**small_study.RAW, "corpora": {"languages": languages}}
    return opening.open_split(config.from_dict(raw, folder), "deu", "test", with_tags)


def rows(tokens="tokens", tags="ner_tags", made=TAGS):
    return [{"id": i, tokens: w, tags: t} for i, (w, t) in enumerate(zip(WORDS, made, strict=True))]


def test_texts_for_tags(tmp_path):
    text = read(tmp_path, rows())
    assert (text.words, text.tags, text.scheme) == (WORDS, TAGS, "iob2")


def test_numbers_for_tags_and_other_names(tmp_path):
    made = rows("words", "labels", [[NAMES.index(tag) for tag in tags] for tags in TAGS])
    text = read(tmp_path, made, tokens="words", tags="labels", tag_names=NAMES)
    assert (text.words, text.tags) == (WORDS, TAGS)


def test_other_schemes_and_repairs(tmp_path):
    lines = '{"tokens": ["Anna\\u0301", " "], "ner_tags": ["S-PER", "O"]}\n\n{"tokens": [], "ner_tags": []}\n'
    text = read(tmp_path, lines)
    assert (text.words, text.tags, text.scheme) == ([["Anná", "\ufffd"]], [["B-PER", "O"]], "iobes")
    assert dict(text.repairs) == {
        "extra_blank_lines": 1, "empty_sentences": 1, "composed": 1, "blank_words": 1,
    }  # fmt: skip


def test_tags_that_are_not_wanted_are_not_read(tmp_path):
    text = read(tmp_path, [{"tokens": ["Anna"], "ner_tags": ["nonsense", 7]}], with_tags=False)
    assert (text.words, text.tags) == ([["Anna"]], None)


@pytest.mark.parametrize(
    ("lines", "where", "what", "remedy"),
    [
        ([ROW, {"tokens": ["a"]}], ":2", "no list `ner_tags`", "one of its lists: tokens"),
        ([ROW, {"words": ["a"]}], ":2", "no list `tokens`", "words"),
        ([{**ROW, "ner_tags": "O O"}], ":1", "`ner_tags` is no list", "tokens"),
        ([{**ROW, "ner_tags": ["O"]}], ":1", "2 words and 1 tags", ""),
        ([{**ROW, "ner_tags": ["O", 7]}], ":1", "numbers without names", "tag_names"),
        ([{**ROW, "ner_tags": ["O", True]}], ":1", "which has no name", ""),
        ([{**ROW, "tokens": ["a", None]}], ":1", "not a list of words", ""),
        ([[ROW]], ":1", "an array, not an object", "jq -c .[]"),
        ("[\n{}\n]\n", ":1", "not a line of JSON", "one object a line"),
        ("Anna B-PER\n", ":1", "not a line of JSON", "one object a line"),
        ("[" * 100_000 + "\n", ":1", "not a line of JSON", "one object a line"),
        ([{"tokens": [], "ner_tags": []}], "deu.jsonl", "no sentence in it", ""),
        ([{**ROW, "ner_tags": ["B-PER", "PER"]}], ", row 0", "has no prefix", ""),
    ],
)  # fmt: skip
def test_refused(tmp_path, lines, where, what, remedy):
    with pytest.raises(InputError) as caught:
        read(tmp_path, lines)
    assert caught.value.where.endswith(where)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
