"""Rows of the tables on F1 without labels: what every outcome of a study can be read off, and how well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.confidence import calibrating, conformal, forms
from xnerbench.analysis.confidence.calibrating import Calibration
from xnerbench.analysis.confidence.panel import (
    expit,
    logit,
    of_seeds,
    panel_of,
    signals_of,
    signals_of_students,
)
from xnerbench.analysis.distances import between
from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.fit import Analysis
from xnerbench.methods.roles import is_of_every_seed

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
        asked = study.signals
        if not is_of_every_seed(outcome.method):
            asked = of_seeds(asked, cells)
        read = {outcome: signals_of(asked, outcome.sources, TEXT)}
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
    return [row for item in study.calibrations.items() for row in _line_of(*item)]


def _line_of(outcome: Outcome, own: Calibration) -> list[dict[str, Any]]:
    signals = own.chosen.signals
    places = line(
        signals,
        own.panel.matrix(signals[:1])[:, 0],
        100 * expit(own.honest),
        own.half,
        lambda at: own.predict(np.array([at])),
    )
    name = signals[0] if len(signals) == 1 else EXPECTED
    return [{**outcome.columns(), "signal": name, **place} for place in places]


def line(
    signals: Sequence[str],
    z: np.ndarray,
    expected: np.ndarray,
    half: float,
    predict: Callable[[float], tuple[float, float, float]],
) -> list[dict[str, float]]:
    """`x, f1, low, high` of a form over its one signal, or of what several let expect against itself.

    Args:
        signals: What the form reads.
        z: The first of them as fitted, of every language.
        expected: F1 expected of every language, 0..100.
        half: Half of the interval, in logit F1.
        predict: F1 and its interval at the one signal as fitted.
    """
    if len(signals) > 1:
        at = np.linspace(expected.min(), expected.max(), POINTS).tolist()
        places = [(x, x, *conformal.around(float(logit(x / 100)), half)) for x in at]
    else:
        at = np.linspace(z.min(), z.max(), POINTS).tolist()
        places = [(unscaled(signals[0], value), *predict(value)) for value in at]
    return [dict(zip(("x", "f1", "low", "high"), place, strict=True)) for place in places]


def unscaled(name: str, z: float) -> float:
    """The signal at a value of the scale that it is fitted on."""
    if name.endswith("entropy"):
        return float(np.exp(-z))
    return float(expit(np.array(-z if name.startswith("disagreement") else z)))
