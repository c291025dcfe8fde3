"""Fitting scaling curves: which form, which parameters, and whether the data can tell.

Each form is fitted to the means over seeds by `scipy.optimize.least_squares` (bounded, soft_l1 loss
with its knee at two points of F1, from several starts). AICc (Hurvich & Tsai 1989) is computed over
the runs, so that the spread between seeds counts as noise; the second criterion leaves the largest
size out and predicts it.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares

from xnerbench.analysis.curves import solver
from xnerbench.analysis.curves.forms import CONSTANT, FORMS, Array, Form
from xnerbench.analysis.curves.series import Curve, Fit, Part, Series

CONDITION_LIMIT = 1e7
"""Beyond this the Jacobian (columns scaled to one) is taken as singular."""


SMALL_WEIGHT = 0.01


ALL_DRAWS = slice(None)


BLOCK = 20_000
"""Refits that are solved together: their arrays fit a processor's cache."""


START_STEPS = 15
"""Steps from each start; enough to tell which start is best, scipy does the rest."""


NOISE_FLOOR = 1e-8
"""Smallest mean squared residual (shares squared): 0.01 points of F1, the rounding of a score."""


def fit(series: Series) -> Curve:
    """Fits every form to one series; see `fit_all`."""
    return fit_all([series])[0]


def fit_all(every: list[Series]) -> list[Curve]:
    """Fits every form to every series, chooses one each, and refits it to every draw.

    All series go through the vectorised solver together, which is what makes a large study cheap.
    """
    fits = list(zip(*(_fit_form(form, every) for form in FORMS), strict=True))
    usable = [_usable(own) for own in fits]
    shares = [_shares(own, len(s.draws)) for own, s in zip(usable, every, strict=True)]
    tasks = [(fit.form, i, fit, share) for i, own in enumerate(shares) for fit, share in own]
    parts: dict[int, list[Part]] = {i: [] for i in range(len(every))}
    for form in FORMS:
        own = [(every[i], fit.theta, share) for f, i, fit, share in tasks if f is form]
        where = [(i, share) for f, i, _, share in tasks if f is form]
        for (i, share), theta in zip(where, refit_all(form, own), strict=True):
            parts[i].append(Part(form, share, theta))
    return [
        _curve(series, own, good, sorted(parts[i], key=lambda part: part.draws.start))
        for i, (series, own, good) in enumerate(zip(every, fits, usable, strict=True))
    ]


def _usable(fits: tuple[Fit, ...]) -> list[Fit]:
    """Forms that can be compared; none where runs are so few that AICc is undefined for one that fits.

    A flat line would win there by its few parameters, whatever the points look like.
    """
    fitted = [f for f in fits if f.identifiable]
    return fitted if all(np.isfinite(f.aicc) for f in fitted) else []


def _curve(series: Series, fits: tuple[Fit, ...], usable: list[Fit], parts: list[Part]) -> Curve:
    chosen = min(usable, key=lambda f: f.aicc) if usable else None
    held = [f for f in fits if f.identifiable and np.isfinite(f.heldout)]
    observed = series.mean[-1]
    by_heldout = min(held, key=lambda f: abs(f.heldout - observed)) if held else None
    return Curve(series, fits, chosen, by_heldout, tuple(parts))


def _shares(usable: list[Fit], n_draws: int) -> list[tuple[Fit, slice]]:
    """Which draws each form is refitted to: consecutive ones, as many as its Akaike weight says."""
    weights = akaike_weights(np.array([fit.aicc for fit in usable]))
    ends = [0, *np.round(np.cumsum(weights) * n_draws).astype(int).tolist()]
    spans = zip(usable, ends[:-1], ends[1:], strict=True)
    return [(fit, slice(start, end)) for fit, start, end in spans if end > start]


def akaike_weights(aicc: Array) -> Array:
    """exp(-difference / 2), normalised; forms below one percent get nothing."""
    weights = np.exp(-(aicc - aicc.min()) / 2) if len(aicc) else aicc
    weights = np.where(weights < SMALL_WEIGHT * weights.sum(), 0, weights)
    return weights / weights.sum()


