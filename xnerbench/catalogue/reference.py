"""A function, or its name as `module:function`, which is imported when it is used."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

Reference = str | Callable[..., Any]
"""`module:function`, or the function itself (a plug-in's)."""


def resolve(reference: Reference) -> Callable[..., Any]:
    """The function."""
    if callable(reference):
        return reference
    module, _, function = reference.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def module_of(reference: Reference) -> str | None:
    """The module of a reference by name; `None` for a function, whose file is a plug-in's."""
    return None if callable(reference) else reference.partition(":")[0]


def origin(reference: Reference) -> str:
    """Where the code is: the module, or the path of a function's file."""
    if not callable(reference):
        return reference.partition(":")[0]
    try:
        return str(Path(inspect.getfile(inspect.unwrap(reference))).resolve())
    except TypeError:  # a callable object: its class says where it is
        return str(Path(inspect.getfile(type(reference))).resolve())
