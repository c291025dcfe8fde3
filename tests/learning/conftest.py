"""A tiny, randomly initialised BERT with a word-piece tokenizer: the real code path in milliseconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.spec import EncoderSpec

from . import encoders

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def small_bert(folder: Path, layers: int = 4, positions: int = 64) -> Path:
    torch.manual_seed(0)
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        *LETTERS,
        *(f"##{c}" for c in LETTERS),
        "the",
        ".",
        "[MASK]",
    ]
    model = BertModel(
        BertConfig(
            vocab_size=len(pieces) - 1,
            hidden_size=32,
            num_hidden_layers=layers,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=positions,
        ),
        add_pooling_layer=False,
    )
    # The piece that came last is drawn last, so that every other weight is what the tests' bounds were set with.
    model.resize_token_embeddings(len(pieces), mean_resizing=False)
    model.save_pretrained(folder)
    backend = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local model folder, as a user would name it in the configuration."""
    return small_bert(tmp_path_factory.mktemp("model") / "bert")


@pytest.fixture(scope="session")
def spec(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> EncoderSpec:
    """The prepared encoder folder, two of four layers frozen."""
    folder = tmp_path_factory.mktemp("encoder") / "prepared"
    encoder.prepare(folder, str(model_folder))
    return EncoderSpec(folder, freeze=2)


@pytest.fixture(scope="session")
def marked(tmp_path_factory: pytest.TempPathFactory) -> EncoderSpec:
    """An encoder whose tokenizer marks where a word begins, two of four layers frozen."""
    folder = tmp_path_factory.mktemp("marked")
    encoder.prepare(folder / "prepared", str(encoders.make(folder / "model", "xlm-roberta")))
    return EncoderSpec(folder / "prepared", freeze=2)


def random_sentences(count: int, seed: int, longest: int = 9) -> list[list[str]]:
    """Words of one to five letters."""
    rng = np.random.default_rng(seed)
    return [
        [
            "".join(rng.choice(list(LETTERS), rng.integers(1, 6)))
            for _ in range(rng.integers(1, longest + 1))
        ]
        for _ in range(count)
    ]


def encode(
    sentences: list[list[str]], spec: EncoderSpec, path: Path, max_subwords: int = 32
) -> Activations:
    """Writes and opens the activations of some sentences."""
    tokenised = activations.tokenise(load_tokenizer(spec.folder), sentences, max_subwords)
    hidden = activations.run_trunk(encoder.load_trunk(spec.folder, spec.freeze), tokenised.ids)
    activations.write(path, hidden, tokenised, np.arange(len(sentences)), {"status": "ok"})
    return Activations(path)


@pytest.fixture(scope="session")
def sentences() -> list[list[str]]:
    """Sixty random sentences."""
    return random_sentences(60, seed=1)


@pytest.fixture(scope="session")
def text(
    sentences: list[list[str]], spec: EncoderSpec, tmp_path_factory: pytest.TempPathFactory
) -> Activations:
    """Their activations."""
    return encode(sentences, spec, tmp_path_factory.mktemp("activations") / "text.safetensors")
