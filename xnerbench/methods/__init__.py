"""The methods of a study: one module each, in rooms by kind; the grid, the scores and the report go by name.

Every module in a room (`direct/`, `distilled/`, ...) is found by looking and states one `METHOD`.

Free of torch, so that grids and configurations can ask. `docs/extending.md` shows how to add one from a file
of one's own.
"""

from __future__ import annotations

import importlib
import pkgutil

from xnerbench.methods import declared
from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

__all__ = ["METHODS", "STUDENT", "Method", "Option", "register_method"]

METHODS: dict[str, Method] = {}
"""Every known method by its name; a study's variants are in its configuration."""

# The order of the reference page and of messages; modules that are not named come after these.
_FIRST = ("direct", "ts", "ts_hard", "ts_kl", "ts_warm", "multi_avg", "multi_sim", "multi_concat")


def register_method(method: Method) -> Method:
    """Makes a method known; called once for each, by this package or by a plug-in's file.

    Raises:
        ValueError: Another method has that name, or a fact or option is not what it may be.
    """
    declared.check(method)
    known = METHODS.get(method.name)
    if known is not None and known.facts() != method.facts():
        raise ValueError(f"there is a method `{method.name}` already")
    METHODS[method.name] = method
    return method


def _register_own() -> None:
    rooms = [room.name for room in pkgutil.iter_modules(__path__) if room.ispkg]
    found = {
        module.name: f"{__name__}.{room}.{module.name}"
        for room in rooms
        for module in pkgutil.iter_modules([f"{folder}/{room}" for folder in __path__])
    }
    for name in sorted(
        found, key=lambda name: (_FIRST.index(name) if name in _FIRST else 99, name)
    ):
        register_method(importlib.import_module(found[name]).METHOD)


_register_own()
