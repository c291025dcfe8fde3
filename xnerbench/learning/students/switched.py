"""Training on source text and its code-switched copies with contrasts, after MCL-NER (Mo et al., AAAI 2024).

The paper's code and hyper-parameters are not public: relations are W2NER's, the contrasts InfoNCE and SupCon, the
weights our own. The head of relations and the projections are thrown away after training.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import nn

from xnerbench.augment import Pool, augment
from xnerbench.data.dictionaries import Dictionary
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import Batch, gather
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.objectives import contrast, losses, relations
from xnerbench.learning.objectives.relation_head import RelationScorer, relation_loss
from xnerbench.learning.students.joint import rows_of
from xnerbench.learning.students.student import Text, prepared, run
from xnerbench.learning.taggers import tagger
from xnerbench.learning.training.loop import Outcome
from xnerbench.learning.training.recipe import Recipe
from xnerbench.learning.training.seeding import stream
from xnerbench.methods import Method

MOST_CELLS = 256
"""Cells of a batch's grids that the contrast of relations compares."""


def train_switched(
    encoder: EncoderSpec,
    method: Method,
    names: list[str],
    text: Text,
    recipe: Recipe,
    target: str,
    seed: int,
    start: tagger.Tagger | None = None,
) -> tuple[tagger.Tagger, Outcome]:
    """Trains with L_T + w_R L_R + w_S L_S + w_C L_C on the source, and the method's loss on the pool where it has one.

    L_T is the cross-entropy on source sentences and their copies, L_R that of the relations, L_S the contrast of a
    sentence with its copy among those of the batch, L_C that of the relations' cells. Arguments as of
    `student.train_student`; the pool decides which translations can be switched in.
    """
    source = text.source
    assert source is not None and text.encode is not None
    copies = text.encode(switched_words(method, text, stream(seed, "student", target, "switch")))
    model, own_step, also = prepared(encoder, method, names, text, target, seed, start)
    heads = Heads(model.head.in_features, len(text.types), stream(seed, "student", target, "heads"))
    heads.to(encoder.device)
    weights = [method.option(f"{name}_weight") for name in ("relation", "semantic", "contrast")]
    batches = rows_of(source, recipe.batch_size, stream(seed, "student", target, "source"))
    cells = np.random.default_rng(stream(seed, "student", target, "cells"))

    def step(model: tagger.Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        rows = next(batches)
        value = own_step(model, batch, dropout) if text.soft is not None else 0.0
        views = []
        for activations in (source.activations, copies):
            # A switched word may be split otherwise, so a copy has labels of its own.
            other = gather(activations, rows).to(batch.hidden.device)
            logits, hidden = model.output(other, dropout)
            gold = _gold(activations, rows[other.order], source.tags, names).to(logits.device)
            value = value + losses.gold(logits, gold)
            views.append(View(other, hidden, gold))
        return value + heads.loss(views, names, text.types, weights, cells)

    # Without soft labels the pool only counts the updates: a teacher of the source learns nothing from it.
    also = [*also, *heads.parameters()]
    return model, run(encoder, text, recipe, target, seed, model, step, also)


def switched_words(method: Method, text: Text, seed: np.random.SeedSequence) -> list[list[str]]:
    """The source's sentences, code-switched with translations that occur in the cell's own part of the pool."""
    assert text.source is not None and text.dictionary is not None and text.words is not None
    pool = {word for sentence in text.subset for word in text.words[sentence]}
    pairs = [(word, other) for word, found in text.dictionary.items() for other in found]
    dictionary = Dictionary(pairs).within(pool)
    draw, order = seed.spawn(2)
    if method.option("shuffled"):
        dictionary = dictionary.shuffled(np.random.default_rng(order))
    options = {"rate": method.option("switch_rate")}
    made = augment(
        Pool(text.source.words, text.source.tags, dictionary),
        "code-switch",
        int(draw.generate_state(1)[0]),
        options=options,
    )
    return [each.words for each in made]


def _gold(
    activations: Activations, rows: np.ndarray, tags: list[list[str]], names: list[str]
) -> torch.Tensor:
    """int64 (W,): the labels of some sentences' labelled words, sentence by sentence."""
    index = {name: i for i, name in enumerate(names)}
    offsets, word = activations.word_offsets, activations.word
    found = [
        index[tags[sentence][word[entry]]]
        for sentence in rows
        for entry in range(offsets[sentence], offsets[sentence + 1])
    ]
    return torch.tensor(found, dtype=torch.long)


@dataclasses.dataclass(frozen=True)
class View:
    """One view of a batch of source sentences: packed words, their states (W, d) and labels (W,)."""

    batch: Batch
    hidden: torch.Tensor
    gold: torch.Tensor

    @property
    def lengths(self) -> list[int]:
        """Labelled words of each sentence, in the order of the packed words."""
        return torch.cat([block.real.sum(dim=1) for block in self.batch.first_blocks]).tolist()


class Heads(nn.Module):
    """What is trained with the tagger and thrown away: relations, and two projections."""

    def __init__(self, width: int, types: int, seed: np.random.SeedSequence) -> None:
        super().__init__()
        one, two, three = seed.spawn(3)
        self.scorer = RelationScorer(width, relations.FIRST_TYPE + types, one)
        self.sentences = contrast.Projection(width, two)
        self.cells = contrast.Projection(2 * self.scorer.tail.out_features, three)

    def loss(
        self,
        views: list[View],
        names: list[str],
        types: tuple[str, ...],
        weights: list[float],
        rng: np.random.Generator,
    ) -> torch.Tensor:
        """w_R L_R + w_S L_S + w_C L_C of the two views of a batch."""
        relation, semantic, cells = weights
        value = views[0].hidden.sum() * 0.0
        if relation or cells:
            grids = [self._grids(view, names, types) for view in views]
        if relation:
            each = [
                relation_loss(self.scorer(states), grid) for view in grids for states, grid in view
            ]
            value = value + relation * torch.stack(each).mean()
        if semantic:
            value = value + semantic * self._semantic(views)
        if cells:
            value = value + cells * self._contrast([pair for view in grids for pair in view], rng)
        return value

    def _grids(
        self, view: View, names: list[str], types: tuple[str, ...]
    ) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """The states and the relations of each sentence that has a labelled word."""
        lengths = view.lengths
        pairs = zip(view.hidden.split(lengths), view.gold.split(lengths), strict=True)
        return [
            (
                states,
                torch.from_numpy(
                    relations.encode([names[label] for label in gold.tolist()], types)
                ).to(states.device),
            )
            for states, gold in pairs
            if len(gold)
        ]

    def _semantic(self, views: list[View]) -> torch.Tensor:
        projected = []
        for view in views:
            lengths = torch.tensor(view.lengths, device=view.hidden.device)
            owner = torch.repeat_interleave(
                torch.arange(len(lengths), device=view.hidden.device), lengths
            )
            means = contrast.sentence_means(view.hidden, owner, len(lengths))
            # Back to the order asked for, in which the views are pairs.
            back = torch.from_numpy(np.argsort(view.batch.order)).to(means.device)
            projected.append(self.sentences(means[back]))
        return contrast.info_nce(*projected)

    def _contrast(
        self, pairs: list[tuple[torch.Tensor, torch.Tensor]], rng: np.random.Generator
    ) -> torch.Tensor:
        """SupCon over related cells and as many empty ones between neighbours, both views together."""
        rows, classes = [], []
        for states, grid in pairs:
            h, g = self.scorer.sides(states)
            related = grid.nonzero()
            beside = torch.arange(len(grid) - 1, device=grid.device)
            beside = torch.stack([beside, beside + 1], dim=1)
            beside = beside[grid[beside[:, 0], beside[:, 1]] == 0][: len(related)]
            for i, j in (related.T, beside.T):
                rows.append(torch.cat([h[i], g[j]], dim=1))
                classes.append(grid[i, j])
        every, label = torch.cat(rows), torch.cat(classes)
        kept = torch.from_numpy(np.sort(rng.permutation(len(every))[:MOST_CELLS])).to(every.device)
        return contrast.supervised_contrast(self.cells(every[kept]), label[kept])
