"""Rows of the tables on F1 without labels: what every outcome of a study can be read off, and how well."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.confidence import calibrating, conformal, forms
from xnerbench.analysis.confidence.calibrating import Calibration
from xnerbench.analysis.confidence.panel import (
    expit,
    logit,
    panel_of,
    signals_of,
    signals_of_students,
)
from xnerbench.analysis.distances import between
from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.fit import Analysis

TEXT = "pool"
"""A calibration is made on unlabelled text, as what it is asked about later is."""
OWN = "heldout"
"""The text of a student's own confidence: of the pool, but not trained on."""
EXPECTED = "expected"
"""The axis of a picture where a form reads several signals."""
POINTS = 41


@dataclass(frozen=True)
class Outcome:
    """F1 that is to be read off: of a method from some sources, under a budget, with n sentences.

    Attributes:
        method, sources, budget, n: As in `scores`.
        text: `TEXT`: off its teachers' confidence; `OWN`: off its own.
    """

    method: str
    sources: str
    budget: str
    n: int
    text: str = TEXT

    def columns(self) -> dict[str, Any]:
        """The columns that name it."""
        return {
            "method": self.method,
            "sources": self.sources,
            "budget": self.budget,
            "n": self.n,
            "text": self.text,
        }


def calibrations(study: Analysis) -> dict[Outcome, Calibration]:
    """Every outcome with enough languages and families; none where the study has no signals.

    Students' own confidence is tried under the primary budget.
    """
    if study.signals is None:
        return {}
    found = {}
    ok = study.scores.ok
    for (method, sources, budget, n), cells in ok.groupby(
        ["method", "sources", "budget", "n"], sort=False
    ):
        outcome = Outcome(str(method), str(sources), str(budget), int(n))
        read = {outcome: signals_of(study.signals, outcome.sources, TEXT)}
        if n > 0 and budget == study.settings.primary_budget:
            own = dataclasses.replace(outcome, text=OWN)
            read[own] = signals_of_students(
                study.signals, own.method, own.sources, own.budget, own.n, OWN
            )
        f1 = cells.groupby("target")["f1"].mean().to_dict()
        facts = _facts(study, outcome.sources)
        for one, signals in read.items():
            if signals.empty:
                continue
            panel = panel_of(signals, f1, study.families, facts)
            if calibrating.enough(panel):
                found[one] = calibrating.calibrate(panel, study.settings.confidence)
    return found


def _facts(study: Analysis, sources: str) -> dict[str, dict[str, float]]:
    about = study.languages
    distance = between.of_sources(
        about.distances,
        sources,
        study.settings.primary_distance,
        study.settings.distance_variant,
    )
    facts = {"distance": distance}
    if not is_mixture(sources):
        known = {row["target"]: row.get("fertility") for row in about.covariates}
        facts["fertility"] = {k: v for k, v in known.items() if v is not None}
    return facts


def candidates(study: Analysis) -> list[dict[str, Any]]:
    """Rows of `calibration`: every form and signal that was compared."""
    return [
        {**outcome.columns(), **row}
        for outcome, found in study.calibrations.items()
        for row in _candidates(found)
    ]


def _candidates(found: Calibration) -> Iterator[dict[str, Any]]:
    panel = found.panel
    for one in found.candidates:
        alone = forms.left_out(panel, one.form, one.signals, panel.targets)
        row: dict[str, Any] = {
            "form": one.form,
            "signals": " + ".join(one.signals),
            "n_languages": len(panel.targets),
            "n_families": len(set(panel.families)),
            "error_family": one.error,
            "error_language": forms.error(panel, alone),
            "chosen": one is found.chosen,
            "verdict": "ok",
        }
        f1 = 100 * expit(one.left_out)
        if np.ptp(f1) > 1e-9 and one.signals:
            row["r"] = float(np.corrcoef(f1, panel.f1)[0, 1])
        if one is found.chosen:
            row |= {
                "error_honest": found.error,
                "half_width": found.half if np.isfinite(found.half) else None,
                "level": found.level,
                "coverage": float(found.covered.mean()),
            }
            if found.level < 0.95:
                row["verdict"] = f"ok; so few branches bear {100 * found.level:.0f} % only"
        yield row


def points(study: Analysis) -> list[dict[str, Any]]:
    """Rows of `calibration_points`: every language, predicted without its family."""
    found = []
    for outcome, own in study.calibrations.items():
        panel, first = own.panel, own.chosen.signals[0]
        for i, target in enumerate(panel.targets):
            low, high = conformal.around(float(own.honest[i]), own.half)
            found.append(
                {
                    **outcome.columns(),
                    "target": target,
                    "family": panel.families[i],
                    "signal": first,
                    "x": float(panel.signals[first][i]),
                    "observed": float(panel.f1[i]),
                    "predicted": float(100 * expit(own.honest[i])),
                    "low": low,
                    "high": high,
                    "covered": bool(own.covered[i]),
                }
            )
    return found


def lines(study: Analysis) -> list[dict[str, Any]]:
    """Rows of `calibration_lines`: the chosen form over its signal, or over the F1 that it expects, for drawing."""
    found = []
    for outcome, own in study.calibrations.items():
        name = axis_of(own.chosen.signals)
        if name == EXPECTED:
            places = line_of_expected(100 * expit(own.honest), own.half)
        else:
            z = own.panel.matrix([name])[:, 0]
            places = [
                (unscaled(name, at), *own.predict(np.array([at])))
                for at in np.linspace(z.min(), z.max(), POINTS)
            ]
        found += [
            {**outcome.columns(), "signal": name, "x": x, "f1": f1, "low": low, "high": high}
            for x, f1, low, high in places
        ]
    return found


def axis_of(signals: Sequence[str]) -> str:
    """What a picture has along its axis: the one signal, or the F1 that several of them let expect."""
    return signals[0] if len(signals) == 1 else EXPECTED


def line_of_expected(f1: np.ndarray, half: float) -> list[tuple[float, float, float, float]]:
    """Expected F1 against itself with its interval: (x, F1, low, high) from the least to the largest expected.

    Args:
        f1: Expected of the languages, 0..100.
        half: Half of the interval, in logit F1.
    """
    at = np.linspace(f1.min(), f1.max(), POINTS)
    return [(x, x, *conformal.around(float(logit(x / 100)), half)) for x in at.tolist()]


def unscaled(name: str, z: float) -> float:
    """The signal at a value of the scale that it is fitted on."""
    if name.endswith("entropy"):
        return float(np.exp(-z))
    return float(expit(np.array(-z if name.startswith("disagreement") else z)))
