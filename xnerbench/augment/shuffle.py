"""The negative control: the same words in another order."""

from __future__ import annotations

import numpy as np

from xnerbench.augment.registry import register_augmentation
from xnerbench.augment.text import Augmented, Pool
from xnerbench.data.tags import entities


@register_augmentation("shuffle")
def shuffle(pool: Pool, sentence: int, rng: np.random.Generator) -> Augmented:
    """Permutes the sentence; the words of a mention stay together, where mentions are known.

    Context is destroyed and nothing is added: what still helps is not new text.
    """
    length = len(pool.words[sentence])
    units: list[list[int]] = []
    starts = {}
    if pool.tags is not None:
        starts = {start: end for _, start, end in entities(pool.tags[sentence])}
    word = 0
    while word < length:
        end = starts.get(word, word + 1)
        units.append(list(range(word, end)))
        word = end
    order = [word for unit in rng.permutation(len(units)) for word in units[unit]]
    origin = np.asarray([(sentence, word) for word in order], dtype=np.int64).reshape(-1, 2)
    return Augmented([pool.words[sentence][word] for word in order], origin)
