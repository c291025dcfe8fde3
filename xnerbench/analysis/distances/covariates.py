"""What a reviewer asks about besides distance: the target's tokenisation, script, corpus, test set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis.distances import own_csv
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.planning import goals
from xnerbench.analysis.scores import Scores
from xnerbench.errors import InputError

FROM_CORPORA = ("script", "family", "fertility", "unknown_share", "split_share", "mean_words")
NUMBERS = ("fertility", "unknown_share", "split_share")
MADE = ("direct_f1", "log_test_sentences", "non_latin")
OWN = ("target", "name", "value")
MIN_IN_FAMILY = 2
"""A corpus family with fewer targets cannot be told from its language."""


def rows(
    scores: Scores, draws: dict[str, Draws], corpora: pd.DataFrame | None, sources: str
) -> list[dict[str, Any]]:
    """One row per target.

    Args:
        scores: For the size of the test sets.
        draws: For direct transfer.
        corpora: `corpora.csv`, or `None`.
        sources: The primary method's, to choose its direct transfer.
    """
    targets = _targets(corpora)
    found = []
    for target in scores.targets:
        cells = scores.ok[scores.ok["target"] == target]
        row: dict[str, Any] = {"target": target}
        known = targets.get(target, {})
        row |= {name: known.get(name) for name in FROM_CORPORA}
        for name in ("n_test_sentences", "n_test_entities"):
            values = cells[name].dropna()
            row[name] = int(values.max()) if len(values) else None
        if target in draws:
            key, _ = goals.direct_of(draws[target], sources)
            if key is not None:
                row["direct_f1"] = float(draws[target].mean[draws[target].row[key]])
        missing = [name for name, value in row.items() if value is None]
        missing += [] if "direct_f1" in row else ["direct_f1"]
        row["verdict"] = f"ok; not known: {', '.join(missing)}" if missing else "ok"
        found.append(row)
    return found


def _targets(corpora: pd.DataFrame | None) -> dict[str, dict[str, Any]]:
    if corpora is None or not {"language", "role"} <= set(corpora.columns):
        return {}
    rows = corpora[corpora["role"] == "target"].to_dict("records")
    return {row["language"]: {k: v for k, v in row.items() if v == v and v != ""} for row in rows}


def read_own(path: Path) -> dict[str, dict[str, float]]:
    """A user's own covariates from a CSV (`target,name,value`), by name and target.

    Raises:
        InputError: The file or a column is missing, a value is no number, or a row is listed twice.
    """
    result: dict[str, dict[str, float]] = {}
    for where, row in own_csv.rows(path, OWN, "covariates"):
        value = pd.to_numeric(row["value"], errors="coerce")
        said = f"{row['name']} of {row['target']}"
        if not np.isfinite(value):
            raise InputError(f"{said} is '{row['value']}', which is no number", where, "Correct it")
        if row["name"] in (*NUMBERS, *MADE):
            raise InputError(
                f"{row['name']} is a covariate of the suite's own", where, "Call it otherwise"
            )
        if row["target"] in result.setdefault(row["name"], {}):
            raise InputError(f"{said} is listed twice", where, "Keep one row")
        result[row["name"]][row["target"]] = float(value)
    return result


def by_target(found: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Covariates to regress on, by name and target, as far as they are known.

    Direct transfer is among them: it is what a reviewer offers first as the explanation of a gain.
    """
    result: dict[str, dict[str, float]] = {}
    for row in found:
        numbers = {name: row.get(name) for name in (*NUMBERS, "direct_f1")}
        if row.get("n_test_sentences"):
            numbers["log_test_sentences"] = float(np.log(row["n_test_sentences"]))
        if row.get("script"):
            numbers["non_latin"] = float(not _latin(row))
        for name, value in numbers.items():
            if value is not None:
                result.setdefault(name, {})[row["target"]] = float(value)
    return result


def _latin(row: dict[str, Any]) -> bool:
    return str(row["script"]).lower() in ("latin", "latn")


def columns(found: list[dict[str, Any]], targets: list[str]) -> dict[str, np.ndarray]:
    """Covariates that are known of all these targets, as numbers, in the targets' order.

    Script becomes `non_latin`; the size of the test set enters as its logarithm.
    """
    rows_ = _rows_of(found, targets)
    result: dict[str, np.ndarray] = {}
    for name in NUMBERS:
        if all(row.get(name) is not None for row in rows_):
            result[name] = np.array([float(row[name]) for row in rows_])
    if all(row.get("n_test_sentences") for row in rows_):
        result["log_test_sentences"] = np.log([float(row["n_test_sentences"]) for row in rows_])
    if all(row.get("script") for row in rows_):
        result["non_latin"] = np.array([float(not _latin(row)) for row in rows_])
    return result


def families(found: list[dict[str, Any]], targets: list[str]) -> dict[str, np.ndarray]:
    """Corpus family as a factor: a column for each family of at least two targets but the largest.

    Empty where a family is not known, or where there is but one.
    """
    rows_ = _rows_of(found, targets)
    if not all(row.get("family") for row in rows_):
        return {}
    named = pd.Series([str(row["family"]) for row in rows_])
    counts = named.value_counts(sort=True)
    return {
        f"family {family}": (named == family).to_numpy(float)
        for family, count in counts.iloc[1:].items()
        if count >= MIN_IN_FAMILY
    }


def _rows_of(found: list[dict[str, Any]], targets: list[str]) -> list[dict[str, Any]]:
    by_code = {row["target"]: row for row in found}
    return [by_code[target] for target in targets]
