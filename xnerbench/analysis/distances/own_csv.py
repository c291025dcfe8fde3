"""A user's own CSV of distances or covariates: its rows, each with its place for an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xnerbench.errors import InputError
from xnerbench.storage import foreign


def rows(path: Path, needed: tuple[str, ...], content: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every row with `FILE:LINE`; lines that begin with `#` are comments.

    Args:
        path: The file.
        needed: Columns that it must have.
        content: What it holds, in the plural, for the error where there is no file.

    Raises:
        InputError: There is no such file, it is no UTF-8, a column is missing, or a row has too few or too many values.
    """
    if not path.exists():
        raise InputError("there is no such file", str(path), f"Name a CSV of {content}")
    text = foreign.read_text(path)
    lines = [
        (number, line)
        for number, line in enumerate(io.StringIO(text, newline=""), start=1)
        if not line.startswith("#")
    ]
    reader = csv.reader((line for _, line in lines), strict=True)
    header = _next(reader, path) or []
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f"the column {twice[0]!r} is listed twice", str(path), "Remove one")
    if missing := [name for name in needed if name not in header]:
        raise InputError(
            f"the column {missing[0]} is missing", str(path), f"Needed are {', '.join(needed)}"
        )
    while (values := _next(reader, path)) is not None:
        where = f"{path}:{lines[reader.line_num - 1][0]}"
        if not values:
            continue
        if len(values) != len(header):
            raise InputError(
                f"there are {len(values)} values for {len(header)} columns",
                where,
                "Correct the row; a value with a comma needs quotes",
            )
        yield where, dict(zip(header, values, strict=True))


def _next(reader: Any, path: Path) -> list[str] | None:
    """The next row, or None; the reader's own complaints are the user's to read."""
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise InputError(f"not a CSV table ({error})", str(path), "Save it as CSV") from None
    return row
