"""What the encoder's tokenizer makes of a text, before anything runs: fertility, words lost.

Only where the tokenizer is at hand: the embedded one, a local folder, or an encoder that an earlier run
has fetched. A hub is not asked.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.learning.encoders.tokenizer import from_state, load_tokenizer
from xnerbench.learning.layers.activations import tokenise
from xnerbench.study.layout import Layout

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def at_hand(config: Config) -> bool:
    """Whether the tokenizer can be had without a network."""
    return config.encoder.name == "embedded" or _folder(config) is not None


def statistics(config: Config, language: str, sentences: list[list[str]]) -> dict[str, int]:
    """Counts of words, subwords, split, unknown and lost words, as `activations.tokenise` has them.

    Args:
        config: The study: encoder, `max_subwords`, and whether the language is written with spaces.
        language: ISO 639-3, with a corpus in the study.
        sentences: Words of each sentence.

    Raises:
        InputError: The embedded encoder's package is missing, or a file is damaged.
    """
    spaced = config.corpora.languages[language].spaced
    folder = _folder(config)
    tokenizer = _of_folder(folder, spaced) if folder else _embedded(spaced)
    return tokenise(tokenizer, sentences, config.max_subwords).statistics


def _folder(config: Config) -> Path | None:
    for folder in (Layout(config).encoder, config.path(config.encoder.name)):
        if (folder / "tokenizer.json").is_file() and (folder / "tokenizer_config.json").is_file():
            return folder
    return None


@functools.lru_cache(4)
def _of_folder(folder: Path, spaced: bool) -> Any:
    return load_tokenizer(folder, spaced)


@functools.lru_cache(2)
def _embedded(spaced: bool) -> Any:
    from xnerbench.learning.encoders import embedded

    tokenizer = embedded.tokenizer(embedded.pieces(embedded.data_path()))
    return tokenizer if spaced else from_state(tokenizer.backend_tokenizer, tokenizer.unk_token)
