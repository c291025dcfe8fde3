"""Reads a results folder.

Nothing here needs corpora, an encoder or training: a folder with `scores.csv` is enough, and each
further file (`tables/*.csv`, `weights.csv`, `corpora.csv`, `config.yaml`, `versions.json`) adds to
what can be shown.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.analysis import tables
from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS
from xnerbench.catalogue.table import Table
from xnerbench.catalogue.tables import TABLES, fitted
from xnerbench.errors import InputError
from xnerbench.report.results import Results
from xnerbench.storage import foreign
from xnerbench.study.reading import yaml_source

LARGEST = 2**53
PARTIAL = "partial.json"
"""The file of a results folder that says that the study still ran: `cells`, `done`, `failed`, `at`."""


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
    frame = read_table(scores_path, SCORES, "Run the study first, or give the path of its results")
    if frame.empty:
        raise InputError("there are no scores", str(scores_path), "Run the study first")
    for name, most in (("f1", 100), ("n", LARGEST), ("seed", LARGEST)):
        bad = frame[name].notna() & ~frame[name].between(0, most)
        if bad.any():
            row = int(bad.idxmax())
            raise InputError(
                f"{name} is {frame[name][row]:g}, outside 0..{most}",
                f"{scores_path}, row {row + 2}",
                "Correct it",
            )
    frame["n"] = frame["n"].fillna(0).astype(int)
    frame["status"] = frame["status"].fillna("ok")
    missing: list[str] = []
    found = {}
    for name in fitted():
        path = folder / TABLES[name].file
        if path.exists():
            own = read_table(path, TABLES[name], "Make the tables again with `xnerbench fit`")
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
            optional[table.name] = read_table(
                path, table, "Write it again with the study's workflow"
            )
        else:
            missing.append(f"{table.file} is absent: {effect}")
    config, versions = {}, {}
    if (folder / "config.yaml").exists():
        config = _config(folder / "config.yaml")
    else:
        missing.append(
            "config.yaml is absent: the configuration is not shown, defaults are assumed"
        )
    if (folder / "versions.json").exists():
        versions = _shown(foreign.read_json(folder / "versions.json"))
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
        partial=_partial(folder / PARTIAL),
        **optional,
    )


def _partial(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    value = _shown(foreign.read_json(path))
    if not isinstance(value, dict) or not all(
        isinstance(value.get(name), kind)
        for name, kind in (("cells", int), ("done", int), ("failed", int), ("at", str))
    ):
        raise InputError("not what `xnerbench partial` writes", str(path), "Make it again")
    return value


def _name(config: dict[str, Any], scores: pd.DataFrame, folder: Path) -> str:
    if config.get("study"):
        return str(config["study"])
    if "study" in scores and scores["study"].notna().any():
        return str(scores["study"].dropna().iloc[0])
    return str(_shown(folder.resolve().name))


_SHAPES: dict[str, type] = dict.fromkeys(("analysis", "encoder", "student"), dict)
_SHAPES |= dict.fromkeys(("labels", "sources", "single_sources", "budgets"), list)


def _config(path: Path) -> dict[str, Any]:
    """The configuration kept with the results, which may be of another version of the suite.

    Raises:
        InputError: It is no mapping, or a part that the report reads is of another kind.
    """
    remedy = "Take it from the study's results again, or remove it"
    value = _shown(yaml_source.read(path)[0] or {})
    if not isinstance(value, dict):
        raise InputError("not a mapping of keys", str(path), remedy)
    for name, shape in _SHAPES.items():
        part = value.get(name)
        words = part if isinstance(part, list) else ()
        if not isinstance(part, shape | None) or not all(isinstance(x, str) for x in words):
            raise InputError(f"`{name}` is no {shape.__name__}", str(path), remedy)
    analysis = value.get("analysis") or {}
    for name, low, high in (("confidence", 0, 1), ("extrapolate", 0, 1e6), ("bootstrap", 1, 1e9)):
        number = analysis.get(name, high / 2)
        if not isinstance(number, int | float) or not low < number < high:
            raise InputError(f"`analysis.{name}` is {str(number)[:40]}", str(path), remedy)
    return value


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def _shown(value: Any) -> Any:
    """Text without line ends, terminal codes and turns of direction, at any depth.

    From here it goes into a page, figures and LaTeX, where one of them can end a comment or a file.
    """
    if isinstance(value, str):
        return _CONTROL.sub(lambda found: " " if found[0].isspace() else "\ufffd", value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {_shown(key): _shown(item) for key, item in value.items()}
    return value


def read_table(path: Path, table: Table, remedy: str) -> pd.DataFrame:
    """Reads one declared table: words as text, numbers as finite numbers, other columns as they come.

    Args:
        path: The CSV.
        table: Its declaration.
        remedy: What to do about a table that cannot be read.

    Raises:
        InputError: It is no CSV, lacks a column, or has a word where a number belongs.
    """
    words, numbers = table.of_kind("text", "truth"), table.of_kind("integer", "number")
    text = dict.fromkeys(words, "string")
    frame = tables.read_csv(path, remedy, dtype=text, keep_default_na=False, na_values=[""])
    absent = [name for name in table.needs.split() if name not in frame]
    if absent:
        raise InputError(f"there is no column {', '.join(absent)}", str(path), remedy)
    for name in frame.columns:
        if name in numbers:
            frame[name] = _numbers(frame[name], name, path, remedy)
        elif name in words or not pd.api.types.is_numeric_dtype(frame[name]):
            column = frame[name].astype(object).where(frame[name].notna(), None)
            frame[name] = column.map(_shown)
    return frame.rename(columns=_shown)


def _numbers(column: pd.Series, name: str, path: Path, remedy: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(column):
        column = column.astype(str)
    numbers = pd.to_numeric(column, errors="coerce")
    bad = (numbers.isna() & column.notna()) | numbers.isin([float("inf"), float("-inf")])
    if bad.any():
        row = int(bad.idxmax())
        raise InputError(
            f"{name} is {str(column[row])[:60]!r}, which is no number",
            f"{path}, row {row + 2}",
            remedy,
        )
    return numbers
