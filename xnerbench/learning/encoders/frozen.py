"""The frozen layers at work on sentences that no corpus file holds: augmented copies, masked text, translations.

What they say is kept in a folder, under the digest of everything that decides it. Cells that make the same sentences
(the ablations of an arm at one size and seed) thus run the frozen layers once. The folder is bounded: what was not
used for longest is removed first, which costs time and never a result.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.errors import InputError
from xnerbench.learning.encoders.encoder import load_trunk
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations
from xnerbench.learning.layers.activations import Activations, Tokenised
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.storage.artifacts import read_json

MOST_BYTES = 4 * 2**30
"""Size of a study's folder of kept texts, about fifty texts of 5,000 sentences for the embedded encoder."""

_FORMAT = 1  # raised when the same subwords would give other numbers
_MASKS = ("<mask>", "[MASK]")


class FrozenLayers:
    """Encodes new sentences of one language.

    Args:
        spec: The encoder.
        spaced: Whether the language is written with spaces.
        max_subwords: Longest input, special tokens included.
        folder: Where texts are kept between cells.
        most_bytes: Bound of that folder.
    """

    def __init__(
        self,
        spec: EncoderSpec,
        spaced: bool,
        max_subwords: int,
        folder: Path,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.spec, self.spaced, self.max_subwords = spec, spaced, max_subwords
        self.folder, self.most_bytes = folder, most_bytes

    def at(self, freeze: int | None = None, spaced: bool | None = None) -> FrozenLayers:
        """The same for another number of layers, or for a language that is written otherwise."""
        if freeze in (None, self.spec.freeze) and spaced in (None, self.spaced):
            return self
        spec = self.spec if freeze is None else dataclasses.replace(self.spec, freeze=freeze)
        spaced = self.spaced if spaced is None else spaced
        return FrozenLayers(spec, spaced, self.max_subwords, self.folder, self.most_bytes)

    @cached_property
    def tokenizer(self) -> Any:
        """The encoder's tokenizer for the language."""
        return load_tokenizer(self.spec.folder, self.spaced)

    @cached_property
    def trunk(self) -> Any:
        """Embeddings and frozen layers; loaded only where a text is not kept yet."""
        return load_trunk(self.spec.folder, self.spec.freeze)

    @cached_property
    def vocabulary(self) -> Mapping[str, float]:
        """The pieces of a Unigram tokenizer with their log probabilities.

        Raises:
            InputError: The tokenizer is of another kind.
        """
        model = read_json(self.spec.folder / "tokenizer.json")["model"]
        if model.get("type") != "Unigram":
            raise InputError(
                "subword sampling needs a Unigram vocabulary",
                "encoder.name",
                "name an encoder with a SentencePiece Unigram tokenizer, such as `embedded`",
            )
        return {piece: score for piece, score in model["vocab"]}

    @cached_property
    def mask(self) -> int:
        """Id of the symbol that stands for a masked subword.

        Raises:
            InputError: The vocabulary has none.
        """
        known = self.tokenizer.get_vocab()
        for symbol in _MASKS:
            if symbol in known:
                return known[symbol]
        raise InputError(
            "the encoder's vocabulary has no mask symbol",
            "encoder.name",
            "leave `adapt` out, or name an encoder with <mask> or [MASK]",
        )

    def embeddings(self, ids: np.ndarray) -> np.ndarray:
        """float32 (len(ids), d): rows of the encoder's table of subword embeddings."""
        model = getattr(self.trunk, "model", self.trunk)
        return model.get_input_embeddings().weight[ids].detach().numpy()

    def tokenise(self, sentences: list[list[str]]) -> Tokenised:
        """Subwords of new sentences."""
        return activations.tokenise(self.tokenizer, sentences, self.max_subwords)

    def __call__(
        self, sentences: list[list[str]], pieces: Sequence[Sequence[Sequence[str]]] | None = None
    ) -> Activations:
        """The frozen layers' output for sentences.

        Args:
            sentences: Words of each.
            pieces: Subwords of each word where they are prescribed; an empty list leaves a word to the tokenizer.
        """
        if pieces is None:
            return self.run(self.tokenise(sentences))
        return self.run(self._prescribed(sentences, pieces))

    def run(self, tokenised: Tokenised) -> Activations:
        """The frozen layers' output for subwords; kept, or computed and kept."""
        path = self.folder / f"{self._key(tokenised)}.safetensors"
        if (kept := _opened(path)) is not None:
            return kept
        hidden = activations.run_trunk(self.trunk, tokenised.ids, self.spec.precision)
        path.parent.mkdir(parents=True, exist_ok=True)
        numbers = np.arange(len(tokenised.ids))
        activations.write(path, hidden, tokenised, numbers, {"status": "ok"})
        made = _opened(path)
        assert made is not None
        self._make_room(path)
        return made

    def _key(self, tokenised: Tokenised) -> str:
        digest = hashlib.sha256()
        record = read_json(self.spec.folder / "record.json")
        told = (_FORMAT, record["sha256"], self.spec.freeze, self.spec.precision)
        digest.update(repr(told).encode())
        lengths = np.asarray([len(row) for row in tokenised.ids], dtype=np.int64)
        flat = np.asarray([piece for row in tokenised.ids for piece in row], dtype=np.int64)
        for array in (lengths, flat, tokenised.first, tokenised.word_offsets, tokenised.word):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:32]

    def _make_room(self, newest: Path) -> None:
        """Removes the texts that were not used for longest; a cell that has one open keeps it."""
        found = []
        for path in self.folder.glob("*.safetensors"):
            try:
                told = path.stat()
            except FileNotFoundError:  # another cell was faster
                continue
            found.append((told.st_mtime_ns, path, told.st_size))
        total = sum(size for _, _, size in found)
        for _, path, size in sorted(found):
            if total <= self.most_bytes:
                return
            if path != newest:
                path.unlink(missing_ok=True)
                total -= size

    def _prescribed(
        self, sentences: list[list[str]], pieces: Sequence[Sequence[Sequence[str]]]
    ) -> Tokenised:
        tokenizer = self.tokenizer
        begin, *_, end = tokenizer.backend_tokenizer.encode("").ids
        left = sorted(
            {
                word
                for words, row in zip(sentences, pieces, strict=True)
                for word, own in zip(words, row, strict=True)
                if not own
            }
        )
        encoded = tokenizer(left, add_special_tokens=False)["input_ids"] if left else []
        usual = dict(zip(left, encoded, strict=True))
        ids, first, word, word_offsets, start = [], [], [], [0], 0
        for words, row in zip(sentences, pieces, strict=True):
            tokens = [begin]
            for number, (text, own) in enumerate(zip(words, row, strict=True)):
                new = tokenizer.convert_tokens_to_ids(list(own)) if own else usual[text]
                if new and len(tokens) < self.max_subwords - 1:
                    first.append(start + len(tokens))
                    word.append(number)
                tokens += new
            tokens = [*tokens[: self.max_subwords - 1], end]
            ids.append(tokens)
            word_offsets.append(len(first))
            start += len(tokens)
        return Tokenised.of(ids, first, word_offsets, word)


def _opened(path: Path) -> Activations | None:
    """A kept text, or None. Every tensor is mapped at once, after which the file may be removed."""
    if not path.is_file():
        return None
    try:
        found = Activations(path)
        len(found)
        os.utime(path)
    except (InputError, OSError):  # removed in between by another cell
        return None
    return found