def refit(form: Form, series: Series, theta: Array, share: slice = ALL_DRAWS) -> Array:
    """The form's internal parameters for the draws in `share`, [draws, parameters]."""
    return refit_all(form, [(series, theta, share)])[0]


def refit_all(form: Form, tasks: list[tuple[Series, Array, slice]]) -> list[Array]:
    """Refits of many series, those with the same sizes together in blocks.

    Args:
        form: The curve.
        tasks: Series, internal parameters to start from, and which of its draws.

    Returns:
        Internal parameters of each task, [its draws, parameters].
    """
    found: list[Array] = [np.empty(0)] * len(tasks)
    for block in _blocks(tasks):
        draws = [tasks[t][0].draws[tasks[t][2]] for t in block]
        count = [len(d) for d in draws]
        starts = np.repeat([tasks[t][1] for t in block], count, axis=0)
        weights = np.repeat([_weights(tasks[t][0].n_runs) for t in block], count, axis=0)
        series = tasks[block[0]][0]
        u = series.u(series.sizes)
        theta, _ = solver.solve(form, u, np.concatenate(draws), weights, starts)
        for t, own in zip(block, np.split(theta, np.cumsum(count)[:-1]), strict=True):
            found[t] = own
    return found


def _blocks(tasks: list[tuple[Series, Array, slice]]) -> list[list[int]]:
    """Tasks with the same sizes, in blocks that fit a processor's cache."""
    blocks: list[list[int]] = []
    by_sizes: dict[bytes, list[int]] = {}
    for t, (series, _, _) in enumerate(tasks):
        by_sizes.setdefault(series.sizes.tobytes(), []).append(t)
    for same in by_sizes.values():
        filled = BLOCK
        for t in same:
            series, _, share = tasks[t]
            size = len(series.draws[share])
            if filled + size > BLOCK:
                blocks.append([])
                filled = 0
            blocks[-1].append(t)
            filled += size
    return blocks


def _weights(n_runs: Array) -> Array:
    return n_runs / n_runs.mean()


def _fit_form(form: Form, every: list[Series]) -> list[Fit]:
    """One form on every series, and again without its largest size."""
    p = len(form.parameters)
    tasks: list[tuple[Array, Array, Array]] = []
    for series in every:
        u, mean, n_runs = series.u(series.sizes), series.mean, series.n_runs
        if len(u) >= p + 1:
            tasks.append((u, mean, _weights(n_runs)))
        if len(u) >= p + 2:
            tasks.append((u[:-1], mean[:-1], _weights(n_runs[:-1])))
    found = iter(minimise(form, tasks))
    fits = []
    for series in every:
        whole = next(found) if len(series.sizes) >= p + 1 else None
        without = next(found) if len(series.sizes) >= p + 2 else None
        fits.append(_fit_of(form, series, whole, without))
    return fits


def _fit_of(
    form: Form,
    series: Series,
    whole: tuple[Array, bool] | None,
    without: tuple[Array, bool] | None,
) -> Fit:
    p, k = len(form.parameters), len(series.sizes)
    if whole is None:
        nothing = np.full(p, np.nan)
        verdict = f"too few sizes: {k}, this form needs {p + 1}"
        return Fit(form, nothing, nothing, nothing, np.nan, False, np.nan, verdict)
    u, (theta, converged) = series.u(series.sizes), whole
    heldout = np.nan
    if without is not None and without[1]:
        heldout = float(form.value(without[0], u[-1:])[0])
    residuals = series.runs - form.value(theta, u)[:, None]
    squares, n = float(np.nansum(residuals**2)), int(series.n_runs.sum())
    se, condition = _standard_errors(form, series, theta, squares, n)
    verdict = _verdict(form, theta, converged, condition)
    aicc = corrected_akaike(squares, n, p + 1)
    if verdict == "ok" and not np.isfinite(aicc):
        verdict = f"ok; AICc undefined: {n} runs for {p + 1} parameters"
    outer = form.outer(theta, series.ln_ref)
    return Fit(form, theta, outer, se, aicc, converged, heldout, verdict)


