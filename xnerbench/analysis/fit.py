"""All tables of the analysis, from scores, counts and corpora: the order in which they are made."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis import (
    bootstrap,
    costs,
    covariates,
    curves,
    derived,
    differences,
    distances,
    languages,
    left_out,
)
from xnerbench.analysis.bootstrap import Draws, band, interval, verdict
from xnerbench.analysis.curves import Curve, Fit
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.tables import TABLES, as_frame
from xnerbench.errors import InputError

DRAWN_POINTS = 25
"""Points per curve for drawing, on a logarithmic axis, and as many for its extrapolation."""


@dataclass(frozen=True)
class Study:
    """Everything the tables are made from.

    Attributes:
        scores: As read.
        corpora: `corpora.csv`, or `None`.
        draws: Target -> bootstrap draws.
        curves: (method, sources, target, budget) -> fitted curve.
        settings: With the primary method and budget resolved.
    """

    scores: Scores
    corpora: pd.DataFrame | None
    draws: dict[str, Draws]
    curves: dict[tuple[str, str, str, str], Curve]
    settings: Settings


def study_of(
    scores: Scores, counts: Path | None, corpora: pd.DataFrame | None, settings: Settings
) -> Study:
    """Draws and curves of a study."""
    settings = resolved(scores, settings)
    draws = bootstrap.draw(scores, counts, settings)
    every = [series for own in draws.values() for series in curves.series_of(own)]
    names = [(s.method, s.sources, s.target, s.budget) for s in every]
    fitted = dict(zip(names, curves.fit_all(every), strict=True))
    return Study(scores, corpora, draws, fitted, settings)


def resolved(scores: Scores, settings: Settings) -> Settings:
    """The settings with a primary method and budget that the scores have."""
    sized = scores.ok[scores.ok["n"] > 0]
    methods = list(dict.fromkeys(sized["method"]))
    method = settings.primary_method
    if method not in methods:
        method = next((m for m in ("ts", *methods) if m in methods), method)
    budgets = list(dict.fromkeys(sized.loc[sized["method"] == method, "budget"]))
    budget = settings.primary_budget
    if budget not in budgets:
        budget = next((b for b in ("steps", *budgets) if b in budgets), budget)
    return dataclasses.replace(settings, primary_method=method, primary_budget=budget)


def primary_only(scores: Scores, settings: Settings) -> Scores:
    """The scores without what a plan does not need: other methods and budgets."""
    settings = resolved(scores, settings)
    frame = scores.frame
    primary = (frame["method"] == settings.primary_method) & (
        frame["budget"] == settings.primary_budget
    )
    keep = frame[primary | (frame["method"] == derived.DIRECT)].reset_index(drop=True)
    return dataclasses.replace(scores, frame=keep)


def tables(study: Study) -> dict[str, pd.DataFrame]:
    """Every table by name, with exactly the columns of `tables.TABLES`."""
    rows: dict[str, list[dict[str, Any]]] = {
        "means": [row for draws in study.draws.values() for row in _means(draws, study.settings)],
        "curves": [row for curve in study.curves.values() for row in _curve(curve)],
        "curve_points": [row for c in study.curves.values() for row in _points(c, study)],
        "derived": [row for curve in study.curves.values() for row in _derived(curve, study)],
        "differences": differences.rows(study.draws, study.settings),
        "costs": costs.rows(study.scores),
    }
    rows |= _language_tables(study, rows["derived"])
    return {name: as_frame(rows[name], TABLES[name]) for name in TABLES}


@dataclass(frozen=True)
class Languages:
    """The primary method over languages.

    Attributes:
        groups: All groups of curves that are compared over targets.
        members: The primary group's curves by target; empty if there is none.
        sources: Of the primary group; empty if there is none.
        distances: Rows of the distances table.
        primary: Target -> primary distance.
        covariates: Rows of the covariates table.
    """

    groups: dict[languages.Group, dict[str, Curve]]
    members: dict[str, Curve]
    sources: str
    distances: list[dict[str, Any]]
    primary: dict[str, float]
    covariates: list[dict[str, Any]]


def languages_of(study: Study, extra_targets: tuple[str, ...] = ()) -> Languages:
    """Distances and covariates of a study's targets, and distances of further ones.

    Raises:
        InputError: A language has no distances, or the primary distance is unknown.
    """
    settings = study.settings
    groups = languages.groups(study.curves)
    name = languages.primary_group(groups, settings)
    members = groups[name] if name is not None else {}
    sources = name[1] if name is not None else ""
    found = distances.rows(
        languages.all_sources(study.curves, study.draws),
        [*study.scores.targets, *extra_targets],
        settings.macrolanguages,
        settings.distances,
        settings.distance_variant,
    )
    kinds = list(dict.fromkeys(row["kind"] for row in found))
    if found and settings.primary_distance not in kinds:
        raise InputError(
            f"there is no distance called {settings.primary_distance}",
            "analysis.primary_distance",
            f"Choose one of {', '.join(kinds)}",
        )
    primary = languages.primary_distances(found, members, settings)
    about = covariates.rows(study.scores, study.draws, study.corpora, sources)
    return Languages(groups, members, sources, found, primary, about)


def _language_tables(
    study: Study, derived_rows: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    settings, found = study.settings, languages_of(study)
    regressions, points, lines = languages.regression_tables(
        found.groups, derived_rows, study.draws, found.distances, settings
    )
    panel = languages.panel_of(found.members, study.draws, found.primary, found.covariates)
    if panel is None:
        why = "not available: no scores of the primary method with a distance"
        predictions, summary = [], [{"n_languages": 0, "verdict": why}]
    else:
        predictions, summary = left_out.rows(panel, settings.confidence)
    return {
        "distances": found.distances,
        "regressions": regressions,
        "regression_points": points,
        "regression_lines": lines,
        "joint": languages.joint_rows(found.members, found.primary, found.covariates, settings),
        "left_out": predictions,
        "left_out_summary": summary,
        "covariates": found.covariates,
    }


def _means(draws: Draws, settings: Settings) -> list[dict[str, Any]]:
    result = []
    for key, row in draws.row.items():
        runs = draws.runs[row][np.isfinite(draws.runs[row])]
        found: dict[str, Any] = {
            **key._asdict(),
            "target": draws.target,
            "f1": float(draws.mean[row]),
            "sd": float(runs.std(ddof=1)) if len(runs) > 1 else None,
            "n_seeds": len(runs),
            "n_sentences": draws.n_sentences or None,
            "verdict": verdict(draws.levels(key)),
        }
        if draws.has_interval(key):
            found["low"], found["high"] = interval(draws.of(key), settings.confidence)
        result.append(found)
    return result


def _series(curve: Curve) -> dict[str, Any]:
    series = curve.series
    return {
        "method": series.method,
        "sources": series.sources,
        "target": series.target,
        "budget": series.budget,
    }


def _curve(curve: Curve) -> list[dict[str, Any]]:
    return [
        {
            **_series(curve),
            **_parameters(fit),
            "form": fit.form.name,
            "aicc": fit.aicc,
            "converged": fit.converged,
            "identifiable": fit.identifiable,
            "n_sizes": len(curve.series.sizes),
            **_heldout(fit, curve),
            "chosen": fit is curve.chosen,
            "chosen_by_heldout": fit is curve.chosen_by_heldout,
            "verdict": _said(fit),
        }
        for fit in curve.fits
    ]


def _parameters(fit: Fit) -> dict[str, Any]:
    """Names always; numbers only where the data identify them."""
    found: dict[str, Any] = {}
    for i, name in enumerate(fit.form.parameters, start=1):
        found[f"p{i}_name"] = name
        if fit.identifiable:
            found[f"p{i}"], found[f"p{i}_se"] = float(fit.outer[i - 1]), float(fit.se[i - 1])
    return found


def _said(fit: Fit) -> str:
    """The fit's verdict, and why there is no held-out error where there is none."""
    if not fit.identifiable or np.isfinite(fit.heldout):
        return fit.verdict
    return f"{fit.verdict}; no size to leave out: {len(fit.form.parameters) + 2} sizes needed"


