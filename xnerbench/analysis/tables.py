"""Writing tables: declared columns, one float format, and never a number missing without a word.

Every table of the analysis goes through `to_csv`, which is why the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench import artifacts

FLOAT_FORMAT = "%.10g"
"""Ten significant digits: enough to redraw a curve, few enough to hide the last bits of a matrix
product, which depend on the number of threads."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SCORES = _words(
    "study cell method sources target n seed teacher_seed subset_seed student_seed budget init "
    "f1 precision recall f1_lenient"
)
SCORES_AFTER_TYPES = _words(
    "n_test_sentences n_test_entities steps train_seconds seconds peak_mb encoder status reason"
)
CORPORA = _words(
    "language role name family licence format script train pool test test_entities removed_test "
    "removed_duplicates repairs mean_words fertility unknown_share split_share sha256"
)
WEIGHTS = _words("target seed method source alpha")

INTEGERS = frozenset(
    _words(
        "n seed teacher_seed subset_seed student_seed n_test_sentences n_test_entities steps "
        "n_seeds n_sentences n_languages n_runs n_sizes heldout_n at_n cells shared_features train "
        "pool test test_entities removed_test removed_duplicates repairs"
    )
)
"""Columns written without a decimal point, also where some rows are empty."""


def score_columns(labels: Sequence[str]) -> list[str]:
    """The columns of `scores.csv` for the study's labels, in order."""
    return [*SCORES, *(f"f1_{label}" for label in labels), *SCORES_AFTER_TYPES]


def as_frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a frame with exactly these columns; what a row does not say is missing.

    Raises:
        ValueError: A row has a column that is not declared.
    """
    rows = list(rows)
    if extra := sorted({name for row in rows for name in row} - set(columns)):
        raise ValueError(f"undeclared columns: {', '.join(extra)}")
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}
    )


def to_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV text: integers as integers, floats in `FLOAT_FORMAT`, missing as empty."""
    text = frame.astype(object)
    for name in text.columns:
        integer = name in INTEGERS
        text[name] = [_written(value, integer) for value in text[name]]
    return text.to_csv(index=False, lineterminator="\n")


def _written(value: Any, integer: bool) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or str(value) in ("True", "False"):
        return "true" if value else "false"
    if abs(value) == float("inf"):
        raise ValueError("an infinite number has no place in a table; say it in the verdict")
    if integer:
        return str(round(value))
    written = FLOAT_FORMAT % value
    return "0" if written == "-0" else written


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Writes a frame as CSV, whole or not at all."""
    artifacts.write_text(path, to_csv(frame))
