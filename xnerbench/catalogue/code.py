"""Which modules the declarations name, by the command that runs them."""

from __future__ import annotations

from xnerbench.catalogue.figures import FIGURES
from xnerbench.catalogue.reference import Reference, module_of
from xnerbench.catalogue.tables import TABLES


def modules_of(command: str) -> tuple[str, ...]:
    """Modules that a command imports by name and not by an import statement, sorted.

    Plug-ins' functions are not among them: their files are named by the configuration.
    """
    drawn = [figure.draw for figure in FIGURES.values()]
    shown = [shown for table in TABLES.values() for shown in table.shown]
    views = [view for one in shown for view in (one.make, one.paper)]
    named: dict[str, list[Reference | None]] = {
        "fit": [table.rows for table in TABLES.values()],
        "figures": [*drawn],
        "report": [*drawn, *views],
    }
    found = [module_of(reference) for reference in named.get(command, []) if reference is not None]
    return tuple(sorted({module for module in found if module is not None}))
