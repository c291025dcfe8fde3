"""A results folder in memory: what figures and report are made from, and what is missing of it.

Nothing here needs corpora, an encoder or training: a folder with `scores.csv` is enough, and each
further file (`tables/*.csv`, `weights.csv`, `corpora.csv`, `config.yaml`, `versions.json`) adds to
what can be shown.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from xnerbench import artifacts
from xnerbench.analysis import names, tables
from xnerbench.errors import InputError

TABLES: dict[str, tuple[str, ...]] = {
    "means": ("method", "sources", "target", "budget", "n", "f1", "low", "high", "sd", "n_seeds"),
    "curves": ("method", "sources", "target", "budget", "form", "verdict"),
    "curve_points": ("method", "sources", "target", "budget", "n", "kind", "f1", "low", "high"),
    "derived": ("method", "sources", "target", "budget", "quantity", "at_n", "value", "low", "high",
                "verdict"),
    "growth": ("method", "sources", "target", "budget", "quantity", "n_from", "n_to", "value", "low",
               "high", "verdict"),
    "differences": ("method_a", "method_b", "target", "budget", "n", "difference", "low", "high",
                    "p_holm", "verdict"),
    "distances": ("source", "target", "kind", "variant", "distance"),
    "regressions": ("quantity", "distance", "variant", "method", "budget", "slope", "intercept",
                    "verdict"),
    "regression_points": ("quantity", "distance", "variant", "method", "budget", "target", "x", "y"),
    "regression_lines": ("quantity", "distance", "variant", "method", "budget", "x", "y", "low",
                         "high"),
    "joint": ("model", "term", "estimate", "verdict"),
    "left_out": ("target", "n", "observed", "predicted", "low", "high", "baseline", "verdict"),
    "covariates": ("target",),
    "costs": ("method", "n", "cells", "core_hours"),
}  # fmt: skip
"""Tables of the analysis and the columns that figures and report cannot do without."""

SCORES = ("method", "sources", "target", "n", "seed", "budget", "f1", "status", "reason")
TEXT = frozenset(
    [
        "study",
        "cell",
        "method",
        "method_a",
        "method_b",
        "sources",
        "sources_a",
        "sources_b",
        "target",
        "source",
        "budget",
        "form",
        "kind",
        "quantity",
        "distance",
        "variant",
        "verdict",
        "unit",
        "status",
        "reason",
        "model",
        "term",
        "init",
        "encoder",
        "language",
        "role",
        "name",
        "family",
        "licence",
        "format",
        "script",
        "sha256",
        "provenance",
        "code_source",
        "code_target",
        "p1_name",
        "p2_name",
        "p3_name",
        "chosen",
        "chosen_by_heldout",
        "covered",
        "converged",
        "identifiable",
        "primary",
    ]
)
"""Columns read as text, so that a language `nan` or a hash of digits stays what it is."""

NUMBERS_NAMED_LIKE_TEXT = {("distances", "distance")}
TRUE = frozenset({"True", "true", "1", "yes"})


@dataclass(frozen=True)
class Study:
    """One study's results.

    Attributes:
        folder: The results folder.
        name: The study's name.
        config: Resolved configuration, `{}` if absent.
        scores: One row a cell, failed cells included.
        tables: The analysis tables that exist.
        weights: Source weights, empty if absent.
        corpora: One row a language and role, empty if absent.
        versions: Library versions, platform and commit, `{}` if absent.
        missing: A sentence for each part that is absent.
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

    def table(self, name: str) -> pd.DataFrame:
        """An analysis table; an empty one with the same columns, if it is absent."""
        return self.tables.get(name, pd.DataFrame(columns=list(tables.TABLES[name])))

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
    def seeds(self) -> list[int]:
        """Seeds with a score."""
        return sorted(int(seed) for seed in self.ok["seed"].dropna().unique())

    @functools.cached_property
    def sizes(self) -> list[int]:
        """Sizes with a score (without the 0 of methods that see no target text)."""
        return sorted(int(n) for n in self.ok["n"].unique() if n > 0)

    @functools.cached_property
    def primary_method(self) -> str:
        """The configured primary method, or else the first one that has a size."""
        wanted = (self.config.get("analysis") or {}).get("primary_method")
        sized = names.method_order(list(self.ok.loc[self.ok["n"] > 0, "method"]))
        sized = [m for m in sized if m != "supervised"] or sized
        return wanted if wanted in sized else (sized[0] if sized else str(wanted or "ts"))

    @functools.cached_property
    def primary_budget(self) -> str:
        """The configured primary budget, or else the most frequent one of the primary method."""
        wanted = (self.config.get("analysis") or {}).get("primary_budget")
        budgets = self.ok.loc[self.ok["method"] == self.primary_method, "budget"].value_counts()
        return wanted if wanted in budgets.index or budgets.empty else str(budgets.index[0])

    @functools.cached_property
    def budgets(self) -> list[str]:
        """Budgets of the primary method, the primary one first."""
        found = set(self.ok.loc[self.ok["method"] == self.primary_method, "budget"])
        return sorted(found, key=lambda b: (b != self.primary_budget, b))

    def sources_of(self, method: str) -> str:
        """The source set a method is shown with: the configured first, else the most frequent."""
        found = self.ok.loc[self.ok["method"] == method, "sources"].value_counts()
        config = self.config
        wanted = [*(config.get("single_sources") or []), *(config.get("sources") or [])]
        for source in wanted:
            if source in found.index:
                return source
        return str(found.index[0]) if len(found) else ""

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
        """Distance of each target from the primary source, by target code.

        A kind that has no such variant (geography has none) is read in the variant it has.
        """
        frame = self.table("distances")
        frame = frame[
            (frame["kind"] == (kind or self.primary_distance))
            & (frame["source"] == self.sources_of(self.primary_method))
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
        """A language's name: the corpora table's, else the ISO name, else the code."""
        return self._names.get(code) or names.language(code)

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


def load(folder: Path | str, scores: Path | str | None = None) -> Study:
    """Reads a results folder.

    Args:
        folder: `results/<study>`.
        scores: Another scores file than the folder's.

    Raises:
        InputError: There is no scores file, it has no rows, or a column that is read is missing.
    """
    folder = Path(folder)
    scores_path = Path(scores) if scores else folder / "scores.csv"
    frame = _read_csv(scores_path, SCORES, "Run the study first, or give the path of its results")
    if frame.empty:
        raise InputError("there are no scores", str(scores_path), "Run the study first")
    frame["f1"] = pd.to_numeric(frame["f1"], errors="coerce")
    frame["n"] = pd.to_numeric(frame["n"], errors="coerce").fillna(0).astype(int)
    frame["status"] = frame["status"].fillna("ok")
    missing: list[str] = []
    found = {}
    for name, columns in TABLES.items():
        path = folder / "tables" / f"{name}.csv"
        if path.exists():
            frame_read = _read_csv(path, columns, "Make the tables again with `xnerbench fit`")
            found[name] = frame_read.reindex(
                columns=list(dict.fromkeys([*tables.TABLES[name], *frame_read.columns]))
            )
        else:
            missing.append(f"tables/{name}.csv is absent; `xnerbench fit` writes it")
    optional = {}
    for name, columns, effect in (
        ("weights", ("target", "seed", "method", "source", "alpha"), "no source weights are shown"),
        ("corpora", ("language", "role"), "corpus sizes and licences are not shown"),
    ):
        path = folder / f"{name}.csv"
        optional[name] = pd.DataFrame(columns=list(columns))
        if path.exists():
            optional[name] = _read_csv(path, columns, "Write it again with the study's workflow")
        else:
            missing.append(f"{name}.csv is absent: {effect}")
    config, versions = {}, {}
    if (folder / "config.yaml").exists():
        config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8")) or {}
    else:
        missing.append(
            "config.yaml is absent: the configuration is not shown, defaults are assumed"
        )
    if (folder / "versions.json").exists():
        versions = artifacts.read_json(folder / "versions.json")
    else:
        missing.append("versions.json is absent: library versions are not shown")
    return Study(
        folder=folder,
        name=_name(config, frame, folder),
        config=config,
        scores=frame,
        tables=found,
        versions=versions,
        missing=tuple(missing),
        **optional,
    )


def _name(config: dict[str, Any], scores: pd.DataFrame, folder: Path) -> str:
    if config.get("study"):
        return str(config["study"])
    if "study" in scores and scores["study"].notna().any():
        return str(scores["study"].dropna().iloc[0])
    return folder.resolve().name


def is_true(column: pd.Series) -> pd.Series:
    """A column of booleans that went through CSV, as booleans (missing is false)."""
    return column.astype(str).isin(TRUE)


def _files(folder: Path) -> list[Path]:
    single = ("scores.csv", "weights.csv", "corpora.csv", "config.yaml", "versions.json")
    paths = [folder / name for name in single] + sorted((folder / "tables").glob("*.csv"))
    return [path for path in paths if path.exists()]


def _read_csv(path: Path, columns: tuple[str, ...], remedy: str) -> pd.DataFrame:
    if not path.exists():
        raise InputError("there is no such file", str(path), remedy)
    try:
        header = list(pd.read_csv(path, nrows=0).columns)
        text = {
            name: "string"
            for name in header
            if name in TEXT and (path.stem, name) not in NUMBERS_NAMED_LIKE_TEXT
        }
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"it cannot be read as CSV ({error})", str(path), remedy) from error
    absent = [name for name in columns if name not in header]
    if absent:
        raise InputError(f"there is no column {', '.join(absent)}", str(path), remedy)
    for name in text:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame
