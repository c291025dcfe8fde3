"""Entity tags as relations between pairs of words (W2NER, Li et al., 2022), and back.

In the grid of a sentence (words x words) the cell (i, i + 1) inside a mention is `NEXT`; the cell (tail, head) of a
mention is its type, `2 + number of the type`, so a mention of one word stands on the diagonal; all others are `NONE`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnerbench.data.tags import entities

NONE, NEXT, FIRST_TYPE = 0, 1, 2


def encode(tags: Sequence[str], types: Sequence[str]) -> np.ndarray:
    """int64 (words, words): the relations of a sentence in IOB2; ill-formed tags are no mention."""
    grid = np.zeros((len(tags), len(tags)), dtype=np.int64)
    for kind, start, end in entities(tags):
        for word in range(start, end - 1):
            grid[word, word + 1] = NEXT
        grid[end - 1, start] = FIRST_TYPE + list(types).index(kind)
    return grid


def decode(grid: np.ndarray, types: Sequence[str]) -> list[str]:
    """IOB2 tags of a grid; of mentions that overlap the one that begins first (then the longest) stays.

    A type counts only where its words are joined by `NEXT` from head to tail.
    """
    tags = ["O"] * len(grid)
    done = 0
    cells = [(head, -tail) for tail, head in np.argwhere(grid >= FIRST_TYPE) if head <= tail]
    for head, minus_tail in sorted(cells):
        tail = -minus_tail
        joined = all(grid[word, word + 1] == NEXT for word in range(head, tail))
        if head < done or not joined:
            continue
        kind = types[grid[tail, head] - FIRST_TYPE]
        tags[head : tail + 1] = [f"B-{kind}", *[f"I-{kind}"] * (tail - head)]
        done = tail + 1
    return tags
