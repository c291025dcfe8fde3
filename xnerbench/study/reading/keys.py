"""Keys of a configuration, each declared once: a frozen dataclass is a section, its fields are keys.

From a section follow its JSON schema (and from that the checks and the reference page) and its values
with every default in place. A section may come in kinds told apart by one of its keys, such as corpora
by `format`: then its base class has `TAG`, the name of that key, and `KINDS`, the classes by name.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from typing import Any, ClassVar, Literal

REQUIRED: Any = MISSING
"""Given as a default, it makes a key one that must be in the file."""

Schema = dict[str, Any]

MOST = 1000
"""Entries of a list: a grid has more than one axis, and messages and plans stay short."""

COUNT = 1_000_000_000
"""Largest number of sentences or updates that a key takes."""

SEED = 2**32 - 1
"""Largest seed that every generator takes."""

PATH = r"[^{}\x00]+"
PATH_HINT = "check the path: braces are not possible, since Snakemake takes them for wildcards"
COMMIT = "[0-9a-f]{7,40}"
COMMIT_HINT = "give the commit's hash, which the hub shows under the files' history"

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True)
class Key:
    """What is known of a key besides its name and type; `limits` are words of JSON Schema."""

    default: Any
    meaning: str
    limits: dict[str, Any]
    of: str
    last: bool


class Tagged(typing.Protocol):
    """The base class of a section that comes in kinds."""

    TAG: ClassVar[str]
    KINDS: ClassVar[dict[str, type]]
    SUMMARY: ClassVar[str]


def key(
    default: Any,
    meaning: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
    choices: tuple[str, ...] | None = None,
    pattern: str | None = None,
    hint: str | None = None,
    shortest: int | None = None,
    longest: int | None = None,
    of: str = "",
    last: bool = False,
) -> Any:
    """A field that is a key of the configuration.

    Limits hold for the value, or for each entry of a list or mapping.

    Args:
        default: `REQUIRED`; a plain value; or a section's class, for its own defaults. With `None` the file may
            say `null`.
        meaning: For the reference page and for messages, in Markdown.
        minimum: Smallest number.
        maximum: Largest number.
        above: A number that is too small.
        below: A number that is too large.
        choices: The texts there are, where the annotation is no `Literal`.
        pattern: Regular expression of a text.
        hint: What to do where the pattern does not match.
        shortest: Characters of a text, 1 unless given.
        longest: Characters of a text.
        of: What the names of a mapping are (`language`).
        last: Comes after the keys of subclasses on the reference page.
    """
    limits = {
        "minimum": minimum,
        "maximum": maximum,
        "exclusiveMinimum": above,
        "exclusiveMaximum": below,
        "enum": list(choices) if choices else None,
        # `$` alone would also match before a line end at the end of the text.
        "pattern": f"^(?:{pattern})$(?!\n)" if pattern else None,
        "x-hint": hint,
        "minLength": shortest,
        "maxLength": longest,
    }
    limits = {name: limit for name, limit in limits.items() if limit is not None}
    about = {"key": Key(default, meaning, limits, of, last)}
    if default is REQUIRED:
        return dataclasses.field(kw_only=True, metadata=about)
    if isinstance(default, type):
        return dataclasses.field(kw_only=True, metadata=about, default_factory=default)
    if isinstance(default, dict):
        return dataclasses.field(kw_only=True, metadata=about, default_factory=default.copy)
    return dataclasses.field(kw_only=True, metadata=about, default=default)


def keys_of(section: type) -> Iterator[tuple[str, Any, Key]]:
    """Name, type and facts of a section's keys, in order; fields made otherwise are none."""
    hints = _hints(section)
    found = [
        (field.name, hints[field.name], field.metadata["key"])
        for field in dataclasses.fields(section)
        if "key" in field.metadata
    ]
    yield from sorted(found, key=lambda item: item[2].last)


@functools.cache
def _hints(section: type) -> dict[str, Any]:
    return typing.get_type_hints(section)


# --- schema


