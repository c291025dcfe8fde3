"""All tables by name, and the door for a table of one's own.

A table of the suite is a `Table` in one of the modules `*_tables.py` here: columns with type and meaning, the
function that makes its rows (`xnerbench/analysis/rows.py` has most), and how the report shows it. Everything
else follows: the file that `fit` writes, Snakemake's outputs, how it is read, `docs/tables.md`
(by `xnerbench docs`), the section of the report, the LaTeX version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from xnerbench.catalogue import (
    comparison_tables,
    curve_tables,
    language_tables,
    signal_tables,
    study_tables,
    surface_tables,
)
from xnerbench.catalogue.columns import Column
from xnerbench.catalogue.reference import Reference, origin
from xnerbench.catalogue.sections import FURTHER
from xnerbench.catalogue.table import Shown, Table
from xnerbench.errors import InputError

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *study_tables.TABLES,
        *signal_tables.TABLES,
        *curve_tables.TABLES,
        *surface_tables.TABLES,
        *comparison_tables.TABLES,
        *language_tables.TABLES,
    )
}
"""In the order of `docs/tables.md`; within a section of the report, too."""


def fitted() -> tuple[str, ...]:
    """Names of the tables that `fit` writes."""
    return tuple(name for name, table in TABLES.items() if table.rows is not None)


def shown_in(section: str) -> list[str]:
    """Names of what the report's section shows of the tables, in order."""
    return [
        shown.name for table in TABLES.values() for shown in table.shown if shown.section == section
    ]


def register_table(
    name: str,
    columns: Sequence[Column],
    rows: Reference,
    *,
    about: str = "",
    section: str = FURTHER,
    view: Reference | None = None,
) -> None:
    """Adds a table of one's own to what `fit` writes and the report shows.

    Args:
        name: File name without ending, as `coverage_by_script`: small letters, digits and `_`.
        columns: Made by `text`, `integer`, `number` and `truth` of `catalogue.columns`.
        rows: A function from `analysis.fit.Analysis` (scores, draws, curves, settings) to a list of
            dicts; a column that a row does not have is empty.
        about: What a row is, for the report.
        section: Name of a section of the report (`catalogue.sections`).
        view: A function from `report.results.Results` to `report.view.View` or `None`; by default all
            rows and columns are shown as they are.

    Raises:
        InputError: The name is not a file name or is taken, there are no columns, or there is no such section.
    """
    where = f"{origin(rows)}, table {name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise InputError("the name is not small letters, digits and _", where, "Choose another")
    if not columns:
        raise InputError("it has no columns", where, "Declare them with catalogue.columns")
    known = TABLES.get(name)
    if known is not None and (known.rows is None or origin(known.rows) != origin(rows)):
        raise InputError("there is a table of this name already", where, "Choose another name")
    shown = Shown(name, section, view)
    TABLES[name] = Table(name, about, tuple(columns), rows=rows, shown=(shown,))