def _heldout(fit: Fit, curve: Curve) -> dict[str, Any]:
    if not np.isfinite(fit.heldout):
        return {}
    observed, predicted = 100 * float(curve.series.mean[-1]), 100 * fit.heldout
    return {
        "heldout_n": int(curve.series.sizes[-1]),
        "heldout_observed": observed,
        "heldout_predicted": predicted,
        "heldout_error": predicted - observed,
    }


def _points(curve: Curve, study: Study) -> list[dict[str, Any]]:
    if curve.chosen is None:
        return []
    sizes, draws = curve.series.sizes, study.draws[curve.series.target]
    largest = sizes[-1]
    inside = np.geomspace(sizes[0], largest, DRAWN_POINTS)
    beyond = np.geomspace(largest, largest * study.settings.extrapolate, DRAWN_POINTS)
    known = draws.has_interval(*curve.series.keys)
    said = verdict(draws.levels(*curve.series.keys))
    rows = []
    for kind, grid in (("fit", inside), ("extrapolation", beyond)):
        value, bands = curve.f1(grid), band(curve.f1_draws(grid), study.settings.confidence)
        for i, n in enumerate(grid):
            low, high = (float(end[i]) for end in bands) if known else (None, None)
            rows.append(
                {
                    **_series(curve),
                    "n": float(n),
                    "kind": kind,
                    "f1": float(value[i]),
                    "low": low,
                    "high": high,
                    "form": curve.chosen.form.name,
                    "verdict": said,
                }
            )
    return rows


def _derived(curve: Curve, study: Study) -> list[dict[str, Any]]:
    series = curve.series
    return derived.rows(
        curve, study.draws[series.target], labelled_curve(curve, study), study.settings
    )


def labelled_curve(curve: Curve, study: Study) -> Curve | None:
    """The supervised control on the same target, of the same budget where there is one."""
    found = {
        key[3]: other
        for key, other in study.curves.items()
        if key[0] == derived.SUPERVISED and key[2] == curve.series.target
    }
    return found.get(curve.series.budget) or next(iter(found.values()), None)
