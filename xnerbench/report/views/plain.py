"""A table as it is: every row and column, for tables without a view of their own."""

from __future__ import annotations

from xnerbench.catalogue.columns import Column
from xnerbench.catalogue.table import Table
from xnerbench.report import numbers
from xnerbench.report.results import Results
from xnerbench.report.view import Cell, View, columns, number, text


def view(study: Results, table: Table) -> View | None:
    """All rows with the columns' names as headings; languages by name, verdicts without a bare `ok`."""
    frame = study.table(table.name)
    if frame.empty:
        return None
    rows = [
        [_cell(study, column, row[column.name]) for column in table.columns]
        for _, row in frame.iterrows()
    ]
    words = table.of_kind("text", "truth")
    titles = [column.name.replace("_", " ").capitalize() for column in table.columns]
    heads = columns(
        *titles, words=[t for t, c in zip(titles, table.columns, strict=True) if c.name in words]
    )
    title = table.name.replace("_", " ").capitalize()
    return View(table.name, title, table.about, heads, rows, table.file)


def _cell(study: Results, column: Column, value: object) -> Cell:
    if column.kind == "integer":
        return number(value, numbers.count)
    if column.kind == "number":
        return number(value, numbers.rounded, digits=3)
    return text(value)
