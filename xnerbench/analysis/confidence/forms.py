"""From signals to F1: monotone and simple forms, and how far they err on families that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from xnerbench.analysis.confidence.panel import Panel, expit, logit

FORMS = ("linear", "isotonic")
"""`linear`: logit F1 = a + sum of b_k z_k over signals z, by least absolute deviations, since the error that counts is
absolute and corpora with rules of their own are outliers; `isotonic`: logit F1 is a step function that never falls in
one signal (pool adjacent violators, least squares), straight between its steps."""
STEPS, NEAR, STILL = 60, 1e-3, 1e-4
"""Reweightings at most; the residual below which a weight grows no more, and the movement of a value below which the
fit is done, in logit F1 (1e-3 are 0.025 F1 at most)."""
TINY = 1e-9
"""Added to the diagonal, so that a predictor that is the same everywhere is solved for, too."""


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
        values = least_absolute(z, y, np.ones((1, len(y))))[0]
        return Form(name, tuple(signals), tuple(values.tolist()))
    order = np.argsort(z[:, 0], kind="stable")
    heights = isotonic_regression(y[order]).x
    return Form(name, tuple(signals), (*z[order, 0].tolist(), *heights.tolist()))


def least_absolute(z: np.ndarray, y: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Intercept and slopes with the least sum of absolute residuals, for several choices of the points.

    By iteratively reweighted least squares (Schlossmacher, JASA 1973), from the least-squares fit.

    Args:
        z: Predictors, (points, predictors).
        y: (points,).
        kept: Which points each fit is made of, (fits, points), 0 or 1.

    Returns:
        (fits, 1 + predictors).
    """
    design = np.column_stack([np.ones(len(y)), z])
    weights = np.asarray(kept, dtype=np.float64)
    found = np.full((len(weights), design.shape[1]), np.inf)
    for _ in range(STEPS):
        weighted = weights[:, :, None] * design
        normal = np.swapaxes(weighted, 1, 2) @ design + TINY * np.eye(design.shape[1])
        right = (weighted * y[:, None]).sum(axis=1)
        last, found = found, np.linalg.solve(normal, right[..., None])[..., 0]
        if np.abs(found - last).max() < STILL:
            break
        weights = kept / np.maximum(np.abs(y - found @ design.T), NEAR)
    return found


def left_out(panel: Panel, name: str, signals: Sequence[str], blocks: Sequence[str]) -> np.ndarray:
    """logit F1 of every language by the form fitted without its block, (languages,).

    Args:
        panel: The languages.
        name: The form.
        signals: What it reads.
        blocks: Block of each language: its family, or itself.
    """
    z = panel.matrix(signals) if signals else np.empty((len(panel.f1), 0))
    own, names = np.array(blocks), list(dict.fromkeys(blocks))
    found = np.empty(len(own))
    if name == "linear":  # all blocks at once
        values = least_absolute(
            z, logit(panel.f1 / 100), np.array([own != block for block in names])
        )
        of_block = values[[names.index(block) for block in blocks]]
        return np.asarray(of_block[:, 0] + (of_block[:, 1:] * z).sum(axis=1))
    for block in names:
        out = own == block
        found[out] = fit(name, signals, z[~out], panel.f1[~out]).logit_f1(z[out])
    return found


def error(panel: Panel, predicted: np.ndarray) -> float:
    """Mean absolute error in F1 of predictions of logit F1."""
    return float(np.abs(100 * expit(predicted) - panel.f1).mean())


def form_of(stored: dict[str, Any]) -> Form:
    """A form from a calibration's file."""
    return Form(stored["form"], tuple(stored["signals"]), tuple(stored["values"]))
