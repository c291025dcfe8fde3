"""Tags words with an exported model, on the same two kinds of layers that the study's tests were scored on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from xnerbench.errors import InputError
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers.activations import Tokenised, tokenise
from xnerbench.learning.taggers import streaming
from xnerbench.learning.taggers.exported import names_of, note_of, reading, upper_part

CHUNK_WORDS = 40_000
"""Words that are held at a time; with 1.5 subwords a word and a width of 768 their vectors take 90 MB."""


@dataclass(frozen=True)
class Encoded:
    """A text in memory, with the arrays of an activation file (see `activations`) that tagging reads."""

    hidden: np.ndarray
    offsets: np.ndarray
    first: np.ndarray
    word_offsets: np.ndarray
    word: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1


def encoded(tokenised: Tokenised, hidden: np.ndarray) -> Encoded:
    """A text in memory from its subwords and the frozen layers' output."""
    lengths = np.cumsum([0, *(len(ids) for ids in tokenised.ids)])
    return Encoded(hidden, lengths, tokenised.first, tokenised.word_offsets, tokenised.word)


class Model:
    """An exported tagger.

    Args:
        folder: Written by `export.write`.
        precision: `fp32` or `bf16`; the study's own unless given.
        device: Where the upper layers run; the embeddings and the frozen layers run on the CPU.

    Raises:
        InputError: The folder is none that this suite exported.
    """

    def __init__(self, folder: Path, precision: str | None = None, device: str = "cpu") -> None:
        note = note_of(folder)
        self.names = names_of(folder)
        self.spaced: bool = note["spaced"]
        self.max_subwords: int = note["max_subwords"]
        self.precision: str = precision or note["precision"]
        with reading(folder):
            # The folder's tokenizer leaves out the mark of a word's beginning already, if it was left out.
            self._tokenizer = load_tokenizer(folder)
            self._trunk = encoder.load_trunk(folder, note["freeze"], foreign=True)
            self._tagger = upper_part(folder, note["freeze"])
            self._once([["a", "."]])  # what is wrong with a tokenizer shows when it is used
        self._tagger.eval().to(device)
        self.cut = 0

    def tag(self, sentences: list[list[str]]) -> list[list[str]]:
        """IOB2 tags of every word; see `word_probabilities` for long sentences."""
        return _likeliest(self.word_probabilities(sentences), self.names)

    def word_probabilities(self, sentences: list[list[str]]) -> list[np.ndarray]:
        """Label probabilities of every word, one float32 (words, labels) a sentence.

        A sentence beyond `max_subwords` is read in parts, each beginning with the first word that the one
        before had no room for; `cut` counts such sentences. (In a study those words are `O`.) A word without
        a subword, or longer than a part, is surely `O`.
        """
        found, reached = self._once(sentences)
        rest = [i for i, end in enumerate(reached) if end < len(sentences[i])]
        self.cut += len(rest)
        while rest:
            parts = [sentences[i][reached[i] :] for i in rest]
            more, ends = self._once(parts)
            for i, part, end in zip(rest, more, ends, strict=True):
                found[i][reached[i] :] = part
                reached[i] += max(end, 1)
            rest = [i for i in rest if reached[i] < len(sentences[i])]
        return found

    def probabilities(self, sentences: list[list[str]]) -> np.ndarray:
        """Label probabilities of words with a subword, float32 (W, labels); what is beyond the input is left out."""
        return self._said(tokenise(self._tokenizer, sentences, self.max_subwords))

    def _said(self, text: Tokenised) -> np.ndarray:
        return streaming.probabilities(self._trunk, self._tagger, text, self.precision)

    def _once(self, sentences: list[list[str]]) -> tuple[list[np.ndarray], list[int]]:
        """Probabilities as far as the input goes, and the word that each sentence was cut before."""
        tokenised = tokenise(self._tokenizer, sentences, self.max_subwords)
        said = self._said(tokenised)
        found, reached = [], []
        for row, ids, (begin, end) in zip(
            sentences, tokenised.ids, pairwise(tokenised.word_offsets), strict=True
        ):
            own = np.zeros((len(row), len(self.names)), dtype=np.float32)
            own[:, 0] = 1.0  # `O`
            own[tokenised.word[begin:end]] = said[begin:end]
            found.append(own)
            whole = len(ids) < self.max_subwords or begin == end
            reached.append(len(row) if whole else int(tokenised.word[end - 1]) + 1)
        return found, reached


class Mixture:
    """Several taggers as one: the mean of their probabilities, as `direct-avg` mixes teachers.

    Args:
        folders: Of the taggers, written by `export.write`; see `Model` for the rest.
        precision: Of all of them.
        device: Of all of them.

    Raises:
        InputError: Two of them have other entity types, or only one is made for words without spaces between them.
    """

    def __init__(
        self, folders: Sequence[Path], precision: str | None = None, device: str = "cpu"
    ) -> None:
        self._models = [Model(folder, precision, device) for folder in folders]
        first = self._models[0]
        self.names, self.spaced = first.names, first.spaced
        self.max_subwords = min(model.max_subwords for model in self._models)
        for folder, model in zip(folders, self._models, strict=True):
            if set(model.names) != set(self.names):
                raise InputError(
                    f"it tags {_types(model.names)}, and {folders[0]} tags {_types(self.names)}",
                    str(folder),
                    "Mix taggers of the same entity types",
                )
            if model.spaced != self.spaced:
                raise InputError(
                    f"only one of it and {folders[0]} is for words without spaces between them",
                    str(folder),
                    "Mix taggers that were exported for one kind of language",
                )

    @property
    def cut(self) -> int:
        """Sentences that at least one tagger has read in parts, as far as one of them knows."""
        return max(model.cut for model in self._models)

    def tag(self, sentences: list[list[str]]) -> list[list[str]]:
        """IOB2 tags of every word."""
        total: list[np.ndarray] = []
        for model in self._models:
            order = [model.names.index(name) for name in self.names]
            said = [own[:, order] for own in model.word_probabilities(sentences)]
            total = [a + b for a, b in zip(total, said, strict=True)] if total else said
        return _likeliest(total, self.names)


def _types(names: Sequence[str]) -> str:
    return ", ".join(name[2:] for name in names if name.startswith("B-"))


def _likeliest(rows: Iterable[np.ndarray], names: Sequence[str]) -> list[list[str]]:
    return [[names[choice] for choice in row.argmax(axis=1)] for row in rows]


def chunks(sentences: Iterable[list[str]], words: int = CHUNK_WORDS) -> Iterator[list[list[str]]]:
    """Consecutive sentences of about so many words in all, so that memory does not grow with the file."""
    chunk: list[list[str]] = []
    held = 0
    for sentence in sentences:
        chunk.append(sentence)
        held += len(sentence) + 1
        if held >= words:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk
