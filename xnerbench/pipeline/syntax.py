"""What a file of code imports and what it does, read off its syntax tree once for each text.

Reading the package's two hundred files takes a second, and every call of Snakemake wants them all. So what was found is
kept beside Python's own compiled files, by the bytes that it was found in: a file's time decides nothing, and a memory
that cannot be read or written costs the second again.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, TypeGuard

from xnerbench.storage.artifacts import digest, read_json, sha256_file, write_text

MOST = 2000
"""Texts that are kept; beyond it only those of the present process."""

Found = tuple[frozenset[str], str]


class Memory:
    """What was found in which text.

    Args:
        file: Read at the first question, written by `save`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Any] | None = None
        self._new: dict[str, Any] = {}

    def of(self, text: bytes, package: str = "") -> Found:
        """The modules of this package that a text names in its imports, and a digest of what it does.

        Args:
            text: Of a file of Python.
            package: The package that relative imports start from.
        """
        if self._known is None:
            self._known = self._load()
        name = hashlib.sha256(package.encode() + b"\0" + text).hexdigest()
        entry = self._known.get(name)
        if entry is None:
            tree = ast.parse(text)
            entry = [sorted(_imports_in(tree, package)), _digest_of(tree)]
            self._new[name] = self._known[name] = entry
        return frozenset(entry[0]), str(entry[1])

    def _load(self) -> dict[str, Any]:
        with contextlib.suppress(Exception):  # none yet, or damaged: as if there were none
            stored = read_json(self._file)
            if stored["by"] == _by() and all(map(_is_entry, stored["found"].values())):
                return dict(stored["found"])
        return {}

    def save(self) -> None:
        """Writes down what was found anew; where nothing may be written, it is found again next time."""
        if not self._new or self._known is None or sys.dont_write_bytecode:
            return
        kept = self._known if len(self._known) <= MOST else self._new
        with contextlib.suppress(OSError):
            write_text(self._file, json.dumps({"by": _by(), "found": kept}))
        self._new = {}


def _by() -> str:
    """What finds it: trees differ between versions of Python."""
    return digest([sys.version, sha256_file(__file__)])


def _is_entry(value: Any) -> TypeGuard[tuple[list[str], str]]:
    """Whether this is what `of` keeps of one text."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], list)
        and all(isinstance(each, str) for each in [*value[0], value[1]])
    )


def _imports_in(tree: ast.Module, package: str) -> set[str]:
    """Modules of this package that are named in an import, with the packages around them."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, *filter(None, [base])])
            named.add(base)
            named.update(f"{base}.{alias.name}" for alias in node.names)
    found: set[str] = set()
    for name in named:
        parts = name.split(".")
        if parts[0] == "xnerbench":
            found.update(".".join(parts[:end]) for end in range(2, len(parts) + 1))
    return found


def _digest_of(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "key":
            node.args, node.keywords = (
                [],
                [],
            )  # a command's values are digested, defaults among them
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [child for child in node.body if not (_is_text(child) or _is_row(child))]
    return digest(ast.dump(tree))


def _is_row(node: ast.stmt) -> bool:
    """Whether a statement states a method's facts, which enter a cell's keys one by one."""
    value = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("Method", "register_method")


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is only a string: a docstring of whatever it follows or opens."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


MEMORY = Memory(
    Path(__file__).parent / "__pycache__" / f"syntax.{sys.implementation.cache_tag}.json"
)
"""Of every process that reads this package; it is written when the process ends."""
atexit.register(MEMORY.save)
