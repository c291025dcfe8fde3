"""How much each of several teachers counts in a mixture, by how sure it is on the target's raw text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnerbench.scoring import signals
from xnerbench.scoring.reliability import temper

EDGE = 0.005
"""Confidences are kept so far from 0 and 1 before their odds are taken."""


def confidence(probabilities: np.ndarray, temperature: float, types: Sequence[str]) -> float:
    """Mean probability of the first words of the entities that a teacher finds; 0 where it finds none.

    Args:
        probabilities: (W, labels), `O` first.
        temperature: Of the teacher, from labelled text of its own source; 1 leaves them as they are.
        types: Entity types, in the order of the labels.
    """
    found = signals.of_text(temper(probabilities, temperature), types)[signals.ALL]
    return float(found.get("begin_mean") or 0.0)


def by_confidence(confidences: Sequence[float]) -> np.ndarray:
    """float64 (K,): weights in proportion to the odds c / (1 - c).

    A choice of ours, fixed before any score was seen: odds tell a sure teacher from an unsure one (0.9 counts for
    three times 0.75) without silencing any. Votes of independent experts would be weighed by their logarithm (Nitzan
    & Paroush 1982), but what is mixed here are probabilities, not votes.
    """
    c = np.clip(np.asarray(confidences, dtype=np.float64), EDGE, 1 - EDGE)
    odds = c / (1 - c)
    return np.asarray(odds / odds.sum())
