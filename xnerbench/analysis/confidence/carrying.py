"""With direct transfer measured: a student is expected there, plus what students gain elsewhere.

What the gain is read off is chosen as everything here is, by its error on left-out families, and what errs less than
carrying the measured value forward as it is by less than `WORTH` is not taken.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.confidence import conformal
from xnerbench.analysis.confidence.calibrating import WORTH
from xnerbench.analysis.confidence.panel import Panel, scaled
from xnerbench.analysis.confidence.rows import TEXT, Outcome
from xnerbench.analysis.fit import Analysis
from xnerbench.methods.roles import DIRECT

MEASURED = "measured"
FORMS = (MEASURED, "mean", "median", "direct", "confidence")
"""Gain over the measured direct transfer, in order of preference: none; the others' mean; their median; a straight line
in the measured F1; a straight line in the teacher's confidence."""
SIGNAL = "begin_mean"
"""The signal of the last form, as fitted; fixed, so that no choice has to be made without a family as well."""


@dataclass(frozen=True)
class Gain:
    """A fitted form: gain = intercept + slope x.

    Attributes:
        form: One of `FORMS`.
        intercept: F1.
        slope: F1 per unit of x: of measured F1, or of the logit of `SIGNAL`; 0 where the form reads nothing.
    """

    form: str
    intercept: float
    slope: float = 0.0

    def of(self, direct: np.ndarray, z: np.ndarray | None) -> np.ndarray:
        """Gains in F1, (languages,).

        Args:
            direct: Measured F1, (languages,).
            z: The signal as fitted, (languages,); may be absent where the form does not read it.
        """
        x = direct
        if self.form == "confidence":
            assert z is not None
            x = z
        return np.asarray(self.intercept + self.slope * x)


@dataclass(frozen=True)
class Carried:
    """Direct transfer carried forward to an outcome.

    Attributes:
        gain: The chosen form, fitted to all languages.
        mean: Mean gain over languages, whatever was chosen.
        errors: Form -> mean absolute error in F1 on left-out families.
        error: That of the choice, made without the family, too.
        half: Half of the interval, in F1.
        level: Its level.
        n_languages: Languages with both.
    """

    gain: Gain
    mean: float
    errors: Mapping[str, float]
    error: float
    half: float
    level: float
    n_languages: int


@dataclass(frozen=True)
class _Known:
    """Languages with both, [languages] each; `z` is `None` without the signal."""

    families: np.ndarray
    direct: np.ndarray
    gains: np.ndarray
    z: np.ndarray | None

    @property
    def forms(self) -> tuple[str, ...]:
        return FORMS if self.z is not None else FORMS[:-1]

    def part(self, kept: np.ndarray) -> _Known:
        z = None if self.z is None else self.z[kept]
        return _Known(self.families[kept], self.direct[kept], self.gains[kept], z)

    def fit(self, form: str) -> Gain:
        if form == MEASURED:
            return Gain(form, 0.0)
        if form in ("mean", "median"):
            return Gain(form, float(getattr(np, form)(self.gains)))
        x = self.direct if form == "direct" else self.z
        assert x is not None
        slope, intercept = (
            np.polyfit(x, self.gains, 1) if np.ptp(x) > 0 else (0.0, self.gains.mean())
        )
        return Gain(form, float(intercept), float(slope))

    def missed(self, form: str | None = None) -> np.ndarray:
        """Expected less observed gain of every language, fitted (and without a `form` chosen) without its family."""
        found = np.empty(len(self.gains))
        for family in np.unique(self.families):
            out = self.families == family
            rest, own = self.part(~out), self.part(out)
            found[out] = rest.fit(form or rest.choose()).of(own.direct, own.z) - own.gains
        return found

    @functools.cached_property
    def errors(self) -> dict[str, float]:
        return {form: float(np.abs(self.missed(form)).mean()) for form in self.forms}

    def choose(self) -> str:
        if len(np.unique(self.families)) < 2:  # nothing to leave out
            return MEASURED
        best = min(self.errors.values())
        return next(form for form, error in self.errors.items() if error <= best + WORTH)


def carry(panel: Panel, direct: Mapping[str, float], confidence: float) -> Carried | None:
    """What students are expected to gain, and how far that errs.

    Args:
        panel: Of the outcome.
        direct: Target -> F1 of direct transfer of the same sources.
        confidence: Of the interval.

    Returns:
        `None` where fewer than two families have direct transfer.
    """
    at = [i for i, target in enumerate(panel.targets) if target in direct]
    families = np.array([panel.families[i] for i in at])
    if len(set(families.tolist())) < 2:
        return None
    measured = np.array([direct[panel.targets[i]] for i in at])
    z = scaled(SIGNAL, panel.signals[SIGNAL][at]) if SIGNAL in panel.signals else None
    known = _Known(families, measured, panel.f1[at] - measured, z)
    form, missed = known.choose(), known.missed()
    if (
        np.abs(missed).mean() > known.errors[MEASURED]
    ):  # the choice is not worth its own uncertainty
        form, missed = MEASURED, known.missed(MEASURED)
    branches = [panel.branches[i] for i in at]
    level = conformal.level(branches, confidence)
    half = conformal.half_width(missed, branches, level)
    mean, error = float(known.gains.mean()), float(np.abs(missed).mean())
    return Carried(known.fit(form), mean, known.errors, error, half, level, len(at))


def every(study: Analysis) -> dict[Outcome, Carried]:
    """Every outcome of students whose teachers' direct transfer is calibrated, too."""
    direct = {
        outcome.sources: dict(zip(own.panel.targets, own.panel.f1.tolist(), strict=True))
        for outcome, own in study.calibrations.items()
        if outcome.method == DIRECT
    }
    found = {}
    for outcome, own in study.calibrations.items():
        if outcome.n > 0 and outcome.text == TEXT and outcome.sources in direct:
            carried = carry(own.panel, direct[outcome.sources], study.settings.confidence)
            if carried is not None:
                found[outcome] = carried
    return found


def rows(study: Analysis) -> list[dict[str, Any]]:
    """Rows of `calibration_measured`: every form that was compared, after confidence alone."""
    found = []
    for outcome, carried in every(study).items():
        common = {**outcome.columns(), "n_languages": carried.n_languages}
        alone = study.calibrations[outcome].error
        found.append({**common, "form": "confidence alone", "error_family": alone, "chosen": False})
        for form, error in carried.errors.items():
            row = {
                **common,
                "form": form,
                "error_family": error,
                "chosen": form == carried.gain.form,
            }
            if form == carried.gain.form:
                row |= {
                    "intercept": carried.gain.intercept,
                    "slope": carried.gain.slope,
                    "error_honest": carried.error,
                    "half_width": carried.half if np.isfinite(carried.half) else None,
                    "level": carried.level,
                }
            found.append(row)
    return found
