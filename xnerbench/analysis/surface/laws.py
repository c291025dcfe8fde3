"""Laws of the error e = 1 - F1 over sentences n and updates u.

| law | formula | parameters |
|---|---|---|
| log-linear | F1 = c + k ln n + m ln u | c, k, m |
| log-linear, interaction | F1 = c + k ln n + m ln u + q ln n ln u | c, k, m, q |
| joint | e = E + A n^-a + B u^-b | E, A, a, B, b |
| joint, interaction | e = E + A n^-a + B u^-b + C n^-a u^-b | E, A, a, B, b, C |
| constrained | e = E + A n_eff^-a | E, A, a, R* |
| constrained, updates | e = E + A n_eff^-a + B u^-b | E, A, a, R*, B, b |

*Joint* is the form of Hoffmann et al. 2022 ("Training compute-optimal large language models") with
updates in the place of parameters. *Constrained* is that of Muennighoff et al. 2023 ("Scaling
data-constrained language models"): u updates of b sentences see D = u b of them, U = min(n, D)
distinct; with R = D / U - 1 repetitions of each, n_eff = U + U R* (1 - exp(-R / R*)), so R* says
after how many passes a sentence has given most of what it has.

Fits run in internal parameters of order one: n and u are counted in their smallest measured values
(A and B are error at that n or u, c is F1 there), and R* by its logarithm.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.surface.grid import Array, Grid

FREE = 1e6
STEEPEST = 4.0
BOUND = 1e-6
"""A parameter this near to a bound is on it."""
EXPONENTS = (0.1, 0.3, 0.8, 2.0)
PASSES = (1.0, 5.0, 25.0, 125.0)
R_LOWEST, R_HIGHEST = 0.05, 5000.0


@dataclass(frozen=True)
class Law:
    """One law; `theta` is [..., parameters], values are [..., cells].

    Attributes:
        name: In tables.
        parameters: Names as in the formula.
        lower, upper: Bounds of the internal parameters.
        error: (theta, grid) -> e and its derivatives [..., cells, parameters].
        shape: Positions of the parameters in which e is not linear; the others have a start by least
            squares.
        grid_of: Values of each of those to start from.
        outer: (theta, grid) -> the formula's parameters.
    """

    name: str
    parameters: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    error: Callable[[Array, Grid], tuple[Array, Array]]
    shape: tuple[int, ...]
    grid_of: tuple[tuple[float, ...], ...]
    outer: Callable[[Array, Grid], Array]

    def inside(self, theta: Array) -> Array:
        """The parameters moved into their bounds."""
        return np.clip(theta, self.lower, self.upper)

    def on_bound(self, theta: Array) -> Array:
        """Which parameters lie on a bound, bool [..., parameters]."""
        return (theta - np.array(self.lower) < BOUND) | (np.array(self.upper) - theta < BOUND)

    def typical(self) -> Array:
        """Parameters inside all bounds, at which the rank of the derivatives says what a grid can determine."""
        theta = np.full(len(self.parameters), 0.2)
        for i, (position, values) in enumerate(zip(self.shape, self.grid_of, strict=True)):
            theta[position] = values[1 + i % 2]
        return theta

    def starts(self, grid: Grid, error: Array) -> Array:
        """Parameters to start from, [starts, parameters].

        Every combination of `grid_of`, with what is linear fitted to the error [cells]: the law is
        a sum of terms, so their derivatives are the columns of that fit.
        """
        found = []
        linear = [i for i in range(len(self.parameters)) if i not in self.shape]
        for values in itertools.product(*self.grid_of):
            theta = np.zeros(len(self.parameters))
            theta[list(self.shape)] = values
            at_zero, columns = self.error(theta, grid)
            columns = columns[:, linear]
            theta[linear] = np.linalg.lstsq(columns, error - at_zero, rcond=None)[0]
            found.append(self.inside(theta))
        return np.array(found)


def _log_linear(theta: Array, grid: Grid) -> tuple[Array, Array]:
    columns = np.stack([np.ones_like(grid.x), grid.x, grid.y, grid.x * grid.y], -1)
    columns = columns[:, : theta.shape[-1]]
    e = 1 - theta @ columns.T
    return e, np.broadcast_to(-columns, (*e.shape, theta.shape[-1]))


def _joint(theta: Array, grid: Grid) -> tuple[Array, Array]:
    floor, top_n, a, top_u, b = (theta[..., i, None] for i in range(5))
    both = theta[..., 5, None] if theta.shape[-1] > 5 else np.zeros_like(floor)
    by_n, by_u = np.exp(-a * grid.x), np.exp(-b * grid.y)
    e = floor + top_n * by_n + top_u * by_u + both * by_n * by_u
    parts = [
        np.ones_like(e),
        by_n,
        -grid.x * by_n * (top_n + both * by_u),
        by_u,
        -grid.y * by_u * (top_u + both * by_n),
        by_n * by_u,
    ]
    return e, np.stack(parts[: theta.shape[-1]], -1)


def effective(grid: Grid, r_star: Array) -> tuple[Array, Array]:
    """ln(n_eff / n_ref) and its derivative by ln R*, [..., cells]; R* is [..., 1]."""
    seen = grid.u * grid.batch
    distinct = np.minimum(grid.n, seen)
    repeats = seen / distinct - 1
    worn = np.exp(-repeats / r_star)
    growth = 1 + r_star * (1 - worn)
    slope = r_star * (1 - worn - repeats / r_star * worn) / growth
    return np.log(distinct / grid.n_ref) + np.log(growth), slope


def _constrained(theta: Array, grid: Grid) -> tuple[Array, Array]:
    floor, top, a, log_r = (theta[..., i, None] for i in range(4))
    size, slope = effective(grid, np.exp(log_r))
    by_n = np.exp(-a * size)
    e = floor + top * by_n
    parts = [np.ones_like(e), by_n, -top * size * by_n, -top * a * slope * by_n]
    if theta.shape[-1] > 4:
        top_u, b = theta[..., 4, None], theta[..., 5, None]
        by_u = np.exp(-b * grid.y)
        e = e + top_u * by_u
        parts += [by_u + 0 * e, -top_u * grid.y * by_u]
    return e, np.stack(parts, -1)


def _outer_log_linear(theta: Array, grid: Grid) -> Array:
    """c at n = u = 1 from c at the smallest ones."""
    outer = np.array(theta, float)
    x0, y0 = np.log(grid.n_ref), np.log(grid.u_ref)
    q = theta[..., 3] if theta.shape[-1] > 3 else 0.0
    outer[..., 0] = theta[..., 0] - theta[..., 1] * x0 - theta[..., 2] * y0 + q * x0 * y0
    outer[..., 1] = theta[..., 1] - q * y0
    outer[..., 2] = theta[..., 2] - q * x0
    return outer


def _outer_joint(theta: Array, grid: Grid) -> Array:
    outer = np.array(theta, float)
    outer[..., 1] = theta[..., 1] * grid.n_ref ** theta[..., 2]
    outer[..., 3] = theta[..., 3] * grid.u_ref ** theta[..., 4]
    if theta.shape[-1] > 5:
        outer[..., 5] = theta[..., 5] * grid.n_ref ** theta[..., 2] * grid.u_ref ** theta[..., 4]
    return outer


def _outer_constrained(theta: Array, grid: Grid) -> Array:
    outer = np.array(theta, float)
    outer[..., 1] = theta[..., 1] * grid.n_ref ** theta[..., 2]
    outer[..., 3] = np.exp(theta[..., 3])
    if theta.shape[-1] > 4:
        outer[..., 4] = theta[..., 4] * grid.u_ref ** theta[..., 5]
    return outer


def _free(n: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return (-FREE,) * n, (FREE,) * n


_LN_R = (float(np.log(R_LOWEST)), float(np.log(R_HIGHEST)))
_LN_PASSES = tuple(float(np.log(r)) for r in PASSES)
_NAMES = ("E", "A", "a", "B", "b", "C")

LAWS: tuple[Law, ...] = (
    Law("log_linear", ("c", "k", "m"), *_free(3), _log_linear, (), (), _outer_log_linear),
    Law(
        "log_linear_interaction",
        ("c", "k", "m", "q"),
        *_free(4),
        _log_linear,
        (),
        (),
        _outer_log_linear,
    ),
    Law(
        "joint",
        _NAMES[:5],
        (0, 0, 0, 0, 0),
        (1, 10, STEEPEST, 10, STEEPEST),
        _joint,
        (2, 4),
        (EXPONENTS, EXPONENTS),
        _outer_joint,
    ),
    Law(
        "joint_interaction",
        _NAMES,
        (0, 0, 0, 0, 0, -10),
        (1, 10, STEEPEST, 10, STEEPEST, 10),
        _joint,
        (2, 4),
        (EXPONENTS, EXPONENTS),
        _outer_joint,
    ),
    Law(
        "constrained",
        ("E", "A", "a", "R*"),
        (0, 0, 0, _LN_R[0]),
        (1, 10, STEEPEST, _LN_R[1]),
        _constrained,
        (2, 3),
        (EXPONENTS, _LN_PASSES),
        _outer_constrained,
    ),
    Law(
        "constrained_updates",
        ("E", "A", "a", "R*", "B", "b"),
        (0, 0, 0, _LN_R[0], 0, 0),
        (1, 10, STEEPEST, _LN_R[1], 10, STEEPEST),
        _constrained,
        (2, 3, 5),
        (EXPONENTS, _LN_PASSES, EXPONENTS),
        _outer_constrained,
    ),
)
"""In the tables' order, the simplest of a kind first."""


def named(name: str, laws: Sequence[Law] = LAWS) -> Law:
    """The law of a name."""
    return next(law for law in laws if law.name == name)
