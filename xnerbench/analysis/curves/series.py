"""Scaling curves as data: a series of sizes, the forms fitted to it, and the curve chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.curves.forms import Array, Form
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.seed_noise import Key


@dataclass(frozen=True)
class Series:
    """The sizes of one (method, sources, target, budget), ascending.

    Attributes:
        sizes: Unlabelled sentences, [sizes].
        runs: F1 as shares, [sizes, seeds], NaN where there is no run.
        draws: Bootstrap draws of the mean, shares, [draws, sizes].
        note: Whether sizes differ in their updates, too, so that the curve is not one in n alone; else empty.
    """

    method: str
    sources: str
    target: str
    budget: str
    sizes: Array
    runs: Array
    draws: Array
    note: str = ""

    @property
    def keys(self) -> list[Key]:
        """The groups behind the sizes."""
        return [Key(self.method, self.sources, self.budget, int(n)) for n in self.sizes]

    @property
    def mean(self) -> Array:
        """Mean over seeds, shares, [sizes]."""
        return np.nanmean(self.runs, axis=1)

    @property
    def n_runs(self) -> Array:
        """Runs per size, [sizes]."""
        return np.isfinite(self.runs).sum(1)

    @property
    def ln_ref(self) -> float:
        """Logarithm of the reference size, the smallest."""
        return float(np.log(self.sizes[0]))

    def u(self, n: Array | float) -> Array:
        """Sizes in internal units."""
        return np.atleast_1d(np.log(n)) - self.ln_ref


@dataclass(frozen=True)
class Fit:
    """One form fitted to one series.

    Attributes:
        theta: Internal parameters; empty where there were too few sizes.
        outer: The formula's parameters, in shares.
        se: Their standard errors.
        aicc: Over runs; NaN where undefined.
        heldout: The largest size's F1 as predicted without it (share), NaN where not possible.
        verdict: `ok`, or why the parameters are no numbers.
    """

    form: Form
    theta: Array
    outer: Array
    se: Array
    aicc: float
    converged: bool
    heldout: float
    verdict: str

    @property
    def identifiable(self) -> bool:
        """Whether the parameters may be printed."""
        return self.verdict.startswith("ok")


@dataclass(frozen=True)
class Part:
    """The bootstrap draws that one form was refitted to.

    Attributes:
        form: The form.
        draws: Which draws, [its draws].
        theta: Internal parameters, [its draws, parameters].
    """

    form: Form
    draws: slice
    theta: Array


@dataclass(frozen=True)
class Curve:
    """A series with all of its fits.

    Attributes:
        series: What was fitted.
        fits: One a form, in `FORMS`' order.
        chosen: By AICc among the identifiable ones that have one; `None` if there is none.
        chosen_by_heldout: By the error on the left-out size; `None` if there is none.
        parts: The draws, shared out to the identifiable forms by their Akaike weights, so that an
            interval holds the doubt about the form, too (Buckland, Burnham & Augustin 1997).
    """

    series: Series
    fits: tuple[Fit, ...]
    chosen: Fit | None
    chosen_by_heldout: Fit | None
    parts: tuple[Part, ...]

    def f1(self, n: Array | float) -> Array:
        """The chosen curve, in 0..100."""
        if self.chosen is None:
            raise ValueError("no form was chosen")
        value = self.chosen.form.value(self.chosen.theta, self.series.u(n))
        return np.clip(100 * value, 0, 100)

    def weight(self, fit: Fit) -> float:
        """Share of the draws that are refitted with a form: its Akaike weight."""
        total = sum(len(part.theta) for part in self.parts)
        own = sum(len(part.theta) for part in self.parts if part.form is fit.form)
        return own / total if total else 0.0

    def averaged(self, n: Array | float) -> Array:
        """The forms' curves averaged by their weights, in 0..100 (Buckland, Burnham & Augustin 1997)."""
        u = self.series.u(n)
        used = [(self.weight(fit), fit) for fit in self.fits if self.weight(fit) > 0]
        value = sum(w * np.clip(100 * fit.form.value(fit.theta, u), 0, 100) for w, fit in used)
        return np.asarray(value)

    def averaged_heldout(self) -> float:
        """F1 (0..100) that the average predicts at the largest size, fitted without it; NaN where a form cannot."""
        used = [(self.weight(fit), fit.heldout) for fit in self.fits if self.weight(fit) > 0]
        return 100 * float(np.sum([w * value for w, value in used])) if used else np.nan

    def f1_draws(self, n: Array | float) -> Array:
        """The draws' curves, [draws, len(n)], in 0..100."""
        u = self.series.u(n)
        values = [part.form.value(part.theta, u) for part in self.parts]
        return np.clip(100 * np.concatenate(values), 0, 100)

    def limit_draws(self) -> Array:
        """F1 (0..100) at infinity for every draw; NaN where its form has no asymptote."""
        values = [
            np.full(len(part.theta), np.nan)
            if part.form.limit is None
            else 100 * part.form.limit(part.theta)
            for part in self.parts
        ]
        return np.concatenate(values)

    def on_bound(self) -> Array:
        """Whether a parameter of the draw lies on its bound, bool [draws]."""
        return np.concatenate([part.form.on_bound(part.theta).any(-1) for part in self.parts])


def series_of(draws: Draws, updates: Mapping[tuple[str, Key], int] | None = None) -> list[Series]:
    """A target's series: every method with at least one size above 0.

    Args:
        draws: The target's.
        updates: Made by (target, group), where that is known.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for key in draws.row:
        if key.n > 0:
            groups.setdefault((key.method, key.sources, key.budget), []).append(key.n)
    result = []
    for (method, sources, budget), sizes in groups.items():
        keys = [Key(method, sources, budget, n) for n in sorted(sizes)]
        rows = [draws.row[key] for key in keys]
        result.append(
            Series(
                method,
                sources,
                draws.target,
                budget,
                np.array(sorted(sizes), float),
                draws.runs[rows] / 100,
                np.stack([draws.unclipped(key) for key in keys], 1) / 100,
                _note([(updates or {}).get((draws.target, key)) for key in keys]),
            )
        )
    return result


def _note(updates: Sequence[int | None]) -> str:
    made = sorted({u for u in updates if u is not None})
    if len(made) < 2:
        return ""
    return f"n and updates rise together ({made[0]} to {made[-1]} updates)"
