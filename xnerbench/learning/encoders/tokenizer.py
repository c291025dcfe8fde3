"""The encoder's tokenizer, for words with spaces between them and for words without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from xnerbench.storage.artifacts import read_json


def load_tokenizer(folder: Path, spaced: bool = True) -> PreTrainedTokenizerFast:
    """The encoder's fast tokenizer, from the folder alone.

    Not `AutoTokenizer`, which reads a tokenizer.json of 17 MB twice: half of the time that a short
    text takes.

    Args:
        folder: Written by `encoder.prepare`.
        spaced: `False` for words that are written without spaces between them, see `unmarked`.
    """
    file = folder / "tokenizer.json"
    unknown = read_json(folder / "tokenizer_config.json").get("unk_token")
    if isinstance(unknown, dict):  # an added token with its settings
        unknown = unknown["content"]
    if spaced:
        return PreTrainedTokenizerFast(tokenizer_file=str(file), unk_token=unknown)
    return _without_mark(read_json(file), unknown)


def from_state(backend: Tokenizer, unknown: str) -> PreTrainedTokenizerFast:
    """A tokenizer in memory, for words that are written without spaces between them."""
    return _without_mark(json.loads(backend.to_str()), unknown)


def _without_mark(state: dict[str, Any], unknown: str) -> PreTrainedTokenizerFast:
    backend = Tokenizer.from_str(json.dumps(unmarked(state)))
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token=unknown)


def unmarked(state: dict[str, Any]) -> dict[str, Any]:
    """A tokenizer, as in tokenizer.json, that does not mark where a word begins.

    SentencePiece (`▁`) and byte-level BPE (`Ġ`) put a mark before every word that they are given by itself, as if
    a space stood there. In running Chinese or Thai none does, so pieces with a mark are not those that the
    encoder met in pretraining. WordPiece marks continuations instead, and stays as it is.
    """
    parts = {key: _unmarked(state.get(key)) for key in ("normalizer", "pre_tokenizer")}
    return state | parts


def _unmarked(part: Any) -> Any:
    if isinstance(part, list):
        return [changed for one in part if (changed := _unmarked(one)) is not None]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "Prepend":
        return None
    part = {key: _unmarked(value) for key, value in part.items()}
    if part.get("type") == "Metaspace":
        part["prepend_scheme"] = "never"
    if "add_prefix_space" in part:  # ByteLevel, and Metaspace as older versions write it
        part["add_prefix_space"] = False
    return part
