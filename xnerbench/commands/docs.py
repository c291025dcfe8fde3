"""`xnerbench docs`: the reference pages that are made from code, so that they cannot go stale."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from xnerbench.catalogue.pages import PAGES, renewed
from xnerbench.commands import limits
from xnerbench.errors import InputError
from xnerbench.storage import artifacts
from xnerbench.study.config import Config
from xnerbench.study.reading.keys import COUNT, schema_of

_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_INTRO = """# Configuration reference

<!-- Made by `xnerbench docs` from xnerbench/study/model.py, study/sections.py and data/formats/: edit those, not
this page. -->

A study is one YAML file; `xnerbench check FILE` says what is wrong with it, line by line, and opens
its corpora. Only the keys marked *required* must be given. Languages are ISO 639-3 codes.
Relative paths start at the folder that the command runs in; those of corpora at `corpora.root`. A key
that is not on this page is an error.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--folder", type=Path, default=Path("docs"), help="where the pages are")
    parser.add_argument("--check", action="store_true", help="only compare; exit 2 on a difference")


def run(arguments: argparse.Namespace) -> int:
    """Writes the pages, or compares them."""
    made = {"configuration.md": configuration_page()}
    parts = {name: make() for name, make in PAGES.items()} | {"reliability.md": limits.page()}
    for name, part in parts.items():
        path = arguments.folder / name
        if not path.is_file():
            raise InputError("there is no such page", str(path), "Name the folder of the pages")
        made[name] = renewed(name, path.read_text(encoding="utf-8"), part)
    for name, page in made.items():
        path = arguments.folder / name
        if not arguments.check:
            artifacts.write_text(path, page)
            print(path)
        elif not path.is_file() or path.read_text(encoding="utf-8") != page:
            raise InputError("is not what the code says", str(path), "run `xnerbench docs`")
    return 0


def configuration_page() -> str:
    """`docs/configuration.md`: every key with type, default and meaning."""
    study = schema_of(Config)
    sections = ["\n".join(["## The study", "", *_table(study)])]
    for name, part in study["properties"].items():
        sections += _sections(name, part)
    unique = dict.fromkeys(sections)  # `pool` is the same under two formats
    return "\n\n".join([_INTRO.rstrip(), *unique]) + "\n"


def _sections(name: str, part: dict[str, Any]) -> Iterator[str]:
    """A mapping's section (heading and table), and those of the mappings in it."""
    if "allOf" in part:
        for branch in part["allOf"]:
            kind = branch["if"]["properties"][part["x-tag"]]["const"]
            yield from _section(f"{name}` with `{part['x-tag']}: {kind}", branch["then"], name)
    elif "properties" in part:
        yield from _section(name, part, name)
    elif isinstance(part.get("additionalProperties"), dict):
        child = part["additionalProperties"]
        if "properties" in child:
            yield from _sections(f"{name}.{part['x-name']}", child)


def _section(title: str, part: dict[str, Any], name: str) -> Iterator[str]:
    about = [part["description"], ""] if part.get("description") else []
    yield "\n".join([f"## `{title}`", "", *about, *_table(part)])
    for key, child in part["properties"].items():
        yield from _sections(f"{name}.{key}", child)


def _table(part: dict[str, Any]) -> Iterator[str]:
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    for key, child in part["properties"].items():
        default = "*required*" if key in part.get("required", ()) else _default(child)
        meaning = child.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_type(child)} | {default} | {meaning} |"


def _default(part: dict[str, Any]) -> str:
    if "const" in part or "default" not in part:
        return "*required*"
    if part["default"] == {}:
        return "see below" if "properties" in part else "`{}`"
    value = part["default"]
    if isinstance(value, float):  # as YAML reads it: 1.0e-05, not 1e-05
        return f"`{yaml.safe_dump(value).split()[0]}`"
    if isinstance(value, str):
        return f"`{value}`"
    return f"`{json.dumps(value)}`".replace('"', "")


def _type(part: dict[str, Any]) -> str:
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return " or ".join(f"`{'null' if v is None else v}`" for v in part["enum"])
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return " or ".join(_kind(kind, part) for kind in kinds)


def _kind(kind: str, part: dict[str, Any]) -> str:
    if kind == "array":
        return f"list of {_type(part['items'])}"
    if kind == "object":
        return "mapping of " + part["x-name"].strip("<>") if "x-name" in part else "mapping"
    if kind in ("integer", "number"):
        bounds = [
            f"{sign} {part[key]}" for key, sign in _BOUNDS.items() if part.get(key, COUNT) != COUNT
        ]
        return f"{kind} ({', '.join(bounds)})" if bounds else kind
    return {"string": "text", "null": "`null`"}.get(kind, kind)
