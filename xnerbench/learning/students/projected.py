"""Label projection: a teacher's tags of the source side of parallel text, carried over to the target side.

The family of methods that the abstract of Wu et al. (2020) sets teacher-student learning against. Words are aligned by
the encoder's own middle layer (SimAlign's ArgMax), so nothing but the parallel text is needed.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from xnerbench.data.readers.parallel import Pair, project
from xnerbench.errors import InputError
from xnerbench.learning import alignment
from xnerbench.learning.encoders.frozen import FrozenLayers
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.students.student import Training, train_student
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import gold_labels, predicted_tags
from xnerbench.learning.training.loop import Outcome
from xnerbench.methods import Method

SPACES = "`segmentation: spaces`"


def train_projected(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Trains on hard labels that were projected.

    Pairs in which a mention has no link or two mentions meet are dropped and counted in the outcome, with how many
    pairs the cell has and how many of its sentences have none. The updates are those of a student on n sentences.

    Raises:
        InputError: There are too few pairs, none of them has a sentence of the pool, or all were dropped.
    """
    encoder, method, text, names = (
        training.encoder, training.method, training.text, training.names,
    )  # fmt: skip
    assert text.teacher is not None and text.encode is not None
    pairs = chosen_pairs(training)
    frozen, other = text.encode, text.encode.at(spaced=text.source_spaced)
    left, right = ([list(pair[side]) for pair in pairs] for side in (0, 1))
    source, encoded = other(left), frozen(right)
    text.teacher.to(encoder.device)
    choice = tagger.probabilities(text.teacher, source, encoder.precision).argmax(axis=1)
    tags = predicted_tags(source, choice, [len(words) for words in left], names)
    found = project(
        tags, links(other, frozen, left, right, method), [len(words) for words in right]
    )
    kept = np.flatnonzero([each is not None for each in found.tags])
    if not len(kept):
        raise InputError(
            f"no sentence of the {len(pairs)} pairs for {training.target} has tags after projection",
            f"parallel.{training.target}",
            "check that line n of one side translates line n of the other",
        )
    rows = [each if each is not None else ["O"] * len(words) for each, words in zip(
        found.tags, right, strict=True
    )]  # fmt: skip
    labelled = training.on(
        pool=encoded,
        subset=kept,
        gold=torch.from_numpy(gold_labels(encoded, rows, names)),
        soft=None,
        words=None,
    )
    model, outcome = train_student(labelled.of(training.updates))
    told: dict[str, float] = {"pairs": len(pairs)}
    if missing := len(text.subset) - len(pairs):
        told["dropped_not_found"] = missing
    told |= {f"dropped_{why}": n for why, n in found.dropped.items()}
    return model, dataclasses.replace(outcome, told=told)


def chosen_pairs(training: Training) -> list[Pair]:
    """The pairs that a cell of n sentences has: n of the file, or those of the cell's own sentences."""
    text, target = training.text, training.target
    assert text.pairs is not None and text.words is not None
    n, where = len(text.subset), f"parallel.{target}"
    if training.method.option("sentences") == "pool":
        known = {tuple(right): (left, right) for left, right in text.pairs}
        own = [tuple(text.words[sentence]) for sentence in text.subset]
        found = [known[words] for words in own if words in known]
        if not found:
            raise InputError(
                f"no sentence of the pool of {target} is in the parallel text",
                where,
                f"name its target side as the corpus's `pool` with {SPACES}, or use `sentences: file`",
            )
        if len(found) < n:
            print(
                f"{n - len(found)} of {n} sentences of the pool of {target} are not in the parallel text and are "
                f"left out; words there are separated by spaces: give the pool {SPACES} if it is the same text"
            )
        return found
    if n > len(text.pairs):
        raise InputError(
            f"{n} pairs asked for, the parallel text of {target} has {len(text.pairs)}",
            where,
            f"use sizes up to {len(text.pairs)} for this method (`only`)",
        )
    order = np.random.default_rng(training.stream("pairs")).permutation(len(text.pairs))
    return [text.pairs[number] for number in order[:n]]


def links(
    source: FrozenLayers,
    target: FrozenLayers,
    left: list[list[str]],
    right: list[list[str]],
    method: Method,
) -> list[set[tuple[int, int]]]:
    """Word alignments of sentence pairs, as (source word, target word), from the states of a middle layer."""
    layer = method.option("align_layer")
    both = [
        _words_of(frozen.at(freeze=layer)(sentences))
        for frozen, sentences in ((source, left), (target, right))
    ]
    found = []
    for (states, words), (others, theirs) in zip(*both, strict=True):
        similarity = alignment.cosine(states, others)
        found.append(alignment.word_links(alignment.argmax(similarity), words, theirs))
    return found


def _words_of(text: Activations) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each sentence the states (m, d) of its subwords without special tokens, and the word of each, int (m,)."""
    found = []
    for sentence in range(len(text)):
        begin, end = int(text.offsets[sentence]) + 1, int(text.offsets[sentence + 1]) - 1
        own = slice(int(text.word_offsets[sentence]), int(text.word_offsets[sentence + 1]))
        place = np.searchsorted(text.first[own], np.arange(begin, end), side="right") - 1
        word = np.full(len(place), -1)
        word[place >= 0] = np.asarray(text.word[own])[place[place >= 0]]
        found.append((np.asarray(text.hidden[begin:end]), word))
    return found
