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

from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS
from xnerbench.catalogue.table import Table
from xnerbench.catalogue.tables import TABLES, fitted
from xnerbench.errors import InputError
from xnerbench.report.results import Results
from xnerbench.storage import artifacts


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
    for name in fitted():
        path = folder / TABLES[name].file
        if path.exists():
            own = _read_csv(path, TABLES[name], "Make the tables again with `xnerbench fit`")
            columns = dict.fromkeys([*TABLES[name].names, *own.columns])
            found[name] = own.reindex(columns=list(columns))
        else:
            missing.append(f"{TABLES[name].file} is absent; `xnerbench fit` writes it")
    optional = {}
    for table, effect in (
        (WEIGHTS, "no source weights are shown"),
        (CORPORA, "corpus sizes and licences are not shown"),
    ):
        path = folder / table.file
        optional[table.name] = pd.DataFrame(columns=table.needs.split())
        if path.exists():
            optional[table.name] = _read_csv(
                path, table, "Write it again with the study's workflow"
            )
        else:
            missing.append(f"{table.file} is absent: {effect}")
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


def _read_csv(path: Path, table: Table, remedy: str) -> pd.DataFrame:
    if not path.exists():
        raise InputError("there is no such file", str(path), remedy)
    try:
        header = list(pd.read_csv(path, nrows=0).columns)
        words = table.of_kind("text", "truth")
        text = {name: "string" for name in header if name in words}
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"it cannot be read as CSV ({error})", str(path), remedy) from error
    absent = [name for name in table.needs.split() if name not in header]
    if absent:
        raise InputError(f"there is no column {', '.join(absent)}", str(path), remedy)
    for name in text:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame
