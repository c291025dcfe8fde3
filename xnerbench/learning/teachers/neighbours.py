"""Which source's words lie nearest to the target's: a ranking of sources without labels.

After NN-Rank (Ebrahimi, Wiemerslage & von der Wense 2025, arXiv:2510.03202), which ranks sources by how many of the
nearest neighbours of a few target sentences' representations are theirs. Ours are the frozen layers' outputs of first
subwords, as many of every source, and similarity is the cosine.
"""

from __future__ import annotations

import numpy as np

from xnerbench.learning.layers.activations import Activations

TARGET_SENTENCES = 25
"""So few rank nearly as well as all of them in the paper."""
SOURCE_SENTENCES = 500
NEIGHBOURS = 5
"""Nearest source words that each target word counts."""


def words(activations: Activations, sentences: int) -> np.ndarray:
    """float16 (W, d): first subwords of so many sentences, spread evenly over the text."""
    count = len(activations)
    chosen = np.unique(np.linspace(0, count - 1, min(sentences, count)).astype(int))
    spans = [
        np.arange(activations.word_offsets[s], activations.word_offsets[s + 1]) for s in chosen
    ]
    rows = activations.first[np.concatenate(spans)]
    return np.asarray(activations.hidden[np.sort(rows)])


def shares(sources: list[np.ndarray], target: np.ndarray) -> np.ndarray:
    """float64 (K,): each source's share of the target words' nearest neighbours.

    Args:
        sources: (W_k, d) a source; the largest ones are thinned to the smallest one's number of words, since a
            source with more words would have more neighbours.
        target: (W, d).
    """
    fewest = min(len(part) for part in sources)
    thinned = [part[np.linspace(0, len(part) - 1, fewest).astype(int)] for part in sources]
    every = _unit(np.concatenate(thinned))
    near = _unit(target) @ every.T
    k = min(NEIGHBOURS, len(every))
    found = np.argpartition(-near, k - 1, axis=1)[:, :k] // fewest
    return np.bincount(found.ravel(), minlength=len(sources)) / found.size


def _unit(vectors: np.ndarray) -> np.ndarray:
    x = np.asarray(vectors, dtype=np.float32)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
