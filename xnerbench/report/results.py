"""A study's results in memory, and which of them stand for it where not all can be shown."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.catalogue.tables import TABLES
from xnerbench.methods.roles import DIRECT, PRIMARY, SUPERVISED
from xnerbench.report import names
from xnerbench.study.budgets import updates_of

TRUE = frozenset({"True", "true", "1", "yes"})


@dataclass(frozen=True)
class Results:
    """One study's results.

    Attributes:
        folder: The results folder.
        name: The study's name.
        config: Resolved configuration, `{}` if absent.
        scores: One row per cell, failed cells included.
        tables: The analysis tables that exist.
        weights: Source weights, empty if absent.
        corpora: One row per language and role, empty if absent.
        versions: Library versions, platform and commit, `{}` if absent.
        missing: A sentence for each part that is absent.
        partial: Of a study that still runs: what was there, and when; `{}` of a finished one.
    """

    folder: Path
    name: str
    config: dict[str, Any]
    scores: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    weights: pd.DataFrame
    corpora: pd.DataFrame
    versions: dict[str, Any]
    missing: tuple[str, ...] = field(default=())
    partial: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """An analysis table; an empty one with the same columns, if it is absent."""
        return self.tables.get(name, pd.DataFrame(columns=list(TABLES[name].names)))

    @functools.cached_property
    def ok(self) -> pd.DataFrame:
        """The cells that have a score."""
        return self.scores[(self.scores["status"] == "ok") & self.scores["f1"].notna()]

    @functools.cached_property
    def failed(self) -> pd.DataFrame:
        """The cells that have none."""
        return self.scores.drop(self.ok.index)

    @functools.cached_property
    def methods(self) -> list[str]:
        """Methods with a score, in the order of every legend."""
        return names.method_order(list(self.ok["method"]))

    @functools.cached_property
    def sizes(self) -> list[int]:
        """Sizes with a score (without the 0 of methods that see no target text)."""
        return sorted(int(n) for n in self.ok["n"].unique() if n > 0)

    @functools.cached_property
    def primary_method(self) -> str:
        """The configured primary method, or else the first one that has a size."""
        wanted = (self.config.get("analysis") or {}).get("primary_method")
        sized = names.method_order(list(self.ok.loc[self.ok["n"] > 0, "method"]))
        sized = [m for m in sized if m != SUPERVISED] or sized
        return wanted if wanted in sized else (sized[0] if sized else str(wanted or PRIMARY))

    @functools.cached_property
    def primary_budget(self) -> str:
        """The configured primary budget, or else the most frequent one of the primary method."""
        wanted = (self.config.get("analysis") or {}).get("primary_budget")
        budgets = self.ok.loc[self.ok["method"] == self.primary_method, "budget"].value_counts()
        if budgets.empty:
            return str(wanted or "none")
        return str(wanted if wanted in budgets.index else budgets.index[0])

    @functools.cached_property
    def budgets(self) -> list[str]:
        """Budgets of the primary method: numbers of updates from the fewest on, of others the primary one first."""
        found = set(self.ok.loc[self.ok["method"] == self.primary_method, "budget"])
        return sorted(found, key=lambda b: (updates_of(b) or 0, b != self.primary_budget, b))

    def sources_of(self, method: str) -> str:
        """The source set a method is shown with: the configured first, else the most frequent."""
        found = self.ok.loc[self.ok["method"] == method, "sources"].value_counts()
        config = self.config
        wanted = [*(config.get("single_sources") or []), *(config.get("sources") or [])]
        for source in wanted:
            if source in found.index:
                return source
        return str(found.index[0]) if len(found) else ""

    def shown(self, frame: pd.DataFrame, method: str) -> pd.DataFrame:
        """A method's rows with the sources it is shown with: a mixture's own of each target, else `sources_of`.

        Args:
            frame: `ok`, or a table with `method` and `sources`.
            method: The method.
        """
        own = frame[frame["method"] == method]
        mixed = are_mixtures(own["sources"])
        return own[mixed] if mixed.any() else own[own["sources"] == self.sources_of(method)]

    @functools.cached_property
    def mixes(self) -> bool:
        """Whether the primary method learns from several sources."""
        return is_mixture(self.sources_of(self.primary_method))

    @functools.cached_property
    def reference_source(self) -> str:
        """The single source that stands for all where only one can be shown."""
        return self.sources_of(DIRECT if self.mixes else self.primary_method)

    def label(self, method: str) -> str:
        """A method's name, with the source it is shown with where it was run from several."""
        if not self.varies(method):
            return names.method(method)
        return f"{names.method(method)} from {self.language(self.sources_of(method))}"

    def varies(self, method: str) -> bool:
        """Whether a single-source method was run from several sources."""
        sources = self.ok.loc[self.ok["method"] == method, "sources"]
        return sources[~are_mixtures(sources)].nunique() > 1

    def comparisons(self) -> pd.DataFrame:
        """Differences under the primary budget (or none), of single sources the reference only.

        Differences to the mean and to the best of the sources are among them.
        """
        frame = self.table("differences")
        frame = frame[frame["budget"].isin([self.primary_budget, "none"])]
        known = [self.reference_source, "none", MEAN, BEST]
        for side in ("sources_a", "sources_b"):
            frame = frame[frame[side].isin(known) | are_mixtures(frame[side])]
        return frame

    @functools.cached_property
    def direct_source(self) -> dict[str, str]:
        """The source whose direct transfer the primary method is measured against, by target.

        Its own; a mixture's best, as in the table of derived quantities (`goals.direct_of`).
        """
        direct = self.ok[self.ok["method"] == DIRECT]
        if not self.mixes:
            return dict.fromkeys(direct["target"], self.reference_source)
        mixtures = self.shown(self.ok, self.primary_method).groupby("target")["sources"].first()
        parts = {target: sources.split("+") for target, sources in mixtures.items()}
        means = direct.groupby(["target", "sources"])["f1"].mean().sort_values(kind="stable")
        return {target: source for target, source in means.index if source in parts.get(target, ())}

    def direct(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of the direct transfer that the primary method is measured against."""
        own = frame[frame["method"] == DIRECT]
        return own[own["sources"] == own["target"].map(self.direct_source)]

    @functools.cached_property
    def primary_distance(self) -> str:
        """The pre-registered distance."""
        wanted = (self.config.get("analysis") or {}).get("primary_distance")
        return str(wanted or "syntactic")

    @functools.cached_property
    def distance_variant(self) -> str | None:
        """The configured variant, if the distances have it; else the first variant there is."""
        wanted = (self.config.get("analysis") or {}).get("distance_variant")
        variants = list(self.table("distances")["variant"].dropna())
        return wanted if wanted in variants else (variants[0] if variants else None)

    def distances(self, kind: str | None = None) -> pd.Series:
        """Distance of each target from the reference source, by target code.

        A kind that has no such variant (geography has none) is read in the variant it has.
        """
        frame = self.table("distances")
        frame = frame[
            (frame["kind"] == (kind or self.primary_distance))
            & (frame["source"] == self.reference_source)
        ]
        variant = frame[frame["variant"] == self.distance_variant]
        frame = frame if variant.empty else variant
        return frame.dropna(subset=["distance"]).groupby("target")["distance"].first()

    @functools.cached_property
    def targets(self) -> list[str]:
        """Targets from near to far by the primary distance; those without one at the end."""
        distance = self.distances()
        codes = sorted(set(self.scores["target"]))
        return sorted(codes, key=lambda code: (distance.get(code, float("inf")), code))

    def language(self, code: str) -> str:
        """A language's name: the corpora table's, else the ISO name, else the code.

        A code for local use that stands for a language (`analysis.macrolanguages`) has that one's name beside it.
        """
        own = self._names.get(code) or names.language(code)
        stands_for = ((self.config.get("analysis") or {}).get("macrolanguages") or {}).get(code)
        return f"{names.language(stands_for)} ({code})" if own == code and stands_for else own

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        if self.corpora.empty or "name" not in self.corpora:
            return {}
        named = self.corpora.dropna(subset=["name"])
        return dict(zip(named["language"], named["name"].astype(str), strict=True))

    @property
    def simulated(self) -> bool:
        """Whether the numbers were made up to test the analysis (the study's name says so)."""
        return self.name.startswith("simulated")

    @functools.cached_property
    def generated_languages(self) -> list[str]:
        """Languages whose sentences are generated (the embedded corpus)."""
        if self.corpora.empty or "format" not in self.corpora:
            return []
        return sorted(set(self.corpora.loc[self.corpora["format"] == "embedded", "language"]))

    @functools.cached_property
    def test_sentences(self) -> dict[str, int]:
        """Sentences in each target's test set."""
        if "n_test_sentences" not in self.ok:
            return {}
        sizes = self.ok.dropna(subset=["n_test_sentences"]).groupby("target")["n_test_sentences"]
        return {str(code): int(value) for code, value in sizes.max().items()}

    @functools.cached_property
    def digest(self) -> str:
        """A digest of every file read, to tell whether figures are up to date."""
        hasher = hashlib.sha256()
        for path in _files(self.folder):
            hasher.update(path.name.encode() + path.read_bytes())
        return hasher.hexdigest()[:16]


def are_mixtures(sources: pd.Series) -> pd.Series:
    """Which of a column's entries are several sources, as booleans."""
    return sources.map(is_mixture).astype(bool)


def is_true(column: pd.Series) -> pd.Series:
    """A column of booleans that went through CSV, as booleans (missing is false)."""
    return column.astype(str).isin(TRUE)


def _files(folder: Path) -> list[Path]:
    single = ("scores.csv", "weights.csv", "corpora.csv", "config.yaml", "versions.json")
    paths = [folder / name for name in single] + sorted((folder / "tables").glob("*.csv"))
    return [path for path in paths if path.exists()]
