"""Writing tables: declared columns, one float format, and never a number missing without a word.

Every table of the analysis goes through `to_csv`, which is why the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.storage import artifacts

FLOAT_FORMAT = "%.7g"
"""Seven significant digits: enough to redraw a curve, few enough to hide where an optimiser stops,
which differs between processors from the ninth digit on."""


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

_KEYS = "method sources target budget"
TABLES: dict[str, tuple[str, ...]] = {
    "means": _words(f"{_KEYS} n f1 low high sd n_seeds n_sentences verdict"),
    "curves": _words(
        f"{_KEYS} form p1_name p1 p1_se p2_name p2 p2_se p3_name p3 p3_se aicc converged "
        "identifiable n_sizes heldout_n heldout_observed heldout_predicted heldout_error chosen "
        "chosen_by_heldout verdict"
    ),
    "curve_points": _words(f"{_KEYS} n kind f1 low high form verdict"),
    "derived": _words(f"{_KEYS} quantity at_n value low high unit n_seeds n_sentences verdict"),
    "growth": _words(
        f"{_KEYS} quantity n_from n_to updates_from updates_to value low high unit n_seeds "
        "n_sentences n_languages verdict"
    ),
    "differences": _words(
        "method_a method_b sources_a sources_b target budget n difference low high p p_holm "
        "n_seeds n_sentences n_languages verdict"
    ),
    "distances": _words(
        "source target kind variant distance code_source code_target shared_features provenance "
        "verdict"
    ),
    "regressions": _words(
        "quantity distance variant method sources budget primary n_languages slope low high intercept "
        "spearman p_spearman p p_holm r2 loo_r2 loo_mae baseline_mae verdict"
    ),
    "regression_points": _words(
        "quantity distance variant method sources budget target x y predicted"
    ),
    "regression_lines": _words("quantity distance variant method sources budget x y low high"),
    "joint": _words("model term estimate se low high p n_languages n_runs verdict"),
    "left_out": _words("target n observed predicted low high baseline covered verdict"),
    "left_out_summary": _words("n n_languages mae baseline_mae coverage predictors verdict"),
    "covariates": _words(
        "target script family fertility unknown_share split_share mean_words n_test_sentences "
        "n_test_entities direct_f1 verdict"
    ),
    "costs": _words("method n cells seconds core_hours peak_mb verdict"),
}
"""The tables that `xnerbench fit` writes, with their columns; `docs/tables.md` explains each."""

INTEGERS = frozenset(
    _words(
        "n seed teacher_seed subset_seed student_seed n_test_sentences n_test_entities steps "
        "n_seeds n_sentences n_languages n_runs n_sizes heldout_n at_n n_from n_to updates_from "
        "updates_to cells shared_features train "
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
