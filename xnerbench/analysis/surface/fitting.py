"""Every law fitted to a surface, judged on corners that it has not seen, and with its draws."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.surface import solver
from xnerbench.analysis.surface.grid import Array, Grid, Surface
from xnerbench.analysis.surface.laws import LAWS, Law

CORNERS = ("n", "u", "both", "cell")
"""Held out: the largest n; the largest u; the cell with both, from those with neither; that cell alone."""
REFITS = 300
"""Bootstrap draws that laws are refitted to."""
CLOSE = 0.25
"""Laws whose errors on the corners differ by no more F1 than this are equal: the simplest is chosen."""
SINGULAR = 1e-8
"""Below this ratio of the Jacobian's singular values the cells do not determine the parameters."""


@dataclass(frozen=True)
class Fit:
    """One law fitted to one surface.

    Attributes:
        law: The law.
        theta: Internal parameters; empty where there were too few cells.
        aicc: Over cells; NaN where undefined.
        corners: Corner -> mean absolute error there in F1 points, NaN where the cells that are left do
            not determine the law (E, B and b, say, with two u).
        draws: Internal parameters of the bootstrap's refits, [refits, parameters]; only of laws that an
            interval is printed of.
        verdict: `ok`, or why the parameters are no numbers.
    """

    law: Law
    theta: Array
    aicc: float
    corners: dict[str, float]
    draws: Array
    verdict: str

    @property
    def identifiable(self) -> bool:
        """Whether there are parameters at all."""
        return self.verdict.startswith("ok")

    @property
    def unknown(self) -> Array:
        """Which parameters lie on a bound and so say nothing, bool [parameters]."""
        return self.law.on_bound(self.theta)

    def f1(self, grid: Grid) -> Array:
        """F1 (0..100) at other cells in the surface's units."""
        return 100 * np.clip(1 - self.law.error(self.theta, grid)[0], 0, 1)

    def f1_draws(self, grid: Grid) -> Array:
        """The refits' F1 (0..100), [refits, cells]."""
        return 100 * np.clip(1 - self.law.error(self.draws, grid)[0], 0, 1)


@dataclass(frozen=True)
class Fitted:
    """A surface with all of its fits.

    Attributes:
        surface: What was fitted.
        fits: One a law, in `LAWS`' order.
        judged: Corners that every fitted law could be judged on.
        chosen: The simplest of those with about the smallest error on the corners; where no corner can
            be held out by AICc; `None` if no law fits.
        chosen_by_aicc: By AICc.
    """

    surface: Surface
    fits: tuple[Fit, ...]
    judged: tuple[str, ...]
    chosen: Fit | None
    chosen_by_aicc: Fit | None

    def error(self, fit: Fit) -> float:
        """Mean of a law's errors over the common corners; NaN if there is none."""
        return _mean_error(fit, self.judged)


def fit_surface(surface: Surface, laws: tuple[Law, ...] = LAWS) -> Fitted:
    """Fits every law."""
    fits = tuple(_fit(law, surface) for law in laws)
    able = [fit for fit in fits if fit.identifiable]
    judged = tuple(c for c in CORNERS if able and all(np.isfinite(f.corners[c]) for f in able))
    errors = {fit.law.name: _mean_error(fit, judged) for fit in able}
    by_aicc = [fit for fit in able if np.isfinite(fit.aicc)]
    best = min(by_aicc, key=lambda fit: fit.aicc, default=None)
    least = min(errors.values(), default=np.nan)
    close = [fit for fit in able if errors[fit.law.name] <= least + CLOSE]
    chosen = min(
        close, key=lambda fit: (len(fit.law.parameters), errors[fit.law.name]), default=best
    )
    wanted = fits if surface.target == ALL else tuple(fit for fit in fits if fit is chosen)
    drawn = {fit.law.name: _with_draws(fit, surface) for fit in wanted}
    fits = tuple(drawn.get(fit.law.name, fit) for fit in fits)
    named = {fit.law.name: fit for fit in fits}
    return Fitted(
        surface,
        fits,
        judged,
        None if chosen is None else named[chosen.law.name],
        None if best is None else named[best.law.name],
    )


