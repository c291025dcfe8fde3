"""Parquet corpora from a local folder, of the shape that the hub has them in."""

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import small_study
from xnerbench.data.readers import opening
from xnerbench.errors import InputError
from xnerbench.storage import foreign, hub_reach
from xnerbench.study import config

NAMES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
WORDS = [words.split() for words, _ in small_study.SENTENCES]
TAGS = [tags.split() for _, tags in small_study.SENTENCES]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "parquet" / "de"
    path.mkdir(parents=True)
    return path


def study(tmp_path, **entry):
    hub = {"format": "hub", "path": "parquet", "config": "de", **entry}
    raw = {
        **small_study.RAW,
        "corpora": {"languages": {"eng": {"format": "embedded"}, "deu": hub}},
    }
    return config.from_dict(raw, tmp_path)


def numbered():
    return [[NAMES.index(tag) for tag in tags] for tags in TAGS]


def test_class_labels(tmp_path, folder):
    features = datasets.Features(
        {
            "tokens": datasets.Sequence(datasets.Value("string")),
            "ner_tags": datasets.Sequence(datasets.ClassLabel(names=NAMES)),
        }
    )
    rows = datasets.Dataset.from_dict({"tokens": WORDS, "ner_tags": numbered()}, features)
    rows.to_parquet(folder / "train-00000-of-00001.parquet")
    text = opening.open_split(study(tmp_path), "deu", "train")
    assert (text.words, text.tags, text.scheme) == (WORDS, TAGS, "iob2")


@pytest.mark.parametrize("name", ["train.parquet", "train/0.parquet"])
def test_words_for_tags_and_other_columns(tmp_path, folder, name):
    (folder / "train").mkdir()
    pq.write_table(pa.table({"w": WORDS, "t": TAGS}), folder / name)
    text = opening.open_split(study(tmp_path, tokens="w", tags="t"), "deu", "train")
    assert (text.words, text.tags) == (WORDS, TAGS)


def test_numbers_with_stated_names(tmp_path, folder):
    pq.write_table(pa.table({"tokens": WORDS, "ner_tags": numbered()}), folder / "test.parquet")
    assert opening.open_split(study(tmp_path, tag_names=NAMES), "deu", "test").tags == TAGS
    with pytest.raises(InputError, match="numbers without names"):
        opening.open_split(study(tmp_path), "deu", "test")


def test_pool_needs_no_column_of_tags(tmp_path, folder):
    pq.write_table(pa.table({"tokens": [*WORDS, []]}), folder / "train.parquet")
    text = opening.open_split(study(tmp_path), "deu", "pool", with_tags=False)
    assert text.words == WORDS
    assert text.tags is None
    assert text.repairs == {"empty_sentences": 1}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"words": WORDS, "ner_tags": TAGS}, r"no column `tokens`.*words, ner_tags"),
        ({"tokens": ["Anna"], "ner_tags": ["O"]}, "holds no lists but string"),
        ({"tokens": [["Anna"]], "ner_tags": [["O", "O"]]}, "1 words and 2 tags"),
        ({"tokens": [[1]], "ner_tags": [["O"]]}, "not a list of words"),
        ({"tokens": [["Anna"]], "ner_tags": [[None]]}, "has no name"),
        ({"tokens": pa.array([], pa.list_(pa.string())), "ner_tags": []}, "no sentence|no lists"),
    ],
)
def test_unfit_files_are_explained(tmp_path, folder, table, message):
    pq.write_table(pa.table(table), folder / "train.parquet")
    with pytest.raises(InputError, match=message) as caught:
        opening.open_split(study(tmp_path), "deu", "train")
    assert caught.value.remedy


