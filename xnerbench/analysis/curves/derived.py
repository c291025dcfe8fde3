"""What a reader wants from a curve: asymptote, gain, break-even, n95, exchange rate, 10x.

Every quantity is computed from the chosen form's parameters for the observed means, and again for
each bootstrap draw, whose percentiles are the interval. Values are F1 points or sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from xnerbench.analysis.curves.forms import Array
from xnerbench.analysis.curves.growth import slope_weights
from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.inference import contrasts
from xnerbench.analysis.inference.bootstrap import Draws, interval, verdict
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.planning.goals import (
    NOT_SHOWN,
    direct_of,
    size_reaching,
    sizes_reaching,
)
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import SUPERVISED

ASYMPTOTIC_SHARE = 0.95
AT_ONE_SIZE = ("gain", "exchange_rate")
"""Quantities for which the other sizes of the series do not matter."""


def rows(curve: Curve, draws: Draws, labelled: Curve | None, settings: Settings) -> list[dict]:
    """All derived quantities of one series.

    Args:
        curve: The series with its fits.
        draws: The target's draws.
        labelled: The supervised control's curve on the same target, if there is one.
        settings: Confidence and extrapolation factor.
    """
    series = curve.series
    keys = series.keys
    common = {
        "method": series.method,
        "sources": series.sources,
        "target": series.target,
        "budget": series.budget,
        "n_seeds": int(series.n_runs.min()),
        "n_sentences": draws.n_sentences or None,
    }
    direct, note = direct_of(draws, series.sources)
    writer = _Writer(
        common, settings.confidence, draws.levels(*keys), draws.has_interval(*keys), series.note
    )
    return [
        *_gains(writer, draws, keys, direct, note),
        *_asymptote(writer, curve, draws, direct, note, settings),
        *_break_even(writer, curve, draws, direct, note, settings),
        *_extrapolation(writer, curve, settings),
        *_slope(writer, curve),
        *_exchange(writer, draws, keys, curve, labelled, settings),
    ]


class _Writer:
    """Turns a value with draws into a row; an end that is infinite becomes words."""

    def __init__(
        self, common: dict, confidence: float, levels: str, has_interval: bool, mixed: str
    ) -> None:
        self.common, self.confidence, self.mixed = common, confidence, mixed
        self.levels, self.has_interval = levels, has_interval

    def missing(self, quantity: str, unit: str, why: str, at_n: int | None = None) -> dict:
        return {**self.common, "quantity": quantity, "at_n": at_n, "unit": unit, "verdict": why}

    def number(
        self,
        quantity: str,
        value: float,
        draws: Array,
        unit: str,
        *notes: str,
        at_n: int | None = None,
    ) -> dict:
        low, high = interval(draws, self.confidence) if self.has_interval else (None, None)
        said = list(notes)
        if high is not None and not np.isfinite(high):
            share = 100 * float(np.mean(np.isinf(draws[~np.isnan(draws)])))
            said.append(f"no upper end: not shown in {share:.0f} % of the draws")
            high = None
        if low is not None and not np.isfinite(low):
            low = None
        row: dict[str, Any] = {"value": value, "low": low, "high": high}
        mixed = "" if quantity in AT_ONE_SIZE else self.mixed
        text = verdict(*said, mixed, self.levels)
        return {**self.missing(quantity, unit, text, at_n), **row}


def _gains(
    writer: _Writer, draws: Draws, keys: list[Key], direct: Key | None, note: str
) -> Iterator[dict]:
    for key in keys:
        if direct is None:
            yield writer.missing("gain", "F1", f"not available: {note}", key.n)
            continue
        found = contrasts.of(draws, {key: 1, direct: -1})
        yield writer.number("gain", found.value, found.draws, "F1", note, at_n=key.n)


def _unavailable(curve: Curve) -> str:
    sizes, runs = curve.series.sizes, int(np.isfinite(curve.series.runs).sum())
    return f"not identifiable: no form can be chosen from {runs} runs at {len(sizes)} sizes"


def _asymptote(
    writer: _Writer,
    curve: Curve,
    draws: Draws,
    direct: Key | None,
    note: str,
    settings: Settings,
) -> Iterator[dict]:
    chosen = curve.chosen
    quantities = (("f_inf", "F1"), ("gain_inf", "F1"), ("n95", "sentences"), ("rate", "exponent"))
    if chosen is None or (chosen.form.limit is None and chosen.form.name != "power"):
        why = _unavailable(curve)
        if chosen is not None:
            why = f"not identifiable: the chosen form ({chosen.form.name}) has no asymptote"
        for quantity, unit in quantities:
            yield writer.missing(quantity, unit, why)
        return
    form = chosen.form
    if form.name == "constant":
        yield writer.missing("rate", "exponent", "not identifiable: the curve is flat")
    else:
        unit = form.parameters[-1]
        rate = np.concatenate([p.theta[:, -1] for p in curve.parts if p.form is form])
        yield writer.number("rate", float(chosen.theta[-1]), rate, unit)
    if form.limit is None:
        why = f"not identifiable: the chosen form ({form.name}) has no asymptote of its own"
        for quantity, unit in quantities[:3]:
            yield writer.missing(quantity, unit, why)
        return
    limit, limits = 100 * float(form.limit(chosen.theta)), curve.limit_draws()
    has_limit = np.isfinite(limits)
    notes = ["the curve is flat" if form.name == "constant" else ""]
    if (open_ended := 1 - has_limit.mean()) > 1 - settings.confidence:
        notes.append(f"forms without an asymptote have {100 * open_ended:.0f} % of the weight")
    bound = float(curve.on_bound()[has_limit].mean())
    if bound > 1 - settings.confidence:
        notes.append(f"a parameter lies on its bound in {100 * bound:.0f} % of the draws")
    yield writer.number("f_inf", limit, limits, "F1", *notes)
    if direct is None:
        yield writer.missing("gain_inf", "F1", f"not available: {note}")
        yield writer.missing("n95", "sentences", f"not available: {note}")
        return
    start, starts = draws.mean[draws.row[direct]], draws.unclipped(direct)
    yield writer.number("gain_inf", limit - start, limits - starts, "F1", note, *notes)
    if limit <= start:
        why = f"{NOT_SHOWN} within the range: the fitted limit {limit:.1f} is below direct transfer {start:.1f}"
        yield writer.missing("n95", "sentences", why)
        return
    goal = start + ASYMPTOTIC_SHARE * (limit - start)
    goals = starts + ASYMPTOTIC_SHARE * (limits - starts)
    goals = np.where(limits > starts, goals, np.where(has_limit, np.inf, np.nan))
    yield _sizes(writer, "n95", curve, goal, goals, note, *notes, settings=settings)


def _break_even(
    writer: _Writer,
    curve: Curve,
    draws: Draws,
    direct: Key | None,
    note: str,
    settings: Settings,
) -> Iterator[dict]:
    if direct is None:
        yield writer.missing("break_even", "sentences", f"not available: {note}")
    elif curve.chosen is None:
        yield writer.missing("break_even", "sentences", _unavailable(curve))
    else:
        goal = float(draws.mean[draws.row[direct]])
        goals = draws.unclipped(direct)
        yield _sizes(writer, "break_even", curve, goal, goals, note, settings=settings)


def _sizes(
    writer: _Writer,
    quantity: str,
    curve: Curve,
    goal: float,
    goals: Array,
    *notes: str,
    settings: Settings,
) -> dict:
    """A row for the first size at which a curve reaches a goal (F1, 0..100)."""
    sizes, where = size_reaching(curve, goal, settings.extrapolate)
    if not np.isfinite(sizes):
        row = writer.missing(quantity, "sentences", where)
        if writer.has_interval:  # the lower end still tells how early it might have been
            moved = sizes_reaching(curve, goals, settings.extrapolate)
            low, _ = interval(moved, settings.confidence)
            if np.isfinite(low):
                share = 100 * float(np.mean(np.isfinite(moved)))
                row["low"] = low
                row["verdict"] = f"{where}; reached in {share:.0f} % of the draws"
        return row
    moved = sizes_reaching(curve, goals, settings.extrapolate)
    return writer.number(quantity, sizes, moved, "sentences", where, *notes)


def _extrapolation(writer: _Writer, curve: Curve, settings: Settings) -> Iterator[dict]:
    n = round(float(curve.series.sizes[-1]) * settings.extrapolate)
    if curve.chosen is None:
        yield writer.missing("f1_10x", "F1", _unavailable(curve), n)
        return
    series = curve.series
    value = float(curve.averaged(n)[0])
    said = ["extrapolation", "average of the forms by their weight"]
    without = curve.averaged_heldout()
    if np.isfinite(without):
        last = 100 * series.mean[-1]
        error, forward = without - last, 100 * (series.mean[-2] - series.mean[-1])
        said.append(
            f"without the largest size it errs by {error:+.1f} there, carrying the last value forward by {forward:+.1f}"
        )
    yield writer.number("f1_10x", value, curve.f1_draws(n)[:, 0], "F1", *said, at_n=n)


def _slope(writer: _Writer, curve: Curve) -> Iterator[dict]:
    """Points of F1 per doubling of n over the measured sizes: the line through means and ln n."""
    series = curve.series
    if len(series.sizes) < 2:
        yield writer.missing("slope", "F1 per doubling", "too few sizes: 1")
        return
    line = 100 * slope_weights(series.sizes)
    value = float(series.mean @ line)
    yield writer.number("slope", value, series.draws @ line, "F1 per doubling")


def _exchange(
    writer: _Writer,
    draws: Draws,
    keys: list[Key],
    curve: Curve,
    labelled: Curve | None,
    settings: Settings,
) -> Iterator[dict]:
    """Labelled sentences that the supervised control needs for the same F1."""
    unit = "labelled sentences"
    if curve.series.method == SUPERVISED:
        return
    if labelled is None or labelled.chosen is None:
        why = "not available: no supervised control" if labelled is None else _unavailable(labelled)
        yield writer.missing("exchange_rate", unit, why)
        return
    for key in keys:
        goal = float(draws.mean[draws.row[key]])
        size, where = size_reaching(labelled, goal, settings.extrapolate)
        if not np.isfinite(size):
            yield writer.missing("exchange_rate", unit, where, key.n)
            continue
        moved = sizes_reaching(labelled, draws.unclipped(key), settings.extrapolate)
        where = where.replace("the smallest size", "the control's smallest size")
        yield writer.number("exchange_rate", size, moved, unit, where, at_n=key.n)
