"""Soft labels: what teachers say about every labelled word of a pool, and mixtures of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.learning.layers.tensors import map_tensors, read_record, write_tensors
from xnerbench.learning.layers.text import Sentences, Words

TEXTS = ("pool", "test")
"""The texts of a target that a teacher labels."""


def write_soft(path: Path, probabilities: dict[str, np.ndarray], record: dict[str, Any]) -> None:
    """Writes one teacher's probabilities, float32 (W, labels) for each of `TEXTS`."""
    write_tensors(path, {k: v.astype(np.float32) for k, v in probabilities.items()}, record)


def read_soft(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Memory-maps one teacher's probabilities, (W, labels) by text, and reads their record."""
    return map_tensors(path), read_record(path)


class Mixture:
    """The weighted mean of several teachers' soft labels, formed for the words of a batch.

    p(word) = sum over sources k of alpha_k p_k(word); alpha is one weight per source, or one row of weights
    per sentence. Mixing happens a batch at a time, so nothing the size of the pool is held or recomputed.

    Args:
        parts: K arrays (W, labels).
        alpha: float64 (K,) or (S, K), rows summing to one.
        sentence_of: int64 (W,), the sentence of each labelled word; only for weights per sentence.
    """

    def __init__(
        self, parts: list[np.ndarray], alpha: np.ndarray, sentence_of: np.ndarray | None = None
    ) -> None:
        alpha = np.asarray(alpha, dtype=np.float64)
        if alpha.shape[-1] != len(parts):
            raise ValueError(f"{alpha.shape[-1]} weights for {len(parts)} sources")
        if not np.allclose(alpha.sum(axis=-1), 1.0, atol=1e-6):
            raise ValueError("weights do not sum to one")
        if len({part.shape for part in parts}) != 1:
            raise ValueError("the sources' soft labels differ in shape")
        if alpha.ndim == 2 and sentence_of is None:
            raise ValueError("weights per sentence need the sentence of each word")
        self.parts, self.alpha, self.sentence_of = parts, alpha, sentence_of

    def at(self, entries: np.ndarray) -> np.ndarray:
        """float32 (len(entries), labels): the mixture for these labelled words."""
        if len(self.parts) == 1:  # bit for bit the single source: no multiplication by 1.0 rounding
            return np.asarray(self.parts[0][entries])
        stacked = np.stack([np.asarray(part[entries], dtype=np.float64) for part in self.parts])
        if self.alpha.ndim == 1:
            weights = self.alpha[:, None, None]
        else:
            assert self.sentence_of is not None
            weights = self.alpha[self.sentence_of[entries]].T[:, :, None]
        return (weights * stacked).sum(axis=0).astype(np.float32)


def sentence_of(text: Sentences) -> np.ndarray:
    """int64 (W,): the sentence each labelled word belongs to."""
    return np.repeat(np.arange(len(text)), np.diff(text.word_offsets))


def gold_labels(activations: Words, tags: list[list[str]], names: list[str]) -> np.ndarray:
    """int64 (W,): the gold label of every labelled word, as an index into `names`."""
    index = {name: i for i, name in enumerate(names)}
    offsets, word = activations.word_offsets, activations.word
    gold = np.empty(len(word), dtype=np.int64)
    for sentence, sentence_tags in enumerate(tags):
        begin, end = offsets[sentence], offsets[sentence + 1]
        gold[begin:end] = [index[sentence_tags[w]] for w in word[begin:end]]
    return gold


def predicted_tags(
    activations: Words, choices: np.ndarray, n_words: list[int], names: list[str]
) -> list[list[str]]:
    """Turns label indices (W,) into one tag list a sentence; words without an entry are `O`.

    A word that the maximum length cut off, or that has no subword, is thus an `O` prediction against its gold
    tag (the released code drops such words from gold and prediction alike).
    """
    offsets, word = activations.word_offsets, activations.word
    tags = []
    for sentence, length in enumerate(n_words):
        row = ["O"] * length
        for entry in range(offsets[sentence], offsets[sentence + 1]):
            row[word[entry]] = names[choices[entry]]
        tags.append(row)
    return tags


def uniform(n_sources: int) -> np.ndarray:
    """float64 (K,): the weights of `multi-avg`."""
    return np.full(n_sources, 1.0 / n_sources)