def minimise(form: Form, tasks: list[tuple[Array, Array, Array]]) -> list[tuple[Array, bool]]:
    """The best parameters over several starts, polished by scipy to full precision.

    Args:
        form: The curve.
        tasks: u, F1 and weights of each problem, [its sizes].

    Returns:
        Internal parameters, and whether scipy reports convergence, of each problem.
    """
    best = [np.empty(0)] * len(tasks)
    by_sizes: dict[bytes, list[int]] = {}
    for t, (u, _, _) in enumerate(tasks):
        by_sizes.setdefault(u.tobytes(), []).append(t)
    for same in by_sizes.values():
        u = tasks[same[0]][0]
        starts = [form.inside(np.array(form.starts(u, tasks[t][1]), float)) for t in same]
        count = len(starts[0])  # a form has as many starts for any data
        f1, weights = (np.repeat([tasks[t][i] for t in same], count, axis=0) for i in (1, 2))
        found, costs = solver.solve(form, u, f1, weights, np.concatenate(starts), START_STEPS, 1e-5)
        first = np.argmin(costs.reshape(len(same), count), axis=1) + count * np.arange(len(same))
        found, _ = solver.solve(form, u, f1[first], weights[first], found[first], 200, 1e-11)
        for t, theta in zip(same, found, strict=True):
            best[t] = theta
    return [_polish(form, *task, theta) for task, theta in zip(tasks, best, strict=True)]


def _polish(form: Form, u: Array, f1: Array, weights: Array, start: Array) -> tuple[Array, bool]:
    root = np.sqrt(weights)
    result = least_squares(
        lambda theta: root * (form.value(theta, u) - f1),
        start,
        jac=lambda theta: root[:, None] * form.jacobian(theta, u),
        bounds=(form.lower, form.upper),
        loss="soft_l1",
        f_scale=solver.F_SCALE,
        x_scale="jac",
        xtol=1e-12,
        ftol=1e-12,
        gtol=1e-12,
        max_nfev=400,
    )
    own = float(solver.cost(root * (form.value(start, u) - f1)))
    # scipy stays inside the bounds, while the solver may sit on one
    return result.x if result.cost <= own else start, bool(result.status > 0)


def corrected_akaike(squares: float, n: int, k: int) -> float:
    """AICc of a Gaussian fit with k parameters, the variance included."""
    if n - k - 1 <= 0:
        return np.nan
    return n * np.log(max(squares / n, NOISE_FLOOR)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def _standard_errors(
    form: Form, series: Series, theta: Array, squares: float, n: int
) -> tuple[Array, float]:
    """Standard errors of the formula's parameters, and the scaled Jacobian's condition."""
    u, p = series.u(series.sizes), len(theta)
    jacobian = form.jacobian(theta, u) * np.sqrt(series.n_runs)[:, None]
    norms = np.linalg.norm(jacobian, axis=0)
    if not np.all(norms > 1e-12):
        return np.full(p, np.nan), np.inf
    condition = float(np.linalg.cond(jacobian / norms))
    if n <= p or condition > CONDITION_LIMIT:
        return np.full(p, np.nan), condition
    covariance = np.linalg.inv(jacobian.T @ jacobian) * squares / (n - p)
    change = np.stack(
        [
            (form.outer(theta + h, series.ln_ref) - form.outer(theta - h, series.ln_ref)) / 2e-6
            for h in 1e-6 * np.eye(p)
        ],
        1,
    )  # internal -> outer parameters, by central differences
    return np.sqrt(np.diag(change @ covariance @ change.T)), condition


def _verdict(form: Form, theta: Array, converged: bool, condition: float) -> str:
    if form is CONSTANT:
        return "ok"
    bound = form.on_bound(theta)
    if bound.any():
        names = ", ".join(np.array(form.parameters)[bound])
        return f"not identifiable: {names} on its bound"
    if condition > CONDITION_LIMIT:
        return "not identifiable: singular Jacobian"
    if not converged:
        return "not identifiable: the fit did not converge"
    return "ok"
