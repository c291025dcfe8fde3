"""From signals to F1: monotone and simple forms, and how far they err on families that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from xnerbench.analysis.confidence.panel import Panel, expit, logit

FORMS = ("linear", "isotonic")
"""`linear`: logit F1 = a + sum of b_k z_k over signals z, by least squares; `isotonic`: logit F1 is a step function
that never falls in one signal (pool adjacent violators), straight between its steps."""


@dataclass(frozen=True)
class Form:
    """A fitted form.

    Attributes:
        name: One of `FORMS`, or `mean`.
        signals: What it reads, in order.
        values: Of `linear` a, b_1, ..., of `mean` a; of `isotonic` the steps' places, then their heights.
    """

    name: str
    signals: tuple[str, ...]
    values: tuple[float, ...]

    def logit_f1(self, z: np.ndarray) -> np.ndarray:
        """logit(F1 / 100) at signals as fitted, (n, signals) -> (n,)."""
        values = np.array(self.values)
        if self.name == "isotonic":
            x, y = np.split(values, 2)
            return np.interp(z[:, 0], x, y)
        return np.asarray(values[0] + z @ values[1:])

    def f1(self, z: np.ndarray) -> np.ndarray:
        """F1 in 0..100."""
        return 100 * expit(self.logit_f1(z))


def fit(name: str, signals: Sequence[str], z: np.ndarray, f1: np.ndarray) -> Form:
    """Fits one form.

    Args:
        name: One of `FORMS`, or `mean` for no signal at all.
        signals: Names of the columns.
        z: Signals as fitted, (languages, signals).
        f1: 0..100, (languages,).
    """
    y = logit(f1 / 100)
    if name == "mean":
        return Form(name, (), (float(y.mean()),))
    if name == "linear":
        design = np.column_stack([np.ones(len(y)), z])
        return Form(name, tuple(signals), tuple(np.linalg.lstsq(design, y, rcond=None)[0].tolist()))
    order = np.argsort(z[:, 0], kind="stable")
    heights = isotonic_regression(y[order]).x
    return Form(name, tuple(signals), (*z[order, 0].tolist(), *heights.tolist()))


def left_out(panel: Panel, name: str, signals: Sequence[str], blocks: Sequence[str]) -> np.ndarray:
    """logit F1 of every language by the form fitted without its block, (languages,).

    Args:
        panel: The languages.
        name: The form.
        signals: What it reads.
        blocks: Block of each language: its family, or itself.
    """
    z = panel.matrix(signals) if signals else np.empty((len(panel.f1), 0))
    own = np.array(blocks)
    found = np.empty(len(own))
    for block in dict.fromkeys(blocks):
        out = own == block
        found[out] = fit(name, signals, z[~out], panel.f1[~out]).logit_f1(z[out])
    return found


def error(panel: Panel, predicted: np.ndarray) -> float:
    """Mean absolute error in F1 of predictions of logit F1."""
    return float(np.abs(100 * expit(predicted) - panel.f1).mean())


def form_of(stored: dict[str, Any]) -> Form:
    """A form from a calibration's file."""
    return Form(stored["form"], tuple(stored["signals"]), tuple(stored["values"]))
