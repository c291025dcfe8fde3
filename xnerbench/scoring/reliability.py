"""What a teacher's probabilities are worth on labelled text of its own source that it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

TEMPERATURES = (0.2, 10.0)
"""Where the temperature is looked for."""


@dataclass(frozen=True)
class Reliability:
    """A teacher on its source's held-out text.

    Attributes:
        temperature: Softens (above 1) or sharpens its probabilities so that the text is most likely (Guo et al. 2017,
            arXiv:1706.04599).
        threshold_none: Confidence that as large a share of its entity words reach as are right there: the threshold of
            average thresholded confidence (Garg et al. 2022, arXiv:2201.04234). `None` where it finds no entity.
        threshold_temperature: The same after the temperature.
        precision: Share of its entity words whose label is right, 0..1; `None` likewise.
        words: Words of the text.
    """

    temperature: float
    threshold_none: float | None
    threshold_temperature: float | None
    precision: float | None
    words: int

    def threshold(self, scaling: str) -> float | None:
        """The threshold for probabilities as they are (`none`) or with the `temperature`."""
        return self.threshold_none if scaling == "none" else self.threshold_temperature


def of_heldout(probabilities: np.ndarray, gold: np.ndarray) -> Reliability:
    """Temperature and thresholds.

    Args:
        probabilities: (W, labels), `O` first.
        gold: int (W,), the right labels.

    Raises:
        ValueError: There is no word.
    """
    if not len(gold):
        raise ValueError("there is no word in the held-out text")
    best = minimize_scalar(
        lambda x: _loss(probabilities, gold, np.exp(x)),
        bounds=tuple(np.log(TEMPERATURES)),
        method="bounded",
        options={"xatol": 1e-4},
    )
    temperature = float(np.round(np.exp(best.x), 4))
    choice = probabilities.argmax(axis=1)
    found = choice > 0
    right = (choice == gold)[found]
    return Reliability(
        temperature,
        _threshold(probabilities.max(axis=1)[found], right),
        _threshold(temper(probabilities, temperature).max(axis=1)[found], right),
        float(right.mean()) if len(right) else None,
        len(gold),
    )


def temper(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(log p / T), which is softmax(logits / T); float64 (W, labels)."""
    logits = np.log(np.maximum(np.asarray(probabilities, np.float64), 1e-30)) / temperature
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def _loss(probabilities: np.ndarray, gold: np.ndarray, temperature: float) -> float:
    p = temper(probabilities, temperature)[np.arange(len(gold)), gold]
    return float(-np.log(np.maximum(p, 1e-30)).mean())


def _threshold(confidence: np.ndarray, right: np.ndarray) -> float | None:
    """The threshold that as large a share reaches as is right; one more than any where none is."""
    if not len(right):
        return None
    ordered = np.sort(confidence)[::-1]
    reached = int(right.sum())
    return float(ordered[reached - 1]) if reached else 1.0 + 1e-9
