"""One table: its file, its columns, where its rows come from and how the report shows it."""

from __future__ import annotations

from dataclasses import dataclass

from xnerbench.catalogue import sections
from xnerbench.catalogue.columns import Column
from xnerbench.catalogue.reference import Reference


@dataclass(frozen=True)
class Shown:
    """How the report shows a table, or a part of it.

    Attributes:
        name: Anchor in the page, and file name of the LaTeX version.
        section: Where in the report.
        make: Makes it: `Results -> View`, or `None` where the study lacks the data; without, all rows and
            columns are shown as they are.
        paper: Makes what of it fits a page of a paper, if not all does.
        in_paper: Whether there is a LaTeX version.
    """

    name: str
    section: str
    make: Reference | None = None
    paper: Reference | None = None
    in_paper: bool = True

    def __post_init__(self) -> None:
        sections.heading(self.section)


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: File name without ending.
        about: What a row is, in sentences, in Markdown.
        columns: In the order of the CSV.
        needs: Names of the columns that figures and report cannot do without, separated by spaces; others
            may be absent from a file of an earlier version.
        rows: Makes the rows, `Analysis -> list of dicts`; `None` if another command than `fit` writes
            the table.
        shown: How the report shows it.
        note: Closing remark for `docs/tables.md`.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    needs: str = ""
    rows: Reference | None = None
    shown: tuple[Shown, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.needs.split()) - set(self.names):
            raise ValueError(f"{self.name}: no column {', '.join(sorted(unknown))}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def file(self) -> str:
        """The CSV, relative to the results folder."""
        return f"{self.name}.csv" if self.rows is None else f"tables/{self.name}.csv"

    def of_kind(self, *kinds: str) -> frozenset[str]:
        """Names of the columns of a kind."""
        return frozenset(column.name for column in self.columns if column.kind in kinds)
