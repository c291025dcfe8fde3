"""An exported tagger says the same in transformers as in this suite."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from tests.learning import encoders
from tests.learning.conftest import LETTERS, random_sentences
from xnerbench.errors import InputError
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.taggers import export, tagger, tagging
from xnerbench.learning.teachers import labels, teacher
from xnerbench.learning.training.loop import Recipe
from xnerbench.storage.artifacts import read_json

NAMES = tagger.label_names(("PER", "LOC"))
LONGEST = 24  # subwords; some sentences are longer
RECIPE = Recipe(learning_rate=5e-3, epochs=10, batch_size=8, dropout=0.0)


def text_of(spec: EncoderSpec, sentences: list[list[str]], spaced: bool, path: Path):
    tokenised = activations.tokenise(load_tokenizer(spec.folder, spaced), sentences, LONGEST)
    hidden = activations.run_trunk(encoder.load_trunk(spec.folder, spec.freeze), tokenised.ids)
    activations.write(path, hidden, tokenised, np.arange(len(sentences)), {"status": "ok"})
    return activations.Activations(path)


def made_up_tags(sentences: list[list[str]]) -> list[list[str]]:
    """Every label about as often, by the first letter."""
    return [[NAMES[ord(word[0]) % len(NAMES)] for word in row] for row in sentences]


def trained(spec: EncoderSpec, sentences: list[list[str]], spaced: bool, folder: Path):
    """A tagger, its folder for transformers, and its tags of the sentences."""
    text = text_of(spec, sentences, spaced, folder / "text.safetensors")
    model, _ = teacher.train_teacher(
        spec, NAMES, [(text, made_up_tags(sentences))], RECIPE, ("eng",), 0
    )
    choices = tagger.probabilities(model, text).argmax(axis=1)
    tags = labels.predicted_tags(text, choices, [len(row) for row in sentences], NAMES)
    use = export.Use(spec.freeze, LONGEST, spaced, "fp32")
    export.write(folder / "out", spec.folder, model, NAMES, use, {"cell": "x"}, "# A card\n")
    return model, folder / "out", tags


def tags_in_transformers(folder: Path, sentences: list[list[str]]) -> list[list[str]]:
    """As a stranger would: the model, the tokenizer, first subwords."""
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    result = []
    for words in sentences:
        encoded = tokenizer(words, is_split_into_words=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            choices = model(**encoded).logits[0].argmax(dim=1)
        tags = ["O"] * len(words)
        for position, word in reversed(list(enumerate(encoded.word_ids()))):
            if word is not None:
                tags[word] = model.config.id2label[int(choices[position])]
        result.append(tags)
    return result


def mixed_sentences(count: int, seed: int) -> list[list[str]]:
    """Latin words and Chinese ones."""
    rng = np.random.default_rng(seed)
    pieces = list(encoders.LETTERS)
    return [
        ["".join(rng.choice(pieces, rng.integers(1, 4))) for _ in range(rng.integers(1, 14))]
        for _ in range(count)
    ]


@pytest.fixture(
    scope="module", params=["embedded", "word pieces", *encoders.PACKED, *encoders.GENERAL]
)
def any_spec(request, spec, tmp_path_factory) -> EncoderSpec:
    if request.param == "word pieces":
        return spec
    folder = tmp_path_factory.mktemp("encoder")
    if request.param == "embedded":
        encoder.prepare(folder / "prepared", encoder.EMBEDDED, layers=2)
        return EncoderSpec(folder / "prepared", freeze=1)
    source = encoders.make(folder / "source", request.param)
    encoder.prepare(folder / "prepared", str(source))
    return EncoderSpec(folder / "prepared", freeze=2)


def assert_tagged_alike(folder: Path, sentences: list[list[str]], tags: list[list[str]]) -> None:
    """The suite's own `tag` says the same as far as an input goes, and goes on beyond."""
    model = tagging.Model(folder)
    longer = 0
    for row, own, words in zip(tags, model.tag(sentences), sentences, strict=True):
        assert len(own) == len(words)
        if own != row:
            end = max(i for i, tag in enumerate(own) if tag != row[i])
            begin = next(i for i, tag in enumerate(own) if tag != row[i])
            assert set(row[begin : end + 1]) == {"O"} and row[end:] == ["O"] * len(row[end:])
            longer += 1
    assert 0 < longer <= model.cut < len(sentences)