def test_missing_and_broken_files_are_named(tmp_path, folder):
    with pytest.raises(InputError, match="no Parquet file of the split `train`"):
        opening.open_split(study(tmp_path), "deu", "train")
    (folder / "train.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="Replace it by a whole Parquet file"):
        opening.open_split(study(tmp_path), "deu", "train")


def test_unreachable_hub_names_the_local_folder(tmp_path, monkeypatch):
    def unreachable(*args, **kwargs):
        raise ConnectionError("Couldn't reach 'owner/corpus' on the Hub\nmore lines")

    monkeypatch.setattr(hub_reach, "unreachable", lambda: None)
    monkeypatch.setattr(datasets, "load_dataset", unreachable)
    remote = study(tmp_path, path=None, name="owner/corpus", revision="0123456789abcdef")
    with pytest.raises(InputError) as caught:
        opening.open_split(remote, "deu", "train")
    text = str(caught.value)
    assert "owner/corpus@0123456789abcdef" in text
    assert "give their folder as `path:`" in text
    assert "\n" not in text


def test_revision_and_columns_reach_the_hub(tmp_path, monkeypatch):
    asked = {}

    def answer(name, config_name, split, revision):
        asked.update(name=name, config=config_name, split=split, revision=revision)
        return datasets.Dataset.from_dict({"tokens": WORDS, "ner_tags": TAGS})

    monkeypatch.setattr(hub_reach, "unreachable", lambda: None)
    monkeypatch.setattr(datasets, "load_dataset", answer)
    remote = study(tmp_path, path=None, name="owner/corpus", revision="0123456789abcdef")
    text = opening.open_split(remote, "deu", "test")
    assert (text.words, text.tags) == (WORDS, TAGS)
    assert asked == {
        "name": "owner/corpus",
        "config": "de",
        "split": "test",
        "revision": "0123456789abcdef",
    }


def dictionary(word: str, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), pa.array([word]))


def lists(values: pa.Array, each: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(range(0, len(values) + 1, each), pa.int32()), values)


BOMBS = {
    "one word of a megabyte, 10,000 times": lambda: lists(dictionary("x" * 2**20, 10_000), 10),
    "a sentence of 6,000 words": lambda: lists(dictionary("x", 6000), 6000),
    "a word of 20,000 characters": lambda: lists(dictionary("x" * 20_000, 1), 1),
}


@pytest.mark.tried("Small Parquet files that grow", "refused")
@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_small_files_that_grow_are_refused(tmp_path, folder, bomb):
    words = BOMBS[bomb]()
    tags = pa.array(
        [["O"] * len(row) for row in words.to_pylist()] if len(words) < 9 else [["O"]] * len(words)
    )
    pq.write_table(pa.table({"tokens": words, "ner_tags": tags}), folder / "train.parquet")
    assert (folder / "train.parquet").stat().st_size < 2**21
    with pytest.raises(InputError, match="more than"):
        opening.open_split(study(tmp_path), "deu", "train")


def test_a_claim_of_billions_is_refused_unread(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(foreign, "MOST_VALUES", 10)
    pq.write_table(pa.table({"tokens": WORDS, "ner_tags": numbered()}), folder / "train.parquet")
    monkeypatch.setattr(pq, "read_table", None)
    with pytest.raises(InputError, match="more than is credible"):
        opening.open_split(study(tmp_path), "deu", "train")


@pytest.mark.parametrize("metadata", [b"{", b"[]", b"{}", b"\xff", b'{"info": {"features": 7}}'])
def test_broken_metadata_of_the_hub(tmp_path, folder, metadata):
    table = pa.table({"tokens": WORDS, "ner_tags": numbered()})
    table = table.replace_schema_metadata({b"huggingface": metadata})
    pq.write_table(table, folder / "train.parquet")
    with pytest.raises(InputError, match=r"metadata of|numbers without names"):
        opening.open_split(study(tmp_path), "deu", "train")


@pytest.mark.tried("Files that are no Parquet", "refused")
@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"x" * 500])
def test_what_is_no_parquet_file(tmp_path, folder, content):
    (folder / "train.parquet").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        opening.open_split(study(tmp_path), "deu", "train")
