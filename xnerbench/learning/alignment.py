"""Word alignment from an encoder's states, without training (SimAlign, Jalili Sabet et al., 2020).

Middle layers align best: with the embedded encoder layers 5 to 8 of 12, while the last is useless.
"""

from __future__ import annotations

import numpy as np


def cosine(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """float64 (m, n): cosines of the rows of (m, d) and (n, d); 0 for a zero row."""
    return _unit(source) @ _unit(target).T


def _unit(rows: np.ndarray) -> np.ndarray:
    rows = np.asarray(rows, dtype=np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def argmax(similarity: np.ndarray) -> np.ndarray:
    """bool (m, n): pairs in which each is the other's most similar one."""
    links = np.zeros(similarity.shape, dtype=bool)
    if similarity.size:
        forward, backward = similarity.argmax(axis=1), similarity.argmax(axis=0)
        rows = np.flatnonzero(backward[forward] == np.arange(len(forward)))
        links[rows, forward[rows]] = True
    return links


def itermax(similarity: np.ndarray, rounds: int = 2, discount: float = 0.9) -> np.ndarray:
    """bool (m, n): `argmax`, repeated on what it left.

    In every further round pairs with both sides aligned count 0 and pairs with one side aligned are multiplied
    by `discount`.
    """
    links = argmax(similarity)
    for _ in range(rounds - 1):
        rows, columns = np.asarray(links.any(axis=1)), np.asarray(links.any(axis=0))
        weight = np.where(rows[:, None] | columns[None, :], discount, 1.0)
        weight[rows[:, None] & columns[None, :]] = 0.0
        left = similarity * weight
        links |= argmax(left) & (left > 0)
    return links


def word_links(
    links: np.ndarray, source_word: np.ndarray, target_word: np.ndarray
) -> set[tuple[int, int]]:
    """Pairs of words of which any subwords are linked.

    Args:
        links: bool (m, n) over subwords.
        source_word: int (m,), the word of each source subword; negative for special tokens.
        target_word: int (n,), the same of the target.
    """
    pairs = set()
    for row, column in np.argwhere(links):
        pair = int(source_word[row]), int(target_word[column])
        if min(pair) >= 0:
            pairs.add(pair)
    return pairs
