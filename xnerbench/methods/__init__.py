"""The methods of a study: one module each, in rooms by kind; the grid, the scores and the report go by name.

Every module in a room (`direct/`, `distilled/`, ...) is found by looking and states one `METHOD`.

Free of torch, so that grids and configurations can ask. `docs/extending.md` shows how to add one from a file
of one's own.
"""

from __future__ import annotations

import importlib
import pkgutil
import typing
from collections.abc import Mapping

from xnerbench.methods import declared
from xnerbench.methods.method import Method, Role
from xnerbench.methods.options import STUDENT, Option

__all__ = ["METHODS", "STUDENT", "Method", "Option", "register_method"]

METHODS: dict[str, Method] = {}
"""Every known method by its name; a study's variants are in its configuration."""


def place(method: Method) -> tuple[int, str]:
    """What methods are sorted by wherever several are listed: role, then name."""
    return typing.get_args(Role).index(method.role), method.name


def named(name: str, variants: Mapping[str, Method] | None = None) -> Method:
    """The method of a name; of one that none has (in scores without a configuration), a student with the defaults.

    Args:
        name: Of a method, or of one of the variants.
        variants: A study's, by name: METHODS does not have them.
    """
    return (variants or {}).get(name) or METHODS.get(name) or Method(name, "")


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
    found = [
        importlib.import_module(f"{__name__}.{room}.{module.name}").METHOD
        for room in rooms
        for module in pkgutil.iter_modules([f"{folder}/{room}" for folder in __path__])
    ]
    for method in sorted(found, key=place):
        register_method(method)


_register_own()
