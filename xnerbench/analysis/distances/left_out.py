"""The expected curve of a language that was not tried, and how far such a prediction can be trusted.

At every size, F1 of the other languages is regressed on the primary distance (and on subword
fertility, where it is known of at least twelve languages). What the lines leave over is correlated
between sizes, so a point measured on the new language (its direct transfer, or a small size) moves
the prediction at all others: the conditional mean and variance of a normal vector whose variances
are the residuals' at each size and whose correlation is one number, their mean. Intervals are
Student's t with the lines' degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from xnerbench.analysis.distances.regressions import MIN_LANGUAGES

MIN_FOR_FERTILITY = 12
LARGEST_CORRELATION = 0.98


@dataclass(frozen=True)
class Panel:
    """Measured curves of all languages.

    Attributes:
        languages: Codes.
        sizes: Ascending; a first 0 is direct transfer.
        f1: [languages, sizes], NaN where not measured.
        predictors: [languages, predictors].
        names: Of the predictors.
    """

    languages: tuple[str, ...]
    sizes: tuple[int, ...]
    f1: np.ndarray
    predictors: np.ndarray
    names: tuple[str, ...]

    def without(self, i: int) -> Panel:
        """All languages but one."""
        rest = np.arange(len(self.languages)) != i
        codes = tuple(c for c, keep in zip(self.languages, rest, strict=True) if keep)
        return Panel(codes, self.sizes, self.f1[rest], self.predictors[rest], self.names)


@dataclass(frozen=True)
class Prediction:
    """A predicted curve, one entry per size; NaN where too few languages have the size."""

    sizes: tuple[int, ...]
    f1: np.ndarray
    low: np.ndarray
    high: np.ndarray


def predict(
    panel: Panel, x: np.ndarray, confidence: float, measured: Mapping[int, float] | None = None
) -> Prediction:
    """The curve of a language with predictors `x` and, where given, measured points (size -> F1).

    Sizes of measured points that the panel lacks are ignored.
    """
    k = len(panel.sizes)
    mean, spread, leverage = np.full(k, np.nan), np.full(k, np.nan), np.full(k, np.nan)
    freedom, residuals = np.full(k, np.nan), np.full(panel.f1.shape, np.nan)
    for j in range(k):
        known = np.isfinite(panel.f1[:, j])
        design = np.column_stack([np.ones(known.sum()), panel.predictors[known]])
        nu = int(known.sum()) - design.shape[1]
        if nu < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
            continue
        y = panel.f1[known, j]
        inverse = np.linalg.inv(design.T @ design)
        beta = inverse @ design.T @ y
        at = np.concatenate([[1.0], x])
        residuals[known, j] = y - design @ beta
        mean[j], freedom[j] = at @ beta, nu
        spread[j] = np.sqrt((residuals[known, j] ** 2).sum() / nu)
        leverage[j] = 1 + at @ inverse @ at
    mean, deviation = _conditional(panel, residuals, mean, spread, leverage, measured or {})
    reach = student.ppf(0.5 + confidence / 2, np.where(freedom > 0, freedom, 1)) * deviation
    return Prediction(
        panel.sizes,
        np.clip(mean, 0, 100),
        np.clip(mean - reach, 0, 100),
        np.clip(mean + reach, 0, 100),
    )


def _conditional(
    panel: Panel,
    residuals: np.ndarray,
    mean: np.ndarray,
    spread: np.ndarray,
    leverage: np.ndarray,
    measured: Mapping[int, float],
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation at every size, given the measured ones."""
    seen = [j for j, n in enumerate(panel.sizes) if n in measured and np.isfinite(mean[j])]
    scale = spread * np.sqrt(leverage)
    if not seen:
        return mean, scale
    rho = _correlation(residuals)
    correlation = np.full((len(mean), len(mean)), rho)
    np.fill_diagonal(correlation, 1.0)
    covariance = correlation * np.outer(scale, scale)
    among = covariance[np.ix_(seen, seen)] + 1e-9 * np.eye(len(seen))
    gain = np.linalg.solve(among, covariance[seen]).T
    surprise = np.array([measured[panel.sizes[j]] - mean[j] for j in seen])
    variance = np.diag(covariance) - (gain * covariance[:, seen]).sum(1)
    return mean + gain @ surprise, np.sqrt(np.maximum(variance, 0))


def _correlation(residuals: np.ndarray) -> float:
    """Mean correlation of residuals between sizes, over the languages that have both."""
    found = []
    for i in range(residuals.shape[1]):
        for j in range(i):
            both = np.isfinite(residuals[:, i]) & np.isfinite(residuals[:, j])
            one, two = residuals[both, i], residuals[both, j]
            if both.sum() >= 3 and one.std() > 0 and two.std() > 0:
                found.append(float(np.corrcoef(one, two)[0, 1]))
    return float(np.clip(np.mean(found), 0, LARGEST_CORRELATION)) if found else 0.0


def rows(panel: Panel, confidence: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Each language predicted from the others: rows of `left_out` and `left_out_summary`."""
    found: list[dict[str, Any]] = []
    for i, target in enumerate(panel.languages):
        rest = panel.without(i)
        prediction = predict(rest, panel.predictors[i], confidence)
        for j, n in enumerate(panel.sizes):
            if not np.isfinite(panel.f1[i, j]):
                continue
            others = rest.f1[np.isfinite(rest.f1[:, j]), j]
            found.append(_row(target, n, float(panel.f1[i, j]), others, prediction, j))
    sizes = [*panel.sizes, None]
    return found, [_summary(found, n, panel) for n in sizes]


def _row(
    target: str, n: int, observed: float, others: np.ndarray, prediction: Prediction, j: int
) -> dict[str, Any]:
    row: dict[str, Any] = {"target": target, "n": n, "observed": observed}
    if len(others):
        row["baseline"] = float(others.mean())
    if not np.isfinite(prediction.f1[j]):
        return {**row, "verdict": f"too few languages: {len(others)} others have this size"}
    row["predicted"] = float(prediction.f1[j])
    if len(others) + 1 < MIN_LANGUAGES:
        return {**row, "verdict": f"ok; descriptive only: {len(others)} other languages"}
    low, high = float(prediction.low[j]), float(prediction.high[j])
    return {**row, "low": low, "high": high, "covered": low <= observed <= high, "verdict": "ok"}


def _summary(found: list[dict[str, Any]], n: int | None, panel: Panel) -> dict[str, Any]:
    chosen = [r for r in found if "predicted" in r and (n is None or r["n"] == n)]
    row: dict[str, Any] = {"n": n, "predictors": " + ".join(panel.names)}
    row["n_languages"] = len({r["target"] for r in chosen})
    scope = "over all sizes" if n is None else ""
    if not chosen:
        return {**row, "verdict": "too few languages: nothing could be predicted"}
    row["mae"] = float(np.mean([abs(r["predicted"] - r["observed"]) for r in chosen]))
    row["baseline_mae"] = float(np.mean([abs(r["baseline"] - r["observed"]) for r in chosen]))
    covered = [r["covered"] for r in chosen if "covered" in r]
    if covered:
        row["coverage"] = float(np.mean(covered))
        return {**row, "verdict": "; ".join(filter(None, ["ok", scope]))}
    why = f"descriptive only: fewer than {MIN_LANGUAGES} languages"
    return {**row, "verdict": "; ".join(filter(None, ["ok", scope, why]))}
