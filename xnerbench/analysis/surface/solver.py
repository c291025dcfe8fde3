"""Fits of a law as scaling laws are fitted: Huber loss of log errors, many starts, full precision.

The objective is that of Hoffmann et al. 2022, the sum over cells of Huber(ln e_law - ln e_measured).
Besiroglu et al. 2024 ("Chinchilla scaling: a replication attempt") trace that paper's mistaken
intervals to an optimiser that stopped early on a loss averaged over cells, and to rounded
parameters: here the loss is a sum, iterations end when no parameter moves, and nothing is rounded.
All problems (starts, bootstrap draws) advance together.
"""

from __future__ import annotations

import numpy as np

from xnerbench.analysis.curves.solver import damped_step
from xnerbench.analysis.surface.grid import Array, Grid
from xnerbench.analysis.surface.laws import Law

DELTA = 0.02
"""Where the loss turns from squared to linear, in ln e: one point of F1 at an F1 of 50."""
SMALLEST = 1e-3
"""Errors below this count as this, in data and laws: 0.1 points of F1."""


def log_error(f1: Array) -> Array:
    """ln e of F1 shares."""
    return np.log(np.maximum(1 - f1, SMALLEST))


def cost(residuals: Array) -> Array:
    """Sum over the last axis of Huber's loss, as in scipy: r^2 / 2, from DELTA on linear."""
    size = np.abs(residuals)
    return np.where(size <= DELTA, size**2 / 2, DELTA * (size - DELTA / 2)).sum(-1)


def solve(
    law: Law,
    grid: Grid,
    target: Array,
    start: Array,
    max_iterations: int = 300,
    tolerance: float = 1e-9,
) -> tuple[Array, Array, Array]:
    """Levenberg-Marquardt on reweighted least squares with bounds, vectorised over problems.

    Args:
        law: The law.
        grid: The cells.
        target: ln e, [problems, cells] or [cells].
        start: Internal parameters, [problems, parameters].
        max_iterations: At most so many steps.
        tolerance: A problem is finished when an accepted step moves no parameter by more than this.

    Returns:
        Parameters [problems, parameters], cost [problems], and whether it finished, bool [problems].
    """
    theta = law.inside(np.array(start, float))
    target = np.broadcast_to(target, (len(theta), len(grid.n)))
    residuals, jacobian = _residuals(law, grid, theta, target)
    best = cost(residuals)
    damping = np.full(len(theta), 1e-2)
    finished = np.zeros(len(theta), bool)
    active = np.arange(len(theta))
    for _ in range(max_iterations):
        if not len(active):
            break
        step = _step(law, theta[active], residuals[active], jacobian[active], damping[active])
        new = law.inside(theta[active] + step)
        new_residuals, new_jacobian = _residuals(law, grid, new, target[active])
        new_cost = cost(new_residuals)
        better = new_cost <= best[active]
        moved = np.abs(new - theta[active]).max(-1)
        kept = active[better]
        theta[kept], best[kept] = new[better], new_cost[better]
        residuals[kept], jacobian[kept] = new_residuals[better], new_jacobian[better]
        damping[active] = np.clip(
            np.where(better, damping[active] / 5, damping[active] * 4), 1e-14, 1e12
        )
        done = (better & (moved < tolerance)) | (~better & (damping[active] >= 1e10))
        finished[active[done]] = True
        active = active[~done]
    return theta, best, finished


def _residuals(law: Law, grid: Grid, theta: Array, target: Array) -> tuple[Array, Array]:
    error, slopes = law.error(theta, grid)
    cut = error <= SMALLEST
    error = np.where(cut, SMALLEST, error)
    slopes = np.where(cut[..., None], 0.0, slopes / error[..., None])
    return np.log(error) - target, slopes


def _step(law: Law, theta: Array, residuals: Array, jacobian: Array, damping: Array) -> Array:
    """A damped step; a parameter that a bound holds stays there."""
    size = np.abs(residuals)
    weight = np.where(size <= DELTA, 1.0, DELTA / np.maximum(size, DELTA))
    transposed = np.swapaxes(jacobian, 1, 2)
    gradient = (transposed @ (weight * residuals)[..., None])[..., 0]
    normal = transposed @ (jacobian * weight[..., None])
    held = ((theta <= np.array(law.lower)) & (gradient > 0)) | (
        (theta >= np.array(law.upper)) & (gradient < 0)
    )
    return damped_step(gradient, normal, held, damping, least=1e-10, ridge=1e-16)
