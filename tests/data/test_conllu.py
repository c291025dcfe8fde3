"""CoNLL-U with entities in its last column."""

import pytest

from tests import small_study
from xnerbench.data.readers import opening
from xnerbench.errors import InputError
from xnerbench.study import config


def row(number, word, misc):
    return "\t".join([str(number), word, *"______", "_", misc])


def read(folder, lines, with_tags=True, **entry):
    (folder / "deu.conllu").write_text("\n".join(lines) + "\n", encoding="utf-8")
    corpus = {"format": "conllu", "train": "deu.conllu", "test": "deu.conllu", **entry}
    languages = {"eng": {"format": "embedded"}, "deu": corpus}
    raw = {**small_study.RAW, "corpora": {"languages": languages}}
    return opening.open_split(config.from_dict(raw, folder), "deu", "test", with_tags)


SENTENCE = [
    "# sent_id = 1",
    "# text = Anna ging zum Rathaus .",
    row(1, "Anna", "name=B-PER|Lemma=x"),
    row(2, "ging", "_"),
    row("3-4", "zum", "_"),
    row(3, "zu", "name=O"),
    row(4, "dem", "name=B-LOC"),
    row("4.1", "fehlt", "name=B-ORG"),
    row(5, "Rathaus", "SpaceAfter=No|name=I-LOC"),
    row(6, "#", "name=O"),
    "",
]


def test_words_of_the_text_with_their_tags(tmp_path):
    text = read(tmp_path, [*SENTENCE, *SENTENCE])
    assert text.words == [["Anna", "ging", "zum", "Rathaus", "#"]] * 2
    assert text.tags == [["B-PER", "O", "B-LOC", "I-LOC", "O"]] * 2
    assert {k: n for k, n in text.repairs.items() if n} == {
        "comment_lines": 4,
        "multiword_tokens": 2,
        "empty_nodes": 2,
    }
    assert text.columns == "MISC has name, Lemma, SpaceAfter"


def test_a_multiword_token_with_a_tag_of_its_own_keeps_it(tmp_path):
    lines = [row("1-2", "vom", "NER=B-LOC"), row(1, "von", "NER=B-PER"), row(2, "dem", "_")]
    text = read(tmp_path, [*lines, row(3, "See", "NER=I-LOC")], name="NER")
    assert (text.words, text.tags) == ([["vom", "See"]], [["B-LOC", "I-LOC"]])


def test_tags_that_are_not_wanted_are_not_read(tmp_path):
    text = read(tmp_path, SENTENCE, with_tags=False, name="other")
    assert text.words == [["Anna", "ging", "zum", "Rathaus", "#"]]
    assert text.tags is None


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        (["1\tAnna\tB-PER"], ":1", "the line has 3 columns"),
        ([*SENTENCE, row("x", "Anna", "_")], ":12", "`x` is no number of a word"),
        ([row("2-x", "Anna", "_")], ":1", "`2-x` is no number of a word"),
        ([row(1, "Anna", "NER=B-PER")], "deu.test", "no word of"),
        ([row(1, "Anna", "name=B-PER"), row(2, "B", "name=PER")], ", row 0", "has no prefix"),
        (["# nothing"], "deu.conllu", "no sentence in it"),
        ([row("1.1", "fehlt", "_")], "deu.conllu", "no sentence in it"),
    ],
)
def test_refused(tmp_path, lines, where, what):
    with pytest.raises(InputError) as caught:
        read(tmp_path, lines)
    assert caught.value.where.endswith(where)
    assert what in caught.value.what
