"""All tables of the analysis, from scores, counts and corpora: the order in which they are made."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.analysis import costs
from xnerbench.analysis.curves import derived, fitting, growth
from xnerbench.analysis.curves import rows as curve_rows
from xnerbench.analysis.curves.series import Curve, series_of
from xnerbench.analysis.distances import between, covariates, explained, languages, left_out
from xnerbench.analysis.inference import bootstrap, differences
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.planning import goals
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.tables import TABLES, as_frame
from xnerbench.errors import InputError


@dataclass(frozen=True)
class Analysis:
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
) -> Analysis:
    """Draws and curves of a study."""
    settings = resolved(scores, settings)
    draws = bootstrap.draw(scores, counts, settings)
    every = [series for own in draws.values() for series in series_of(own)]
    names = [(s.method, s.sources, s.target, s.budget) for s in every]
    fitted = dict(zip(names, fitting.fit_all(every), strict=True))
    return Analysis(scores, corpora, draws, fitted, settings)


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
    keep = frame[primary | (frame["method"] == goals.DIRECT)].reset_index(drop=True)
    return dataclasses.replace(scores, frame=keep)


def tables(study: Analysis) -> dict[str, pd.DataFrame]:
    """Every table by name, with exactly the columns of `tables.TABLES`."""
    rows: dict[str, list[dict[str, Any]]] = {
        "means": [
            row for draws in study.draws.values() for row in curve_rows.means(draws, study.settings)
        ],
        "curves": [row for curve in study.curves.values() for row in curve_rows.forms(curve)],
        "curve_points": [
            row
            for c in study.curves.values()
            for row in curve_rows.points(c, study.draws[c.series.target], study.settings)
        ],
        "derived": [row for curve in study.curves.values() for row in _derived(curve, study)],
        "growth": growth.rows(study.draws, study.scores, study.settings),
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


def languages_of(study: Analysis, extra_targets: tuple[str, ...] = ()) -> Languages:
    """Distances and covariates of a study's targets, and distances of further ones.

    Raises:
        InputError: A language has no distances, or the primary distance is unknown.
    """
    settings = study.settings
    groups = languages.groups(study.curves)
    name = languages.primary_group(groups, settings)
    members = groups[name] if name is not None else {}
    sources = name[1] if name is not None else ""
    found = between.rows(
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
    primary = explained.primary_distances(found, members, settings)
    about = covariates.rows(study.scores, study.draws, study.corpora, sources)
    return Languages(groups, members, sources, found, primary, about)


def _language_tables(
    study: Analysis, derived_rows: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    settings, found = study.settings, languages_of(study)
    by_name = covariates.by_target(found.covariates)
    if settings.covariates is not None:
        by_name |= covariates.read_own(settings.covariates)
    regressions, points, lines = explained.regression_tables(
        found.groups, derived_rows, study.draws, found.distances, by_name, settings
    )
    panel = languages.panel_of(found.members, study.draws, found.primary, found.covariates)
    if panel is None:
        why = "not available: no scores of the primary method with a distance"
        predictions: list[dict[str, Any]] = []
        summary: list[dict[str, Any]] = [{"n_languages": 0, "verdict": why}]
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


def _derived(curve: Curve, study: Analysis) -> list[dict[str, Any]]:
    series = curve.series
    return derived.rows(
        curve, study.draws[series.target], labelled_curve(curve, study), study.settings
    )


def labelled_curve(curve: Curve, study: Analysis) -> Curve | None:
    """The supervised control on the same target, of the same budget where there is one."""
    found = {
        key[3]: other
        for key, other in study.curves.items()
        if key[0] == derived.SUPERVISED and key[2] == curve.series.target
    }
    return found.get(curve.series.budget) or next(iter(found.values()), None)