@pytest.mark.parametrize("spaced", [True, False], ids=["spaced", "unspaced"])
def test_transformers_tags_as_the_suite_does(any_spec, spaced, tmp_path) -> None:
    sentences = mixed_sentences(40, seed=3)
    _, folder, tags = trained(any_spec, sentences, spaced, tmp_path)
    assert len({tag for row in tags for tag in row}) > 2
    assert tags_in_transformers(folder, sentences) == tags
    assert_tagged_alike(folder, sentences, tags)
    config = read_json(folder / "config.json")
    assert list(config["id2label"].values()) == NAMES
    assert config["architectures"][0].endswith("ForTokenClassification")
    assert {p.name for p in folder.iterdir()} >= {
        "model.safetensors",
        "tokenizer.json",
        "README.md",
    }
    note = read_json(folder / export.NOTE)
    assert note == {
        "freeze": any_spec.freeze,
        "max_subwords": LONGEST,
        "spaced": spaced,
        "precision": "fp32",
        "cell": "x",
    }


@pytest.mark.parametrize("kind", ["word pieces", "xlm-roberta"])
def test_the_pipeline_finds_the_same_entities_in_plain_text(kind, spec, tmp_path) -> None:
    if kind != "word pieces":
        source = encoders.make(tmp_path / "source", kind)
        encoder.prepare(tmp_path / "prepared", str(source))
        spec = EncoderSpec(tmp_path / "prepared", 2)
    sentences = random_sentences(30, seed=8)
    _, folder, tags = trained(spec, sentences, True, tmp_path)
    tag = pipeline("token-classification", str(folder), aggregation_strategy="first")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    compared = 0
    for words, expected in zip(sentences, tags, strict=True):
        if len(tokenizer(words, is_split_into_words=True)["input_ids"]) > LONGEST:
            continue
        with warnings.catch_warnings():  # said of every tokenizer but WordPiece's
            warnings.filterwarnings("ignore", message="Tokenizer does not support real words")
            found = tag(line := " ".join(words))
        starts = np.cumsum([0, *(len(word) + 1 for word in words)])
        own = [(starts[first], starts[last] + len(words[last]), kind)
               for kind, first, last in spans(expected)]  # fmt: skip
        # SentencePiece's mark stands for the space before a word, and belongs to it
        first = [e["start"] + (line[e["start"]] == " ") for e in found]
        assert [(s, e["end"], e["entity_group"]) for s, e in zip(first, found, strict=True)] == own
        compared += len(own)
    assert compared > 10


def spans(tags: list[str]) -> list[tuple[str, int, int]]:
    """Entities as the pipeline joins them: a word goes on with an entity of its type unless it begins one."""
    found: list[tuple[str, int, int]] = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        if found and found[-1][2] == i - 1 and found[-1][0] == tag[2:] and tag[0] == "I":
            found[-1] = (tag[2:], found[-1][1], i)
        else:
            found.append((tag[2:], i, i))
    return found


def test_the_exported_model_is_the_encoder_but_for_what_was_trained(spec, tmp_path) -> None:
    model, folder, _ = trained(spec, random_sentences(8, seed=9), True, tmp_path)
    exported = AutoModelForTokenClassification.from_pretrained(folder).base_model.state_dict()
    original = encoder.load_trunk(spec.folder, 4).state_dict()
    assert original.keys() == exported.keys()
    changed = {key for key, value in original.items() if not torch.equal(value, exported[key])}
    assert changed == set(model.upper.pretrained_state())
    assert LETTERS


def test_an_exported_folder_can_be_replaced_and_no_other(spec, tmp_path) -> None:
    sentences = random_sentences(8, seed=9)
    model, folder, _ = trained(spec, sentences, True, tmp_path)
    use = export.Use(2, LONGEST, True, "fp32")
    export.write(folder, spec.folder, model, NAMES, use, {"cell": "y"}, "")
    assert read_json(folder / export.NOTE)["cell"] == "y"
    other = tmp_path / "precious"
    other.mkdir()
    (other / "thesis.tex").write_text("all of it")
    with pytest.raises(InputError, match="something here already"):
        export.write(other, spec.folder, model, NAMES, use, {}, "")
    assert (other / "thesis.tex").read_text() == "all of it"
    assert not list(tmp_path.glob(".*.partial"))
