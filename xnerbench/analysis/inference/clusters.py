"""Least squares over languages that are relatives: intervals that allow for families.

The estimate is the ordinary one. Its variance is cluster-robust by family with the bias-reduced linearisation CR2
(Bell & McCaffrey 2002, *Survey Methodology* 28:169), whose working covariance has one correlation within families,
estimated from the residuals (Imbens & Kolesar 2016, *Review of Economics and Statistics* 98:701; Pustejovsky & Tipton
2018, *Journal of Business & Economic Statistics* 36:672). Degrees of freedom are Satterthwaite's under the same
working covariance, so that few families, or one that holds half of the languages, widen the interval. p is of the t
distribution of the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.stats import t as student

MIN_FAMILIES = 2
MAX_CORRELATION = 0.98
SMALLEST = 1e-10
"""Eigenvalues below this share of the largest count as zero: a family that determines a coefficient alone."""


@dataclass(frozen=True)
class Robust:
    """A regression with cluster-robust errors.

    Attributes:
        beta: Coefficients, [coefficients].
        se: Their cluster-robust standard errors.
        freedom: Satterthwaite's degrees of freedom of each.
        parts: What each family adds to each coefficient's error, [families, coefficients];
            the sum of squares is `se`^2.
        correlation: Within families, as estimated for the working covariance.
        n_families: How many families there are.
    """

    beta: np.ndarray
    se: np.ndarray
    freedom: np.ndarray
    parts: np.ndarray
    correlation: float
    n_families: int

    def interval(self, i: int, confidence: float) -> tuple[float, float]:
        """Of one coefficient."""
        half = float(student.ppf(0.5 + confidence / 2, self.freedom[i]) * self.se[i])
        return float(self.beta[i]) - half, float(self.beta[i]) + half

    def p(self, i: int, null: float = 0.0) -> float:
        """Two-sided p of one coefficient."""
        if self.se[i] <= 0:
            return float(self.beta[i] == null)
        t = abs(self.beta[i] - null) / self.se[i]
        return float(2 * student.sf(t, self.freedom[i]))


def regress(design: np.ndarray, y: np.ndarray, families: list[str]) -> Robust:
    """Ordinary least squares with errors that allow for families.

    Args:
        design: [languages, coefficients], of full rank; a column of ones for a mean.
        y: A quantity, [languages].
        families: Of each language.

    Raises:
        ValueError: Fewer than `MIN_FAMILIES` families, or the design has no full rank.
    """
    names = list(dict.fromkeys(families))
    n, k = design.shape
    if len(names) < MIN_FAMILIES or np.linalg.matrix_rank(design) < k:
        raise ValueError(f"{len(names)} families, rank {np.linalg.matrix_rank(design)} of {k}")
    member = np.array([names.index(family) for family in families])
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    residuals = y - hat @ y
    rho = correlation(residuals, hat, member)
    working = np.where(member[:, None] == member, rho, 0.0)
    np.fill_diagonal(working, 1.0)
    left = np.eye(n) - hat
    covariance = left @ working @ left.T
    projector = inverse @ design.T  # [coefficients, languages]
    lines = np.zeros((len(names), k, n))
    for g in range(len(names)):
        own = np.flatnonzero(member == g)
        adjust = _adjustment(covariance[np.ix_(own, own)], working[np.ix_(own, own)])
        lines[g] = projector[:, own] @ adjust @ left[own]
    parts = lines @ y
    variance = (parts**2).sum(0)
    freedom = np.array([_satterthwaite(lines[:, i], working) for i in range(k)])
    return Robust(inverse @ design.T @ y, np.sqrt(variance), freedom, parts, rho, len(names))


def correlation(residuals: np.ndarray, hat: np.ndarray, member: np.ndarray) -> float:
    """Correlation within families that the residuals' products imply, 0 to `MAX_CORRELATION`.

    Method of moments: e'e and the sum of e_i e_j over pairs of relatives are linear in the variances between and
    within families, and the two equations are solved (residuals are of least squares, which the hat matrix allows for).
    """
    n = len(residuals)
    left = np.eye(n) - hat
    same = (member[:, None] == member).astype(float)
    if same.sum() == n:
        return 0.0
    observed = np.array([residuals @ residuals, residuals @ same @ residuals])
    expected = np.array(
        [
            [np.trace(left), np.trace(left @ same)],
            [np.trace(left @ same), np.trace(left @ same @ left @ same)],
        ]
    )
    if abs(np.linalg.det(expected)) < SMALLEST:
        return 0.0
    within, between = np.linalg.solve(expected, observed)
    if between <= 0:
        return 0.0
    return float(min(between / (between + max(within, 0.0)), MAX_CORRELATION))


def _adjustment(seen: np.ndarray, working: np.ndarray) -> np.ndarray:
    """A with A seen A' = working, the symmetric way: D' (D seen D')^(-1/2) D for working = D'D."""
    root = np.linalg.cholesky(working).T
    values, vectors = eigh(root @ seen @ root.T)
    keep = values > SMALLEST * max(values.max(), 1.0)
    half = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
    return root.T @ half @ root


def _satterthwaite(lines: np.ndarray, working: np.ndarray) -> float:
    """2 E^2 / Var of the variance estimate sum_g (line_g'y)^2 under the working covariance."""
    products = lines @ working @ lines.T
    return float(np.trace(products) ** 2 / (products**2).sum())


def block_permutation(
    x: np.ndarray, y: np.ndarray, families: list[str], draws: int, rng: np.random.Generator
) -> float:
    """Two-sided p of a slope when families stay together: (1 + as extreme) / (1 + draws).

    Families of one size are exchangeable whatever the correlation within them: each draw shuffles the families, and
    the languages within them, and lays their y along x as it stands. With different sizes that is not so (it rejected
    true nulls in 18 % of simulated studies with the wide study's families); there each draw changes the sign of whole
    families' contributions to the slope (the wild cluster bootstrap of Cameron, Gelbach & Miller 2008, null imposed).
    """
    names = list(dict.fromkeys(families))
    member = np.array([names.index(family) for family in families])
    order = np.argsort(member, kind="stable")
    x, y, member = x[order] - x.mean(), y[order] - y.mean(), member[order]
    if len(set(np.bincount(member).tolist())) > 1:
        signs = rng.choice([-1.0, 1.0], (draws, len(names)))
        return _share(float(x @ y), signs @ np.bincount(member, x * y))
    keys = np.argsort(np.argsort(rng.random((draws, len(names))), axis=1), axis=1)[:, member]
    shuffled = np.argsort(keys + 0.5 * rng.random((draws, len(y))), axis=1)
    return _share(float(x @ y), y[shuffled] @ x)


def _share(observed: float, moved: np.ndarray) -> float:
    return float((1 + (np.abs(moved) >= abs(observed) - 1e-12).sum()) / (1 + len(moved)))
