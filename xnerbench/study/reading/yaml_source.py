"""Configuration files, read within limits, with the line of every key so that a message can point at it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from xnerbench.errors import InputError, shortened

KeyPath = tuple[str | int, ...]

# Every job of a study reads a configuration: the C parser takes a tenth of the time where it is built.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BYTES = 1_000_000
DEPTH = 20
NODES = 50_000
DIGITS = 100
"""Limits of a configuration: far beyond any study, and read within a second or two."""

_NUMBER = frozenset("0123456789abcdefABCDEFxX_.:+-")


def read(path: Path) -> tuple[Any, Where]:
    """Reads a YAML file, or the JSON copy that the workflow writes.

    Returns:
        The plain value, and where its keys are.

    Raises:
        InputError: The file is absent, no file, too large or deep, not UTF-8, not YAML, has aliases or tags, or
            repeats a key (which YAML readers silently resolve to the last one).
    """
    text = _text(path)
    if path.suffix == ".json":  # YAML would take 1e-05 for text
        return _json(text, path), Where(path)
    _check_events(text, path)
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise _not_yaml(error, path) from None
    except (ValueError, OverflowError, RecursionError) as error:  # dates such as 2026-13-45
        what = f"is not YAML: {shortened(str(error))}"
        raise InputError(what, str(path), "quote the value") from None
    finally:
        loader.dispose()
    lines = _lines(node, (), path) if node else ()
    return value, Where(path, {at: f"{path}:{line}" for at, line in lines})


def read_over(paths: Iterable[Path]) -> tuple[dict[str, Any], Where]:
    """Reads files that lie over each other as Snakemake lays them: mappings are merged, all else replaced.

    Returns:
        The merged value, and where each of its keys was last written.

    Raises:
        InputError: As of `read`, or a file is no mapping.
    """
    whole: dict[str, Any] = {}
    places: dict[KeyPath, str] = {}
    for path in paths:
        value, where = read(path)
        if not isinstance(value, dict):
            raise InputError("is no mapping of keys", str(path), "write `key: value` lines")
        _lay(value, (), where, whole, places)
    return whole, Where(None, places)


def _lay(
    over: Mapping[str, Any],
    at: KeyPath,
    where: Where,
    whole: dict[str, Any],
    places: dict[KeyPath, str],
) -> None:
    for key, value in over.items():
        below = (*at, str(key))
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            places |= {path: place for path, place in where.places.items() if path == below}
            _lay(value, below, where, whole[key], places)
            continue
        for path in [path for path in places if path[: len(below)] == below]:
            del places[path]
        places |= {
            path: place for path, place in where.places.items() if path[: len(below)] == below
        }
        whole[key] = value


def has_word(path: Path, word: str) -> bool:
    """Whether a YAML file has a word as a key or value, however it is written (`"\\x61"` is `a`).

    Args:
        path: A file that something else has read, so that it need not be within the limits.
        word: The word.
    """
    raw = path.read_bytes()
    if word.encode() in raw:
        return True
    try:
        return any(getattr(event, "value", None) == word for event in yaml.parse(raw, Loader))
    except (yaml.YAMLError, ValueError):  # Snakemake has refused it, too
        return False


def _text(path: Path) -> str:
    try:
        # Opening a pipe without a writer would wait for one.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputError("is not a file", str(path), "check the path: give a YAML file")
            raw = file.read(BYTES + 1)
    except FileNotFoundError:
        raise InputError("there is no such configuration", str(path), "check the path") from None
    except IsADirectoryError:
        raise InputError("is a folder", str(path), "check the path: give a file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read ({reason})", str(path), "check the path") from None
    if len(raw) > BYTES:
        what = f"has more than {BYTES // 1_000_000} MB, which no configuration needs"
        raise InputError(what, str(path), "check the path")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", str(path), "save the file as UTF-8") from None


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        what = f"is not JSON: {shortened(str(error))}"
        remedy = "remove the file; the next run of the study writes it anew"
        raise InputError(what, str(path), remedy) from None


def _check_events(text: str, path: Path) -> None:
    """Refuses what would take memory, time or the process's stack, before anything is made of it."""
    depth = nodes = 0

    def refuse(what: str, remedy: str) -> InputError:
        return InputError(what, f"{path}:{event.start_mark.line + 1}", remedy)

    try:
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
                what = f"uses an anchor or alias (`{sign}{shortened(event.anchor)}`)"
                raise refuse(what, "write the value out, or quote it where it is text")
            if getattr(event, "tag", None):
                what = f"has a tag (`{shortened(event.tag)}`), which no value here needs"
                raise refuse(what, "check it: remove the tag, or quote the value where it is text")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and _is_giant(event):
                what = f"has a number of {len(event.value)} characters"
                raise refuse(what, "write a shorter one, or quote it where it is text")
            nodes += isinstance(event, yaml.NodeEvent)
            if depth > DEPTH:
                what = f"has brackets or indentation more than {DEPTH} levels deep"
                raise refuse(what, "start from one of the files in config/")
            if nodes > NODES:
                what = f"has more than {NODES} values"
                raise refuse(what, "start from one of the files in config/")
    except yaml.YAMLError as error:
        raise _not_yaml(error, path) from None


def _is_giant(event: yaml.ScalarEvent) -> bool:
    text = event.value
    if len(text) <= DIGITS or not event.implicit[0]:
        return False
    return text[0] in "+-.0123456789" and _NUMBER.issuperset(text)


def _not_yaml(error: yaml.YAMLError, path: Path) -> InputError:
    mark = getattr(error, "problem_mark", None)
    where = f"{path}:{mark.line + 1}" if mark else str(path)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    remedy = "check the indentation, the colons and the brackets there"
    return InputError(f"is not YAML: {shortened(problem)}", where, remedy)


def _lines(node: yaml.Node, at: KeyPath, path: Path) -> Iterator[tuple[KeyPath, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[Any, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            # `no:` as a key is False to YAML and a word to its writer: keep what was written.
            name = str(key.value)
            if name in seen:
                raise InputError(
                    f"the key `{shortened(name)}` stands here and on line {seen[name]}",
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
        name = part if isinstance(part, int) else shortened(part)
        text += f"[{part}]" if isinstance(part, int) else f".{name}" if text else str(name)
    return text


class Where:
    """Names a key in messages: `config/demo.yaml:12: sizes[2]`, or `sizes[2]` without a file.

    Attributes:
        places: File and line of every key that has one.
    """

    def __init__(
        self,
        path: Path | None = None,
        places: Mapping[KeyPath, str] | None = None,
        prefix: KeyPath = (),
    ) -> None:
        self._path, self.places, self._prefix = path, places or {}, prefix

    def below(self, *at: str | int) -> Where:
        """The same for key paths that start at a key."""
        return Where(self._path, self.places, (*self._prefix, *at))

    def without(self, keys: Iterable[str]) -> Where:
        """The same without the places of these keys at the top: what stands there is not what they are now."""
        gone = set(keys)
        return Where(
            self._path, {at: place for at, place in self.places.items() if at[0] not in gone}
        )

    def __call__(self, *at: str | int) -> str:
        """The place of a key path, or of its nearest parent that is in the file."""
        at = (*self._prefix, *at)
        name = _dotted(at)
        for end in range(len(at), 0, -1):
            if place := self.places.get(tuple(at[:end])):
                return f"{place}: {name}"
        if self._path is None:
            return name or "the configuration"
        return f"{self._path}: {name}" if name else str(self._path)
