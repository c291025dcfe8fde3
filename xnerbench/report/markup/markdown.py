"""Tables in GitHub's Markdown."""

from __future__ import annotations

import re

from xnerbench.report.view import View

SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def escape(text: str) -> str:
    """Text that Markdown shows as it is, also inside a table cell; HTML tags are shown, not run."""
    text = re.sub(r"\s+", " ", text).strip()
    text = SPECIAL.sub(r"\\\1", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def table(view: View, most: int | None = None) -> str:
    """The table; beyond `most` rows a line says how many are left out and where they are.

    Args:
        view: The table.
        most: Rows to show.
    """
    head = "| " + " | ".join(escape(column.title) for column in view.columns) + " |"
    rule = "|" + "|".join(" ---: " if column.numeric else " --- " for column in view.columns) + "|"
    rows = view.rows if most is None else view.rows[:most]
    total = [view.total] if view.total else []
    lines = [head, rule]
    lines += [
        "| " + " | ".join(escape(cell.text) for cell in row) + " |" for row in [*rows, *total]
    ]
    if len(rows) < len(view.rows):
        lines += ["", f"{len(view.rows) - len(rows)} more rows in `{view.source}`."]
    return "\n".join(lines)
