"""What probabilities on raw text say of a tagger's F1 there: signals for unsupervised accuracy estimation.

Everything is read off the probabilities of first subwords, float (W, labels) with `O` first and `B-` and `I-` of
every type after it; no tag of the text is. A word counts as an entity word where the most probable label is not `O`,
and its confidence is that label's probability.

Guillory et al. 2021 (arXiv:2107.03315) and Garg et al. 2022 (arXiv:2201.04234) estimate the accuracy of classifiers
from their confidence. Asking the words that are tagged as entities only is ours, to our knowledge, and so is asking
their first words: F1 counts entities, and a long one has one first word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xnerbench.methods.roles import DIRECT, MIXTURE
from xnerbench.scoring.reliability import Reliability, temper

CONFIDENT = 0.9
"""A word counts as confident from this probability on."""
ALL = "ALL"
"""Stands for all entity types together."""


@dataclass(frozen=True)
class Teacher:
    """One teacher's probabilities of a target's texts.

    Attributes:
        sources: Its sources, joined.
        seed: Its seed.
        texts: float (W, labels) by text, `pool` and `test`.
        reliability: What it is worth on its source's held-out text, if the source has any.
    """

    sources: str
    seed: int
    texts: Mapping[str, np.ndarray]
    reliability: Reliability | None = None
    method: str = field(default=DIRECT)

    def at(self, text: str, scaling: str) -> np.ndarray:
        """Its probabilities of a text, as they are or with its temperature."""
        if scaling == "none" or self.reliability is None:
            return np.asarray(self.texts[text])
        return temper(self.texts[text], self.reliability.temperature)


def of_text(
    probabilities: np.ndarray, types: Sequence[str], threshold: float | None = None
) -> dict[str, dict[str, float | int | None]]:
    """The signals of one text, by entity type and for `ALL`.

    Args:
        probabilities: (W, labels).
        types: The entity types, in the order of the labels.
        threshold: Of average thresholded confidence, from `reliability`.

    Returns:
        `words, entity_words, entity_rate, confident, mean, median, entropy, atc`, and of words tagged `B-` alone
        `begin_words, begin_confident, begin_mean, begin_entropy`; shares in 0..1, entropy in nats. What is a mean over
        no word is left out.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    choice = p.argmax(axis=1)
    kind, confidence = (choice + 1) // 2, p.max(axis=1)
    entropy = -(p * np.log(np.maximum(p, 1e-12))).sum(axis=1)
    found = {}
    for name, mine in _masks(kind, types):
        own: dict[str, float | int | None] = {
            "words": len(p),
            "entity_words": int(mine.sum()),
            "entity_rate": float(mine.mean()) if len(p) else None,
        }
        if mine.any():
            sure = confidence[mine]
            own |= {
                "confident": float(np.mean(sure > CONFIDENT)),
                "mean": float(sure.mean()),
                "median": float(np.median(sure)),
                "entropy": float(entropy[mine].mean()),
                "atc": None if threshold is None else float(np.mean(sure >= threshold)),
            }
        begins = mine & (choice % 2 == 1)
        own["begin_words"] = int(begins.sum())
        if begins.any():
            own |= {
                "begin_confident": float(np.mean(confidence[begins] > CONFIDENT)),
                "begin_mean": float(confidence[begins].mean()),
                "begin_entropy": float(entropy[begins].mean()),
            }
        found[name] = own
    return found


def disagreement(
    one: np.ndarray, other: np.ndarray, types: Sequence[str]
) -> dict[str, float | None]:
    """Share of the words that either calls an entity (of the type) whose labels differ; `None` of no word.

    Args:
        one: Most probable labels, int (W,).
        other: The other tagger's.
        types: The entity types.
    """
    found: dict[str, float | None] = {}
    masks = zip(_masks((one + 1) // 2, types), _masks((other + 1) // 2, types), strict=True)
    for (name, mine), (_, theirs) in masks:
        either = mine | theirs
        found[name] = float(np.mean(one[either] != other[either])) if either.any() else None
    return found


def rows(
    target: str, teachers: Sequence[Teacher], types: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The rows of `signals.csv` for a target's teachers and for the mean of its single sources.

    Args:
        target: The language.
        teachers: All that labelled its texts.
        types: Entity types.
    """
    for scaling in ("none", "temperature"):
        for text in ("pool", "test"):
            if any(text not in each.texts for each in teachers):
                continue
            yield from _rows_of(target, [*teachers, *_mixtures(teachers)], types, scaling, text)


def _rows_of(
    target: str, teachers: Sequence[Teacher], types: Sequence[str], scaling: str, text: str
) -> Iterator[dict[str, Any]]:
    choices = [np.asarray(each.texts[text]).argmax(axis=1) for each in teachers]
    for i, own in enumerate(teachers):
        trust = own.reliability
        if scaling == "temperature" and trust is None:
            continue
        threshold = None if trust is None else trust.threshold(scaling)
        found = of_text(own.at(text, scaling), types, threshold)
        others = {
            "disagreement_seeds": [
                choices[j]
                for j, other in enumerate(teachers)
                if (other.method, other.sources) == (own.method, own.sources)
                and other.seed != own.seed
            ],
            "disagreement_sources": [
                choices[j]
                for j, other in enumerate(teachers)
                if other.seed == own.seed and _single(other) and _single(own) and j != i
            ],
            "disagreement_mixture": [
                choices[j]
                for j, other in enumerate(teachers)
                if other.seed == own.seed and other.method == MIXTURE and _single(own)
            ],
        }
        for name, values in found.items():
            apart = {
                column: _mean([disagreement(choices[i], other, types)[name] for other in those])
                for column, those in others.items()
            }
            yield {
                "method": own.method,
                "sources": own.sources,
                "target": target,
                "budget": "none",
                "n": 0,
                "seed": own.seed,
                "text": text,
                "type": name,
                "scaling": scaling,
                "temperature": 1.0 if scaling == "none" or trust is None else trust.temperature,
                **values,
                **apart,
            }


def _mixtures(teachers: Sequence[Teacher]) -> list[Teacher]:
    """The mean of the single sources' teachers, one for each seed that several of them have."""
    found = []
    for seed in dict.fromkeys(each.seed for each in teachers):
        parts = [each for each in teachers if each.seed == seed and _single(each)]
        if len(parts) < 2:
            continue
        mean = {
            text: np.mean([np.asarray(part.texts[text], np.float64) for part in parts], axis=0)
            for text in parts[0].texts
        }
        found.append(Teacher("+".join(p.sources for p in parts), seed, mean, None, MIXTURE))
    return found


def _single(teacher: Teacher) -> bool:
    return "+" not in teacher.sources


def _masks(kind: np.ndarray, types: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
    yield ALL, kind > 0
    for i, name in enumerate(types, 1):
        yield name, kind == i


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
