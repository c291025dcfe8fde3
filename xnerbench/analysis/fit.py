"""All tables of the analysis, from scores, counts and corpora: the order in which they are made."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.analysis.curves import derived, fitting, growth
from xnerbench.analysis.curves.series import Curve, series_of
from xnerbench.analysis.distances import (
    between,
    covariates,
    explained,
    genealogy,
    languages,
    left_out,
)
from xnerbench.analysis.distances.genealogy import Genealogy
from xnerbench.analysis.inference import bootstrap
from xnerbench.analysis.inference import differences as comparing
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface import fitting as surface_fitting
from xnerbench.analysis.surface import grid as surface_grid
from xnerbench.analysis.tables import UndeclaredError, as_frame
from xnerbench.catalogue import reference
from xnerbench.catalogue import tables as declared
from xnerbench.errors import InputError
from xnerbench.methods import Method, named
from xnerbench.methods.roles import DIRECT, PRIMARY, SUPERVISED

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Analysis:
    """Everything the tables are made from.

    Attributes:
        scores: As read.
        corpora: `corpora.csv`, or `None`.
        draws: Target -> bootstrap draws.
        curves: (method, sources, target, budget) -> fitted curve.
        settings: With the primary method and budget resolved.
        signals: `signals.csv`, or `None`.
        weights: `weights.csv`, or `None`.
        variants: The configuration's named variants of methods; none without a configuration.
    """

    scores: Scores
    corpora: pd.DataFrame | None
    draws: dict[str, Draws]
    curves: dict[tuple[str, str, str, str], Curve]
    settings: Settings
    signals: pd.DataFrame | None = None
    weights: pd.DataFrame | None = None
    variants: Mapping[str, Method] = field(default_factory=dict)

    def method(self, name: str) -> Method:
        """What a method of the scores declares, a variant's as its base does."""
        return named(name, self.variants)

    @functools.cached_property
    def calibrations(self) -> dict[Any, Any]:
        """What F1 can be read off without labels, by outcome (`confidence.rows`)."""
        from xnerbench.analysis.confidence import rows  # it reads this module's `Analysis`

        return rows.calibrations(self)

    @functools.cached_property
    def languages(self) -> Languages:
        """The primary method over the study's languages."""
        return languages_of(self)

    @functools.cached_property
    def families(self) -> dict[str, Genealogy]:
        """Target -> its genealogy."""
        csv = Path(self.settings.families) if self.settings.families else None
        return genealogy.of(self.scores.targets, self.settings.macrolanguages, csv)

    @property
    def family_of(self) -> dict[str, str]:
        """Target -> top-level family."""
        return {target: own.family for target, own in self.families.items()}

    @functools.cached_property
    def differences(self) -> Rows:
        """Rows of `differences`, which `ranking` reads, too."""
        return comparing.rows(self.draws, self.settings, self.family_of)

    @functools.cached_property
    def derived(self) -> Rows:
        """Rows of `derived`: what is read off every curve."""
        return [
            row
            for curve in self.curves.values()
            for row in derived.rows(
                curve, self.draws[curve.series.target], self.control(curve), self.settings
            )
        ]

    def control(self, curve: Curve) -> Curve | None:
        """The supervised control on the same target, of the same budget where there is one."""
        found = {
            budget: other
            for (method, _, target, budget), other in self.curves.items()
            if method == SUPERVISED and target == curve.series.target
        }
        return found.get(curve.series.budget) or next(iter(found.values()), None)

    @functools.cached_property
    def surfaces(self) -> list[surface_fitting.Fitted]:
        """Every method's n x u surface with its laws, by language, then means over languages."""
        found = surface_grid.surfaces(
            self.draws, self.scores, self.settings, self.family_of, self.method
        )
        return [surface_fitting.fit_surface(surface) for surface in found]

    @functools.cached_property
    def regressed(self) -> explained.Tables:
        """Rows of `regressions`, `regression_points`, `regression_lines` and `family_slopes`."""
        about, settings = self.languages, self.settings
        by_name = covariates.by_target(about.covariates)
        if settings.covariates is not None:
            by_name |= covariates.read_own(Path(settings.covariates))
        return explained.regression_tables(
            about.groups,
            self.derived,
            self.draws,
            about.distances,
            by_name,
            self.families,
            settings,
        )

    @functools.cached_property
    def predicted(self) -> tuple[Rows, Rows]:
        """Rows of `left_out` and `left_out_summary`."""
        about = self.languages
        panel = languages.panel_of(
            about.members, self.draws, about.primary, about.covariates, self.settings
        )
        if panel is None:
            why = "not available: no scores of the primary method with a distance"
            return [], [{"n_languages": 0, "verdict": why}]
        return left_out.rows(panel, self.settings.confidence)


def study_of(
    scores: Scores,
    counts: Path | None,
    corpora: pd.DataFrame | None,
    settings: Settings,
    signals: pd.DataFrame | None = None,
    weights: pd.DataFrame | None = None,
    variants: Mapping[str, Method] | None = None,
) -> Analysis:
    """Draws and curves of a study."""
    settings = resolved(scores, settings)
    draws = bootstrap.draw(scores, counts, settings)
    updates = growth.updates_of(scores)
    every = [series for own in draws.values() for series in series_of(own, updates)]
    names = [(s.method, s.sources, s.target, s.budget) for s in every]
    fitted = dict(zip(names, fitting.fit_all(every), strict=True))
    return Analysis(scores, corpora, draws, fitted, settings, signals, weights, variants or {})


def resolved(scores: Scores, settings: Settings) -> Settings:
    """The settings with a primary method and budget that the scores have."""
    sized = scores.ok[scores.ok["n"] > 0]
    methods = list(dict.fromkeys(sized["method"]))
    method = settings.primary_method
    if method not in methods:
        method = next((m for m in (PRIMARY, *methods) if m in methods), method)
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
    keep = frame[primary | (frame["method"] == DIRECT)].reset_index(drop=True)
    return dataclasses.replace(scores, frame=keep)


def tables(study: Analysis) -> dict[str, pd.DataFrame]:
    """Every table by name, those of plug-ins included, with exactly the declared columns.

    Raises:
        InputError: A row has a column that its table does not declare.
    """
    made = {}
    for name in declared.fitted():
        table = declared.TABLES[name]
        assert table.rows is not None
        try:
            made[name] = as_frame(reference.resolve(table.rows)(study), table.names)
        except UndeclaredError as error:
            where = f"{reference.origin(table.rows)}, table {name}"
            raise InputError(str(error), where, "Declare each column with its meaning") from error
    return made


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
        Path(settings.distances) if settings.distances else None,
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
