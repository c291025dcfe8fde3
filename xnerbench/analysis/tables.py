"""Writing tables: declared columns, one float format, and never a number missing without a word.

Every table goes through `to_csv`, which is why the same input gives the same bytes. What a table is called
and which columns it has is declared in `xnerbench/catalogue`.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.catalogue.table import Table
from xnerbench.errors import InputError
from xnerbench.storage import artifacts, foreign

FLOAT_FORMAT = "%.7g"
"""Seven significant digits: enough to redraw a curve, few enough to hide where an optimiser stops,
which differs between processors from the ninth digit on."""


class UndeclaredError(ValueError):
    """A row has a column that its table does not declare; the message names it."""


def as_frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a frame with exactly these columns; what a row does not say is missing.

    Raises:
        UndeclaredError: A row has a column that is not declared.
    """
    rows = list(rows)
    if extra := sorted({name for row in rows for name in row} - set(columns)):
        raise UndeclaredError(f"undeclared columns: {', '.join(extra)}")
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}
    )


def to_csv(frame: pd.DataFrame, integers: Collection[str]) -> str:
    """The frame as CSV text: integers as integers, floats in `FLOAT_FORMAT`, missing as empty.

    Args:
        frame: The table.
        integers: Columns written without a decimal point, also where some rows are empty.
    """
    text = frame.astype(object)
    for name in text.columns:
        integer = name in integers
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


def write_csv(path: Path, frame: pd.DataFrame, table: Table) -> None:
    """Writes a frame as the CSV of a table, whole or not at all."""
    artifacts.write_text(path, to_csv(frame, table.of_kind("integer")))


def read_csv(
    path: Path | str, remedy: str = "save it as CSV, UTF-8", **options: Any
) -> pd.DataFrame:
    """Reads somebody's CSV table.

    Args:
        path: The file.
        remedy: What to do about a file that is none.
        **options: Of `pandas.read_csv`; by default all is text and nothing is missing.

    Raises:
        InputError: It cannot be read, or is no table of equally wide rows with names of their own.
    """
    raw = foreign.read_csv_bytes(path, remedy)
    options = options or {"dtype": str, "keep_default_na": False, "na_values": {}}
    try:
        return pd.read_csv(io.BytesIO(raw), encoding="utf-8", **options)
    except (ValueError, OverflowError) as error:  # pandas's own errors are ValueErrors
        raise InputError(f"not a CSV table ({str(error)[:200]})", str(path), remedy) from None
