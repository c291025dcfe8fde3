"""Phylogenetic least squares: residuals of relatives are alike, and how much so is estimated.

y = X beta + e with Cov(e) = s^2 (lambda C + (1 - lambda) I), C the share of common ancestors
(`genealogy.relatedness`) and Pagel's (1999, *Nature* 401:877) lambda in 0..1 by REML (Freckleton et al. 2002,
*American Naturalist* 160:712). With lambda 0 it is ordinary least squares.
Intervals use Student's t with languages - coefficients degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.stats import t as student


@dataclass(frozen=True)
class Pgls:
    """A fitted model.

    Attributes:
        beta: Coefficients, [coefficients].
        se: Their standard errors, given lambda.
        strength: Pagel's lambda.
        log_likelihood: Restricted or not, as fitted.
        freedom: Languages - coefficients.
    """

    beta: np.ndarray
    se: np.ndarray
    strength: float
    log_likelihood: float
    freedom: int

    def interval(self, i: int, confidence: float) -> tuple[float, float]:
        """Of one coefficient."""
        half = float(student.ppf(0.5 + confidence / 2, self.freedom) * self.se[i])
        return float(self.beta[i]) - half, float(self.beta[i]) + half

    def p(self, i: int) -> float:
        """Two-sided p of one coefficient."""
        if self.se[i] <= 0:
            return float(self.beta[i] == 0)
        return float(2 * student.sf(abs(self.beta[i]) / self.se[i], self.freedom))


def fit(
    design: np.ndarray,
    y: np.ndarray,
    relatedness: np.ndarray,
    strength: float | None = None,
    restricted: bool = True,
) -> Pgls:
    """Generalised least squares with lambda estimated.

    Args:
        design: [languages, coefficients], of full rank.
        y: [languages].
        relatedness: C, [languages, languages], ones on the diagonal.
        strength: Lambda, if it is given.
        restricted: REML; otherwise maximum likelihood.
    """
    if strength is None:
        grid = np.linspace(0, 1, 21)
        found = [_solve(design, y, relatedness, x, restricted).log_likelihood for x in grid]
        best = int(np.argmax(found))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
        inner = minimize_scalar(
            lambda x: -_solve(design, y, relatedness, x, restricted).log_likelihood,
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-8},
        )
        strength = float(inner.x) if -inner.fun > found[best] else float(grid[best])
    return _solve(design, y, relatedness, strength, restricted)


def _solve(
    design: np.ndarray, y: np.ndarray, relatedness: np.ndarray, strength: float, restricted: bool
) -> Pgls:
    n, k = design.shape
    covariance = strength * relatedness + (1 - strength) * np.eye(n)
    covariance[np.diag_indices(n)] += 1e-10  # two languages with the same ancestors at lambda 1
    factor = cho_factor(covariance, lower=True)
    weighted = cho_solve(factor, design)
    normal = design.T @ weighted
    beta = np.linalg.solve(normal, weighted.T @ y)
    rest = y - design @ beta
    squares = float(rest @ cho_solve(factor, rest))
    freedom = n - k
    scale = max(squares / (freedom if restricted else n), 1e-300)
    determinant = 2 * float(np.log(np.diag(factor[0])).sum())
    if restricted:
        more = float(np.linalg.slogdet(normal)[1] - np.linalg.slogdet(design.T @ design)[1])
        likelihood = -0.5 * (freedom * (np.log(2 * np.pi * scale) + 1) + determinant + more)
    else:
        likelihood = -0.5 * (n * (np.log(2 * np.pi * scale) + 1) + determinant)
    unbiased = squares / freedom
    errors = np.sqrt(np.diag(np.linalg.inv(normal)) * unbiased)
    return Pgls(beta, errors, strength, likelihood, freedom)
