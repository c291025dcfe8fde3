"""A user's own CSV of distances or covariates: its rows, each with its place for an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from xnerbench.errors import InputError


def rows(path: Path, needed: tuple[str, ...], content: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every row with `FILE:LINE`; lines that begin with `#` are comments.

    Args:
        path: The file.
        needed: Columns that it must have.
        content: What it holds, in the plural, for the error where there is no file.

    Raises:
        InputError: There is no such file, it is no UTF-8, a column is missing, or a row has too few or too many values.
    """
    if not path.is_file():
        raise InputError("there is no such file", str(path), f"Name a CSV of {content}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"it is no UTF-8 ({error})", str(path), "Save it as UTF-8") from error
    lines = [
        (number, line)
        for number, line in enumerate(io.StringIO(text, newline=""), start=1)
        if not line.startswith("#")
    ]
    reader = csv.reader(line for _, line in lines)
    header = next(reader, [])
    if missing := [name for name in needed if name not in header]:
        raise InputError(
            f"the column {missing[0]} is missing", str(path), f"Needed are {', '.join(needed)}"
        )
    for values in reader:
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