def _mean_error(fit: Fit, corners: tuple[str, ...]) -> float:
    return float(np.mean([fit.corners[c] for c in corners])) if corners else np.nan


def estimate(law: Law, grid: Grid, f1: Array) -> tuple[Array, float, bool]:
    """The best of all starts: internal parameters, cost, and whether it converged.

    Args:
        law: The law.
        grid: The cells.
        f1: Shares, [cells].
    """
    target = solver.log_error(f1)
    starts = law.starts(grid, np.exp(target))
    theta, cost, finished = solver.solve(law, grid, target, starts)
    best = int(np.argmin(cost))
    return theta[best], float(cost[best]), bool(finished[best])


def _fit(law: Law, surface: Surface) -> Fit:
    grid, size = surface.grid, len(law.parameters)
    nothing = Fit(law, np.empty(0), np.nan, dict.fromkeys(CORNERS, np.nan), np.empty((0, size)), "")
    if len(grid.n) < size + 1:
        return dataclasses.replace(
            nothing, verdict=f"not identifiable: {len(grid.n)} cells, {size + 1} needed"
        )
    if why := _undetermined(law, grid, law.typical()):
        return dataclasses.replace(nothing, verdict=f"not identifiable from these cells: {why}")
    theta, cost, converged = estimate(law, grid, surface.mean)
    if not converged:
        return dataclasses.replace(nothing, verdict="not identifiable: the fit did not converge")
    if why := _undetermined(law, grid, theta):
        return dataclasses.replace(nothing, verdict=f"not identifiable: {why}")
    corners = {corner: _corner_error(law, surface, corner) for corner in CORNERS}
    return Fit(law, theta, _aicc(cost, len(grid.n), size), corners, theta[None], "ok")


def _with_draws(fit: Fit, surface: Surface) -> Fit:
    """The same with refits to the surface's draws."""
    if not (fit.identifiable and surface.moves):
        return fit
    target = solver.log_error(surface.draws[:REFITS])
    start = np.broadcast_to(fit.theta, (len(target), len(fit.theta)))
    draws, _, _ = solver.solve(fit.law, surface.grid, target, start)
    return dataclasses.replace(fit, draws=draws)


def _undetermined(law: Law, grid: Grid, theta: Array) -> str:
    """Why the parameters within their bounds are not determined near theta, if they are not."""
    _, jacobian = law.error(theta[None], grid)
    columns = jacobian[0][:, ~law.on_bound(theta)]
    lengths = np.linalg.norm(columns, axis=0)
    if not len(lengths) or (lengths == 0).any():
        return "a parameter changes nothing"
    values = np.linalg.svd(columns / lengths, compute_uv=False)
    return "singular Jacobian" if values[-1] < SINGULAR * values[0] else ""


def _aicc(cost: float, cells: int, size: int) -> float:
    """AICc of a robust fit: twice the loss takes the place of the sum of squares."""
    k = size + 1
    if cells - k - 1 <= 0:
        return np.nan
    spread = max(2 * cost / cells, 1e-12)
    return float(cells * np.log(spread) + 2 * k + 2 * k * (k + 1) / (cells - k - 1))


def _corner_error(law: Law, surface: Surface, corner: str) -> float:
    grid = surface.grid
    last_n, last_u = grid.n == grid.n.max(), grid.u == grid.u.max()
    held = {"n": last_n, "u": last_u}.get(corner, last_n & last_u)
    kept = ~(last_n | last_u) if corner == "both" else ~held
    seen = grid.only(kept)
    if not held.any() or kept.sum() < len(law.parameters) + 1:
        return np.nan
    if _undetermined(law, seen, law.typical()):
        return np.nan
    theta, _, _ = estimate(law, seen, surface.mean[kept])
    predicted = np.clip(1 - law.error(theta, grid.only(held))[0], 0, 1)
    return float(100 * np.abs(predicted - surface.mean[held]).mean())
