"""Many small bounded least-squares fits at once.

A bootstrap refits each curve some thousand times; one call to scipy a draw would take an hour for a
large study. This is the same objective as `scipy.optimize.least_squares` with `soft_l1` loss,
minimised for all draws together; `tests/analysis/test_solver.py` compares the two.
"""

from __future__ import annotations

import numpy as np

from xnerbench.analysis.curves.forms import Array, Form

F_SCALE = 0.02
"""Where the loss turns from squared to linear, in F1 shares: two points of F1."""


def cost(residuals: Array) -> Array:
    """Half the sum of soft_l1 losses, as scipy defines it; residuals are [..., sizes]."""
    z = (residuals / F_SCALE) ** 2
    return F_SCALE**2 * (np.sqrt(1 + z) - 1).sum(-1)


def solve(
    form: Form,
    u: Array,
    f1: Array,
    weights: Array,
    start: Array,
    max_iterations: int = 60,
    tolerance: float = 1e-7,
) -> tuple[Array, Array]:
    """Levenberg-Marquardt with bounds, vectorised over problems.

    Args:
        form: The curve.
        u: ln(n / n_ref), [sizes].
        f1: Values to fit, shares, [problems, sizes].
        weights: Of each size, [sizes] or [problems, sizes]; 0 leaves a size out.
        start: Internal parameters, [problems, parameters].
        max_iterations: At most so many steps.
        tolerance: A problem is finished when a step moves no parameter by more than this.

    Returns:
        Parameters [problems, parameters] and the cost [problems].
    """
    root = np.broadcast_to(np.sqrt(weights), f1.shape)
    theta = form.inside(np.array(start, float))
    best = cost(root * (form.value(theta, u) - f1))
    damping = np.full(len(theta), 1e-3)
    active = np.arange(len(theta))
    for _ in range(max_iterations):
        if not len(active):
            break
        now, w = theta[active], root[active]
        residuals = w * (form.value(now, u) - f1[active])
        step = _step(form, u, now, residuals, w, damping[active])
        new = form.inside(now + step)
        new_cost = cost(w * (form.value(new, u) - f1[active]))
        better = new_cost <= best[active]
        moved = np.abs(new - now).max(-1)
        theta[active[better]] = new[better]
        best[active[better]] = new_cost[better]
        damping[active] = np.where(better, damping[active] / 5, damping[active] * 4)
        damping[active] = np.clip(damping[active], 1e-12, 1e10)
        done = (better & (moved < tolerance)) | (~better & (damping[active] >= 1e8))
        active = active[~done]
    return theta, best


def _step(form: Form, u: Array, theta: Array, residuals: Array, w: Array, damping: Array) -> Array:
    """One damped Gauss-Newton step; a parameter held by a bound stays there."""
    jacobian = form.jacobian(theta, u) * w[..., None]
    bend = 1 / (1 + (residuals / F_SCALE) ** 2)
    slope = np.sqrt(bend)  # first derivative of the loss over the residual; second: bend * slope
    gradient = (np.swapaxes(jacobian, 1, 2) @ (slope * residuals)[..., None])[..., 0]
    normal = np.swapaxes(jacobian, 1, 2) @ (jacobian * (bend * slope)[..., None])
    held = ((theta <= form.lower) & (gradient > 0)) | ((theta >= form.upper) & (gradient < 0))
    return damped_step(gradient, normal, held, damping, least=1e-8, ridge=1e-14)


def damped_step(
    gradient: Array, normal: Array, held: Array, damping: Array, least: float, ridge: float
) -> Array:
    """A Levenberg-Marquardt step of every problem, [problems, parameters].

    Args:
        gradient: [problems, parameters].
        normal: J'WJ, [problems, parameters, parameters].
        held: Which parameters stay where they are, at a bound.
        damping: [problems], times the diagonal of `normal`.
        least: The diagonal counts as so much at least.
        ridge: Added to it, so that it can be inverted.
    """
    free = ~held
    gradient = np.where(free, gradient, 0.0)
    normal = normal * (free[:, :, None] & free[:, None, :])
    axis = np.arange(gradient.shape[-1])
    diagonal = normal[:, axis, axis]
    normal[:, axis, axis] += damping[:, None] * np.maximum(diagonal, least) + ridge + held
    return -np.linalg.solve(normal, gradient[..., None])[..., 0]
