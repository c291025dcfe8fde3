"""The parts of `docs/tables.md` and `docs/figures.md` that the declarations say."""

from __future__ import annotations

from collections.abc import Callable

from xnerbench.catalogue.figures import FIGURES
from xnerbench.catalogue.sections import heading
from xnerbench.catalogue.tables import TABLES
from xnerbench.errors import InputError

BEGIN, END = "<!-- From here made by `xnerbench docs` -->", "<!-- To here -->"


def tables() -> str:
    """Every table with its columns."""
    parts = []
    for table in TABLES.values():
        rows = [f"| `{c.name}` | {c.kind} | {_cell(c.meaning)} |" for c in table.columns]
        head = ["| column | type | meaning |", "|---|---|---|"]
        note = ["", table.note] if table.note else []
        parts.append("\n".join([f"## {table.name}", "", table.about, "", *head, *rows, *note]))
    return "\n\n".join(parts)


def figures() -> str:
    """Every figure with what it shows, in the order of the figures' folder."""
    rows = []
    for figure in FIGURES.values():
        source = ", ".join(f"`{name}`" for name in figure.tables)
        shows = _cell(figure.shows)
        rows.append(f"| `{figure.name}` | {shows} | {source} | {heading(figure.section)} |")
    return "\n".join(
        ["| name | shows | from | section of the report |", "|---|---|---|---|", *rows]
    )


PAGES: dict[str, Callable[[], str]] = {"tables.md": tables, "figures.md": figures}


def renewed(name: str, page: str, made: str | None = None) -> str:
    """A page with the part between its two marks made anew.

    Args:
        name: The page's.
        page: Its text.
        made: What goes there; what `PAGES` makes by default.

    Raises:
        InputError: A mark is missing.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise InputError(f"has no lines {BEGIN} and {END}", name, "Write them around the list")
    return f"{head}{BEGIN}\n\n{made or PAGES[name]()}\n\n{END}{tail}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
