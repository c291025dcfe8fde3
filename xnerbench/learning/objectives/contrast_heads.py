"""What is trained beside a tagger and thrown away: relations, and contrasts of sentences and of relations.

After MCL-NER (Mo et al., AAAI 2024), whose code is not public: relations are W2NER's, the contrasts InfoNCE and SupCon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from xnerbench.learning.layers.batch import Batch
from xnerbench.learning.objectives import contrast, relations
from xnerbench.learning.objectives.relation_head import RelationScorer, relation_loss

MOST_CELLS = 256
"""Cells of a batch's grids that the contrast of relations compares."""


@dataclass(frozen=True)
class View:
    """Sentences whose words have states and tags.

    Attributes:
        hidden: (W, d), states of labelled words, sentence by sentence.
        lengths: Labelled words of each sentence.
        labels: int64 (W,), the words' labels.
        order: Place of each sentence in the order that was asked for; pairs of views are matched by it.
    """

    hidden: torch.Tensor
    lengths: list[int]
    labels: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, batch: Batch, hidden: torch.Tensor, labels: np.ndarray) -> View:
        """The sentences of a batch."""
        counts = torch.cat([block.real.sum(dim=1) for block in batch.first_blocks])
        return cls(hidden, counts.tolist(), labels, batch.order)

    def kept(self, sentences: np.ndarray) -> View:
        """Some of the sentences; bool (S,)."""
        words = np.repeat(sentences, self.lengths)
        return View(
            self.hidden[torch.from_numpy(np.flatnonzero(words)).to(self.hidden.device)],
            [length for length, kept in zip(self.lengths, sentences, strict=True) if kept],
            self.labels[words],
            self.order[sentences],
        )

    def means(self) -> torch.Tensor:
        """(S, d), the mean state of each sentence, in the order that was asked for."""
        device = self.hidden.device
        lengths = torch.tensor(self.lengths, device=device)
        owner = torch.repeat_interleave(torch.arange(len(lengths), device=device), lengths)
        found = contrast.sentence_means(self.hidden, owner, len(lengths))
        return found[torch.from_numpy(np.argsort(self.order)).to(device)]


class Heads(nn.Module):
    """The head of relations, and the two projections that contrasts compare in.

    Args:
        width: Of the words' states.
        names: The label names.
        types: The study's entity types.
        seed: Decides the initial weights.
    """

    def __init__(
        self, width: int, names: list[str], types: tuple[str, ...], seed: np.random.SeedSequence
    ) -> None:
        super().__init__()
        one, two, three = seed.spawn(3)
        self.names, self.types = names, types
        self.scorer = RelationScorer(width, relations.FIRST_TYPE + len(types), one)
        self.sentences = contrast.Projection(width, two)
        self.cells = contrast.Projection(2 * self.scorer.tail.out_features, three)

    def loss(
        self,
        pairs: View,
        weights: tuple[float, float, float],
        rng: np.random.Generator,
        target: View | None = None,
        sure: np.ndarray | None = None,
    ) -> torch.Tensor:
        """w_R L_R + w_S L_S + w_C L_C.

        Args:
            pairs: B source sentences and their B copies, asked for in this order, with gold labels.
            weights: Of the relations, of the contrast of sentences, and of that of relations' cells.
            rng: Chooses the cells that are compared.
            target: Sentences of the target with a teacher's labels. They have no counterpart, so they are negatives in
                the contrast of sentences; their cells are compared with those of the source.
            sure: bool (S,), the target's sentences whose labels are good enough for that.
        """
        relation, semantic, cells = weights
        value = pairs.hidden.sum() * 0.0
        if relation or cells:
            sides, grids = self.scorer.sides(pairs.hidden), self._grids(pairs)
        if relation:
            value = value + relation * relation_loss(self.scorer(sides, pairs.lengths), grids)
        if semantic:
            left, right = self.sentences(pairs.means()).chunk(2)
            others = None if target is None else self.sentences(target.means())
            value = value + semantic * contrast.info_nce(left, right, others=others)
        if cells:
            if target is not None and sure is not None and sure.any():
                own = target.kept(sure)
                left, right = self.scorer.sides(own.hidden)
                sides = torch.cat([sides[0], left]), torch.cat([sides[1], right])
                grids = [*grids, *self._grids(own)]
            value = value + cells * self._contrast(sides, grids, rng)
        return value

    def _grids(self, view: View) -> list[np.ndarray]:
        edges = np.cumsum(view.lengths)[:-1]
        return [
            relations.encode([self.names[label] for label in labels], self.types)
            for labels in np.split(view.labels, edges)
        ]

    def _contrast(
        self,
        sides: tuple[torch.Tensor, ...],
        grids: list[np.ndarray],
        rng: np.random.Generator,
    ) -> torch.Tensor:
        """SupCon over related cells and as many empty ones between neighbours, all views together."""
        first, second, classes = _cells(grids)
        kept = np.sort(rng.permutation(len(classes))[:MOST_CELLS])
        h, g = sides
        tails, heads = (torch.from_numpy(words[kept]).to(h.device) for words in (first, second))
        every = torch.cat([h[tails], g[heads]], dim=1)
        return contrast.supervised_contrast(
            self.cells(every), torch.from_numpy(classes[kept]).to(h.device)
        )


def _cells(grids: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words (counted through all sentences) and class of the cells that can be compared, sentence by sentence."""
    found, start = [], 0
    for grid in grids:
        related = np.argwhere(grid)
        beside = np.arange(max(0, len(grid) - 1))
        beside = beside[grid[beside, beside + 1] == 0][: len(related)]
        both = np.concatenate([related, np.stack([beside, beside + 1], axis=1)])
        found.append(np.column_stack([both + start, grid[both[:, 0], both[:, 1]]]))
        start += len(grid)
    every = np.concatenate(found).astype(np.int64)
    return every[:, 0], every[:, 1], every[:, 2]
