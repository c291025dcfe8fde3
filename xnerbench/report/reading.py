"""Reads a results folder.

Nothing here needs corpora, an encoder or training: a folder with `scores.csv` is enough, and each
further file (`tables/*.csv`, `weights.csv`, `corpora.csv`, `config.yaml`, `versions.json`) adds to
what can be shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from xnerbench.analysis import tables
from xnerbench.errors import InputError
from xnerbench.report.results import Results
from xnerbench.storage import artifacts

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
TEXT = frozenset([
    "study", "cell", "method", "method_a", "method_b", "sources", "sources_a", "sources_b",
    "target", "source", "budget", "form", "kind", "quantity", "distance", "variant", "verdict",
    "unit", "status", "reason", "model", "term", "init", "encoder", "language", "role", "name",
    "family", "licence", "format", "script", "sha256", "provenance", "code_source",
    "code_target", "p1_name", "p2_name", "p3_name", "chosen", "chosen_by_heldout", "covered",
    "converged", "identifiable", "primary",
])  # fmt: skip
"""Columns read as text, so that a language `nan` or a hash of digits stays what it is."""

NUMBERS_NAMED_LIKE_TEXT = {("distances", "distance")}


def load(folder: Path | str, scores: Path | str | None = None) -> Results:
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
    return Results(
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