@functools.cache
def schema_of(section: type, kind: str | None = None) -> Schema:
    """The JSON schema (2020-12) of a section; `kind` is its name where it is one kind of several."""
    properties: dict[str, Schema] = {}
    required = []
    for name, hint, about in keys_of(section):
        if kind is not None and name == section.TAG:  # type: ignore[attr-defined]
            properties[name] = {"const": kind, "description": section.SUMMARY}  # type: ignore[attr-defined]
            continue
        child = _schema(hint, about)
        if about.default is None:
            child = _or_null(child)
        child["description"] = about.meaning
        if about.default is REQUIRED:
            required.append(name)
        else:
            child["default"] = {} if isinstance(about.default, type) else _plain(about.default)
        properties[name] = child
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def forget() -> None:
    """Derives schemas anew, once a kind has been added to a section."""
    schema_of.cache_clear()


def _schema(hint: Any, about: Key) -> Schema:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        parts = [_schema(part, about) for part in arguments if part is not types.NoneType]
        merged: Schema = {name: value for part in parts for name, value in part.items()}
        merged["type"] = [part["type"] for part in parts]
        if len(parts) == 1:
            merged["type"] = parts[0]["type"]
        return _or_null(merged) if types.NoneType in arguments else merged
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is tuple:
        entry = _schema(arguments[0], about)
        return {
            "type": "array",
            "minItems": 0 if about.default == () else 1,
            "maxItems": MOST,
            "items": entry,
        }
    if origin is dict:
        entry = _schema(arguments[1], about)
        return {"type": "object", "additionalProperties": entry, "x-name": f"<{about.of}>"}
    if hasattr(hint, "KINDS"):
        return _one_of(hint)
    if dataclasses.is_dataclass(hint):
        return dict(schema_of(typing.cast(type, hint)))
    shortest = {"minLength": 1} if hint is str else {}
    return {"type": _SCALARS[hint], **shortest, **about.limits}


def _one_of(base: type[Tagged]) -> Schema:
    tag = base.TAG
    branches = [
        {
            "if": {"required": [tag], "properties": {tag: {"const": name}}},
            "then": schema_of(section, name),
        }
        for name, section in base.KINDS.items()
    ]
    known = {tag: {"type": "string", "enum": list(base.KINDS)}}
    return {
        "type": "object",
        "required": [tag],
        "properties": known,
        "allOf": branches,
        "x-tag": tag,
    }


def _or_null(part: Schema) -> Schema:
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    if "null" in kinds:
        return part
    choices = {"enum": [*part["enum"], None]} if "enum" in part else {}
    return {**part, "type": [*kinds, "null"], **choices}


# --- values


def build(section: type, raw: Mapping[str, Any], **others: Any) -> Any:
    """A section from what its schema accepts; `others` are its fields that are no keys."""
    given = {name: _value(hint, raw[name]) for name, hint, _ in keys_of(section) if name in raw}
    return section(**given, **others)


def _value(hint: Any, raw: Any) -> Any:
    if raw is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _value(next(part for part in arguments if _takes(part, raw)), raw)
    if origin is tuple:
        return tuple(_value(arguments[0], item) for item in raw)
    if origin is dict:
        return {name: _value(arguments[1], item) for name, item in raw.items()}
    if hasattr(hint, "KINDS"):
        return build(hint.KINDS[raw[hint.TAG]], raw)
    if dataclasses.is_dataclass(hint):
        return build(typing.cast(type, hint), raw)
    return float(raw) if hint is float else raw


def _takes(hint: Any, raw: Any) -> bool:
    """Whether a value that the schema accepts belongs to one part of a union."""
    origin = typing.get_origin(hint)
    if isinstance(raw, dict):
        return origin is dict or hasattr(hint, "KINDS") or dataclasses.is_dataclass(hint)
    if isinstance(raw, list | tuple):
        return origin is tuple
    if hint is float:
        return isinstance(raw, int | float)
    return origin is Literal or (isinstance(hint, type) and isinstance(raw, hint))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
