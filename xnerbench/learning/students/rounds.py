"""Rounds of self-training (Xu et al., 2021; BOND, Liang et al., 2020). No target gold is read anywhere."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from xnerbench.learning.students.selection import class_balanced, soft_frequency
from xnerbench.learning.students.student import Text, Training, prepared, run
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import agreement
from xnerbench.learning.teachers.labels import Mixture, sentence_of, uniform
from xnerbench.learning.training.loop import Outcome


def chosen_text(text: Text, probabilities: np.ndarray, share: float, sharpen: bool) -> Text:
    """The text of one round: the sentences that each type is surest of, with labels sharpened among them.

    Args:
        text: The cell's text; sentences are chosen from its subset only.
        probabilities: (W, labels), what the teacher of the round says about the pool's words.
        share: Of the sentences with a type, how many are chosen.
        sharpen: Whether to apply `soft_frequency`.
    """
    inside = np.isin(sentence_of(text.pool), text.subset)
    entries = np.flatnonzero(inside)
    own = probabilities[entries]
    types = (probabilities.shape[1] - 1) // 2
    subset = text.subset
    if share < 1.0:
        picked = class_balanced(own, sentence_of(text.pool)[entries], types, share)
        # In the order of the permutation; a teacher that tags nothing chooses nothing, and then all are kept.
        subset = subset[np.isin(subset, picked)] if len(picked) else subset
    targets = probabilities.copy()
    if sharpen:
        used = entries[np.isin(sentence_of(text.pool)[entries], subset)]
        targets[used] = soft_frequency(probabilities[used])
    return dataclasses.replace(text, subset=subset, soft=Mixture([targets], uniform(1)))


def self_train(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Trains in rounds.

    The first round learns from the cell's soft labels, each further one from what the last student says. All
    rounds together make the updates that a cell of the study makes, fewer where `stop_fidelity` ends them.
    """
    method, text, names = training.method, training.text, training.names
    assert text.soft is not None
    rounds, first = method.option("rounds"), method.option("share")
    whole, precision = training.updates, training.encoder.precision
    probabilities = np.array(text.soft.at(np.arange(len(text.pool.first))))
    model, outcomes = training.start, []
    for number in range(rounds):
        share = first + (1.0 - first) * (number / (rounds - 1) if rounds > 1 else 1.0)
        part = chosen_text(text, probabilities, share, method.option("sharpen"))
        updates = whole // rounds + (whole % rounds if number == 0 else 0)
        own = dataclasses.replace(training, text=part, start=model).of(max(1, updates))
        model, step, also = prepared(own)
        later = (f"round {number}",) if number else ()
        outcomes.append(run(own, model, step, also, *later))
        if number + 1 < rounds:
            before, probabilities = (
                probabilities,
                tagger.probabilities(model, text.pool, precision, np.sort(text.subset)),
            )
            told = [_tags(text, each, names) for each in (probabilities, before)]
            agreed = agreement.entity_f1(*told)
            if agreed is None or agreed >= method.option("stop_fidelity"):
                break
    assert model is not None
    return model, _together(outcomes)


def _tags(text: Text, probabilities: np.ndarray, names: list[str]) -> list[list[str]]:
    """The most likely tags of the labelled words of the cell's sentences."""
    offsets = text.pool.word_offsets
    return [
        [
            names[label]
            for label in probabilities[offsets[sentence] : offsets[sentence + 1]].argmax(axis=1)
        ]
        for sentence in text.subset
    ]


def _together(outcomes: list[Outcome]) -> Outcome:
    return Outcome(
        sum(each.steps for each in outcomes),
        math.fsum(each.seconds for each in outcomes),
        outcomes[-1].final_loss,
        sum(each.words for each in outcomes),
        max(each.peak_mb for each in outcomes),
        {"rounds": len(outcomes)},
    )
