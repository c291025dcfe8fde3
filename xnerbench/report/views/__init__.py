"""The tables of the report, from a study's results; each is left out where its data are absent."""

from __future__ import annotations

from xnerbench.catalogue import reference
from xnerbench.catalogue.table import Shown, Table
from xnerbench.catalogue.tables import TABLES
from xnerbench.report.results import Results
from xnerbench.report.view import View
from xnerbench.report.views import plain


def declared() -> dict[str, tuple[Shown, Table]]:
    """Everything that the report shows of the tables, by name."""
    return {shown.name: (shown, table) for table in TABLES.values() for shown in table.shown}


def all_views(study: Results) -> dict[str, View]:
    """Every table that the study has data for."""
    found = {}
    for name, (shown, table) in declared().items():
        made = reference.resolve(shown.make)(study) if shown.make else plain.view(study, table)
        if made is not None:
            found[name] = made
    return found


def for_paper(study: Results, views: dict[str, View]) -> dict[str, View]:
    """The tables for LaTeX: those of `all_views`, cut to what fits a page."""
    made = {}
    for name, (shown, _) in declared().items():
        if name in views and shown.in_paper:
            cut = reference.resolve(shown.paper)(study) if shown.paper else None
            made[name] = views[name] if cut is None else cut
    return made
