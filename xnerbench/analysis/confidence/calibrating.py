"""Chooses what F1 is read off, and says how far that errs on families that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.confidence import conformal, forms
from xnerbench.analysis.confidence.forms import FORMS, Form
from xnerbench.analysis.confidence.panel import FACTS, SIGNALS, Panel, logit

MIN_LANGUAGES = 8
"""Fewer languages are not calibrated on."""
MIN_FAMILIES = 4
"""Nor is a panel of fewer families: leaving one out would leave too little."""
WORTH = 0.25
"""A further signal, or another than the first, has to lower the error by so many points of F1."""
LIKELY = 0.8
"""Level of the narrower interval that decisions are offered by."""
MOST, EACH = 3, 15
"""Signals that are combined at most, and languages that each takes: with 8 a second one is found by chance."""


@dataclass(frozen=True)
class Candidate:
    """A form with its signals, and how far it errs.

    Attributes:
        form: Name of the form.
        signals: What it reads.
        left_out: logit F1 of every language by the fit without its family.
        error: Mean absolute error of these in F1.
    """

    form: str
    signals: tuple[str, ...]
    left_out: np.ndarray
    error: float


@dataclass(frozen=True)
class Calibration:
    """A chosen form on a panel.

    Attributes:
        panel: The languages.
        candidates: All that were compared, the chosen one among them.
        chosen: The one.
        form: It, fitted to all languages.
        half: Half of the interval, in logit F1.
        likely: Half of the `LIKELY` interval.
        level: The level that the number of branches bears.
        honest: logit F1 of every language, chosen and fitted without its family.
        covered: Whether the interval made without a language's family holds it.
    """

    panel: Panel
    candidates: tuple[Candidate, ...]
    chosen: Candidate
    form: Form
    half: float
    likely: float
    level: float
    honest: np.ndarray
    covered: np.ndarray

    @property
    def error(self) -> float:
        """Mean absolute error in F1 on left-out families, the choice of signals included."""
        return forms.error(self.panel, self.honest)

    def predict(self, z: np.ndarray) -> tuple[float, float, float]:
        """F1 and its interval at signals as fitted, (signals,)."""
        at = float(self.form.logit_f1(z[None, :])[0])
        return (float(100 / (1 + np.exp(-at))), *conformal.around(at, self.half))


def enough(panel: Panel) -> bool:
    """Whether a panel can be calibrated on."""
    return len(panel.targets) >= MIN_LANGUAGES and len(set(panel.families)) >= MIN_FAMILIES


def calibrate(panel: Panel, confidence: float) -> Calibration:
    """Compares, chooses, fits.

    Args:
        panel: At least `MIN_LANGUAGES` of `MIN_FAMILIES`.
        confidence: Of the interval.
    """
    candidates, chosen = _choose(panel)
    form = forms.fit(chosen.form, chosen.signals, panel.matrix(chosen.signals), panel.f1)
    honest = np.empty(len(panel.f1))
    own = np.array(panel.families)
    for family in dict.fromkeys(panel.families):
        out = own == family
        rest = _without(panel, out)
        best = _choose(rest)[1] if enough(rest) else chosen
        fitted = forms.fit(best.form, best.signals, rest.matrix(best.signals), rest.f1)
        honest[out] = fitted.logit_f1(panel.matrix(best.signals)[out])
    errors = honest - logit(panel.f1 / 100)
    level = conformal.level(panel.branches, confidence)
    return Calibration(
        panel,
        tuple(candidates),
        chosen,
        form,
        conformal.half_width(errors, panel.branches, level),
        conformal.half_width(errors, panel.branches, LIKELY),
        level,
        honest,
        conformal.left_out_coverage(errors, panel.families, panel.branches, confidence),
    )


def _choose(panel: Panel) -> tuple[list[Candidate], Candidate]:
    signals = [name for name in SIGNALS if name in panel.signals]
    single = [_candidate(panel, form, (name,)) for name in signals for form in FORMS]
    best = min(single, key=lambda one: one.error)
    chosen = next(one for one in single if one.error <= best.error + WORTH)
    found = [_candidate(panel, "mean", ()), *single]
    if facts := tuple(name for name in FACTS if name in panel.signals):
        found.append(_candidate(panel, "linear", facts))
    most = min(MOST, len(panel.targets) // EACH)
    while chosen.form == "linear" and len(chosen.signals) < most:
        further = [name for name in panel.signals if name not in chosen.signals]
        more = [_candidate(panel, "linear", (*chosen.signals, name)) for name in further]
        found += more
        if not more or min(one.error for one in more) > chosen.error - WORTH:
            break
        chosen = min(more, key=lambda one: one.error)
    return found, chosen


def _candidate(panel: Panel, form: str, signals: tuple[str, ...]) -> Candidate:
    families = forms.left_out(panel, form, signals, panel.families)
    return Candidate(form, signals, families, forms.error(panel, families))


def _without(panel: Panel, out: np.ndarray) -> Panel:
    def kept(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value, is_out in zip(values, out, strict=True) if not is_out)

    return Panel(
        kept(panel.targets),
        kept(panel.families),
        kept(panel.branches),
        {name: values[~out] for name, values in panel.signals.items()},
        panel.f1[~out],
    )
