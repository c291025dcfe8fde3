"""A table as a reader sees it: formatted cells with the values they are sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from xnerbench.report import numbers


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: As shown.
        value: What a sort by this column compares: a number, a text, or `None` (comes last).
    """

    text: str
    value: float | str | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, and whether it holds numbers (set flush right)."""

    title: str
    numeric: bool = True


@dataclass(frozen=True)
class View:
    """A table to show.

    Attributes:
        name: File name of the LaTeX version, anchor in the page.
        title: Heading, no full stop.
        note: What a reader must know, one or two sentences.
        columns: Headings.
        rows: Cells, as many a row as there are columns.
        source: The CSV that it shows.
        total: A last row that stays last however the table is sorted; empty for none.
    """

    name: str
    title: str
    note: str
    columns: list[Column]
    rows: list[list[Cell]]
    source: str
    total: list[Cell] = field(default_factory=list)

    def __post_init__(self) -> None:
        for row in [*self.rows, *([self.total] if self.total else [])]:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.name}: {len(row)} cells, {len(self.columns)} columns")


def text(value: Any) -> Cell:
    """A cell of words; empty for a missing value."""
    shown = str(value) if value is not None and value == value else ""
    return Cell(shown, shown)


def number(value: Any, style=numbers.fixed, **options: Any) -> Cell:
    """A cell with one number."""
    return Cell(style(value, **options), float(value) if numbers.is_number(value) else None)


def mean_sd(values: pd.Series) -> Cell:
    """A cell with mean ± standard deviation over seeds; a dash where there is no value."""
    if values.empty:
        return Cell(numbers.NONE, None)
    shown = numbers.fixed(values.mean())
    if len(values) > 1:
        shown += f" ± {numbers.fixed(values.std(ddof=1))}"
    return Cell(shown, float(values.mean()))


def estimate(row: Any, key: str = "value", style=numbers.fixed, **options: Any) -> Cell:
    """A value with its interval, `1.2 [0.3, 2.1]`; the verdict's first words where there is none.

    Args:
        row: Has `key`, `low`, `high` and perhaps `verdict`.
        key: Name of the value.
        style: How numbers look.
        **options: Passed to `style`.
    """
    value = row.get(key)
    if not numbers.is_number(value):
        return Cell(short_verdict(row.get("verdict")), None)
    low, high = row.get("low"), row.get("high")
    shown = style(value, **options)
    if numbers.is_number(low) or numbers.is_number(high):
        ends = [style(x, **options) if numbers.is_number(x) else "?" for x in (low, high)]
        ends = [end.replace("?", "…") for end in ends]
        shown += f" [{ends[0]}, {ends[1]}]"
    return Cell(shown, float(value))


def short_verdict(verdict: Any) -> str:
    """The words before the first colon or semicolon; a dash for none or `ok`."""
    if not isinstance(verdict, str) or not verdict or verdict.startswith("ok"):
        return numbers.NONE
    return verdict.split(":")[0].split(";")[0].strip()


def remarks(verdict: Any) -> Cell:
    """The whole verdict, without a bare `ok`."""
    words = verdict if isinstance(verdict, str) else ""
    return text(words.removeprefix("ok").lstrip("; "))


def columns(*titles: str, words: Sequence[str] = ()) -> list[Column]:
    """Columns by title; those in `words` hold text, all others numbers."""
    return [Column(title, title not in words) for title in titles]
