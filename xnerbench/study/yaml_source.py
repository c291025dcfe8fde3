"""YAML with the line of every key, so that a message can point at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from xnerbench.errors import InputError

KeyPath = tuple[str | int, ...]

# Every job of a study reads a configuration: the C parser takes a tenth of the time where it is built.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> tuple[Any, dict[KeyPath, int]]:
    """Reads a YAML file.

    Returns:
        The plain value, and the line (from 1) of every key path in it.

    Raises:
        InputError: The file is absent, not UTF-8, not YAML, or repeats a key (which YAML readers
            silently resolve to the last one).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such configuration", str(path), "check the path") from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", str(path), "save the file as UTF-8") from None
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", str(path), "check the path"
        ) from None
    try:
        node = yaml.compose(text, Loader=Loader)
        value = yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        remedy = "check the indentation, the colons and the brackets there"
        raise InputError(f"is not YAML: {problem}", where, remedy) from None
    except (ValueError, RecursionError) as error:  # dates such as 2026-13-45, bottomless aliases
        raise InputError(f"is not YAML: {error}", str(path), "quote the value") from None
    return value, dict(_lines(node, (), path)) if node else {}


def _lines(node: yaml.Node, at: KeyPath, path: Path) -> Iterator[tuple[KeyPath, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[Any, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            # `no:` as a key is False to YAML and a word to its writer: keep what was written.
            name = str(key.value)
            if name in seen and name != "<<":
                raise InputError(
                    f"the key `{name}` stands here and on line {seen[name]}",
                    f"{path}:{line}: {_dotted((*at, name))}",
                    "keep one of the two",
                )
            seen[name] = line
            yield (*at, name), line
            yield from _lines(value, (*at, name), path)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*at, index), item.start_mark.line + 1
            yield from _lines(item, (*at, index), path)


def _dotted(at: KeyPath) -> str:
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


class Where:
    """Names a key in messages: `config/demo.yaml:12: sizes[2]`, or `sizes[2]` without a file."""

    def __init__(self, path: Path | None = None, lines: dict[KeyPath, int] | None = None) -> None:
        self._path, self._lines = path, lines or {}

    def __call__(self, *at: str | int) -> str:
        """The place of a key path, or of its nearest parent that is in the file."""
        name = _dotted(at)
        if self._path is None:
            return name
        for end in range(len(at), 0, -1):
            if line := self._lines.get(tuple(at[:end])):
                return f"{self._path}:{line}: {name}"
        return f"{self._path}: {name}" if name else str(self._path)
