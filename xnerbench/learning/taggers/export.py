"""A trained tagger as a standard Hugging Face folder, which transformers loads without this suite.

The folder holds the whole encoder with the trained layers in place, the classification head, the tokenizer as
it was used (for words without spaces between them: without the mark of a word's beginning), the label names, and
`xnerbench.json`, from which `xnerbench tag` learns how the study ran the model.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from xnerbench.errors import InputError
from xnerbench.learning.encoders.encoder import quiet
from xnerbench.learning.encoders.tokenizer import unmarked
from xnerbench.learning.taggers.exported import NOTE
from xnerbench.learning.taggers.tagger import Tagger
from xnerbench.storage.artifacts import (
    partial_of,
    read_json,
    replace_folder,
    write_json,
    write_text,
)

CARD = "README.md"


@dataclass(frozen=True)
class Use:
    """How the study ran the model, and how `xnerbench tag` does.

    Attributes:
        freeze: Layers that were frozen; their output is rounded to float16.
        max_subwords: Longest input, special tokens included.
        spaced: Whether words are written with spaces between them.
        precision: `fp32` or `bf16`.
    """

    freeze: int
    max_subwords: int
    spaced: bool
    precision: str


def write(
    folder: Path,
    encoder: Path,
    tagger: Tagger,
    names: list[str],
    use: Use,
    record: dict[str, Any],
    card: str,
) -> None:
    """Writes the folder; one that exists is replaced as a whole.

    Args:
        folder: Where to write.
        encoder: The folder that the tagger stands on, written by `encoder.prepare`.
        tagger: Trained layers and head.
        names: Its labels, in order.
        use: How it is run.
        record: What else `xnerbench.json` says about its origin.
        card: The model card.

    Raises:
        InputError: The folder is there, and is none that this function wrote.
    """
    if folder.exists() and not (folder / NOTE).is_file():
        raise InputError(
            "there is something here already", str(folder), "Name a folder that does not exist"
        )
    partial = partial_of(folder)
    partial.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with quiet():
            whole_model(encoder, tagger, names).save_pretrained(partial, max_shard_size="99GB")
            tokenizer_of(encoder, use).save_pretrained(partial)
        _name_the_plain_class(partial / "tokenizer_config.json")
        write_json(partial / NOTE, asdict(use) | record)
        write_text(partial / CARD, card)
        replace_folder(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def whole_model(encoder: Path, tagger: Tagger, names: list[str]) -> PreTrainedModel:
    """The encoder's token-classification model with the tagger's layers and head in place, float32."""
    config = AutoConfig.from_pretrained(encoder, local_files_only=True)
    config.id2label = dict(enumerate(names))
    config.label2id = {name: index for index, name in enumerate(names)}
    _bypass(config)
    model = AutoModelForTokenClassification.from_pretrained(
        encoder, config=config, local_files_only=True, dtype=torch.float32
    )
    base = model.base_model
    state = {key: value.cpu() for key, value in tagger.upper.pretrained_state().items()}
    result = base.load_state_dict(state, strict=False)
    if result.unexpected_keys:
        raise ValueError(f"{encoder} has no {result.unexpected_keys[0]}")
    with torch.no_grad():
        if isinstance(getattr(model, "head", None), nn.Module):
            _pass_through(base.final_norm, model.head)
        model.classifier.weight.copy_(tagger.head.weight)
        model.classifier.bias.copy_(tagger.head.bias)
    return model.eval()


def _bypass(config: Any) -> None:
    # ModernBERT's tagger has one more layer before its classifier; without its activation it can be idle.
    if getattr(config, "classifier_activation", None) is not None:
        config.classifier_activation = "linear"


def _pass_through(final_norm: nn.LayerNorm, head: Any) -> None:
    """Makes ModernBERT's extra layer (dense, activation, norm) compute nothing.

    The norm of a norm without gain is the norm again (up to its epsilon, 1e-5), so the encoder's last norm loses its
    gain and bias and the extra layer's norm gets them.
    """
    head.dense.weight.copy_(torch.eye(len(head.dense.weight)))
    for kind, neutral in (("weight", 1.0), ("bias", 0.0)):
        if (old := getattr(final_norm, kind)) is not None:
            getattr(head.norm, kind).copy_(old)
            old.fill_(neutral)
    if head.dense.bias is not None:
        head.dense.bias.zero_()


def tokenizer_of(encoder: Path, use: Use) -> PreTrainedTokenizerFast:
    """The tokenizer as the study used it, with the special tokens that batches and cutting need."""
    original = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
    names = [f"{name}_token" for name in ("bos", "eos", "unk", "sep", "pad", "cls", "mask")]
    special = {n: str(token) for n in names if (token := getattr(original, n, None)) is not None}
    state = read_json(encoder / "tokenizer.json")
    backend = Tokenizer.from_str(json.dumps(state if use.spaced else unmarked(state)))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=use.max_subwords,
        model_input_names=["input_ids", "attention_mask"],
        **special,
    )


def _name_the_plain_class(path: Path) -> None:
    """Any version of transformers then takes tokenizer.json as it is, and builds none of the encoder's type anew."""
    write_json(path, read_json(path) | {"tokenizer_class": "PreTrainedTokenizerFast"})
