"""Which of a teacher's labels to trust, and how sharp to make them, for rounds of self-training."""

from __future__ import annotations

import numpy as np


def soft_frequency(probabilities: np.ndarray) -> np.ndarray:
    """BOND's targets (Liang et al., 2020): t_k = p_k^2 / f_k, renormalised, f_k = sum over the words.

    Sharpens every word's distribution and, by f_k, favours labels that are rare. A label that has no
    probability anywhere keeps none.

    Args:
        probabilities: (W, L), rows summing to one.

    Returns:
        Of the same shape and type.
    """
    wide = probabilities.astype(np.float64)
    frequency = wide.sum(axis=0)
    squared = np.divide(wide**2, frequency, out=np.zeros_like(wide), where=frequency > 0)
    total = squared.sum(axis=1, keepdims=True)
    return np.where(total > 0, squared / np.where(total > 0, total, 1.0), wide).astype(
        probabilities.dtype
    )


def class_balanced(
    probabilities: np.ndarray, sentence: np.ndarray, types: int, share: float
) -> np.ndarray:
    """The sentences to train on (Xu et al., 2021): for every entity type its most confidently tagged share.

    A sentence's confidence for a type is the mean of the highest probabilities of those of its words that are
    tagged with the type. Choosing by type keeps a frequent type from filling the selection. Each type
    chooses at least one sentence where it has one.

    Args:
        probabilities: (W, 1 + 2 * types): `O`, then `B-` and `I-` of each type.
        sentence: int (W,), the sentence of each word.
        types: Number of entity types.
        share: Of the sentences with the type, in (0, 1].

    Returns:
        int64, sorted numbers of the sentences chosen. Sentences without an entity are chosen by the mean of
        all their words, as a class of their own, as many as the types chose together at most.
    """
    choice, highest = probabilities.argmax(axis=1), probabilities.max(axis=1)
    kind = np.where(choice == 0, -1, (choice - 1) // 2)
    chosen: set[int] = set()
    for one in range(types):
        chosen |= set(_best(highest[kind == one], sentence[kind == one], share))
    tagged = np.unique(sentence[kind >= 0])
    plain = ~np.isin(sentence, tagged)
    rest = _best(highest[plain], sentence[plain], share)
    return np.asarray(sorted(chosen | set(rest[: len(chosen)])), dtype=np.int64)


def _best(confidence: np.ndarray, sentence: np.ndarray, share: float) -> list[int]:
    """The share of sentences with the highest mean confidence; of equals the first."""
    if len(sentence) == 0:
        return []
    numbers, place = np.unique(sentence, return_inverse=True)
    means = np.bincount(place, confidence) / np.bincount(place)
    order = np.lexsort((numbers, -means))
    return numbers[order[: max(1, int(share * len(numbers)))]].tolist()
