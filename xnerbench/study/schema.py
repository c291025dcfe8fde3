"""The schema of a configuration: checks in plain words, and defaults filled in."""

from __future__ import annotations

import copy
import difflib
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from xnerbench.errors import InputError
from xnerbench.study.yaml_source import Loader, Where

Schema = dict[str, Any]
_LANGUAGE = "corpora.languages.<language>"
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys",
    "null": "null",
}


@functools.cache
def schema() -> Schema:
    """The parsed `schema.yaml`."""
    path = Path(__file__).with_name("schema.yaml")
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)


def resolve(part: Schema) -> Schema:
    """A part of the schema with its `$ref` followed; keys beside the reference win."""
    if "$ref" not in part:
        return part
    target = schema()["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return {**resolve(target), **{key: part[key] for key in part if key != "$ref"}}


def variant(part: Schema, value: dict[str, Any]) -> Schema:
    """The branch of a tagged union (`format: conll | hub | embedded`) that `value` belongs to."""
    for branch in part.get("allOf", []):
        if branch["if"]["properties"]["format"]["const"] == value.get("format"):
            return resolve(branch["then"])
    return part


def fill(raw: Any, part: Schema | None = None) -> Any:
    """A deep copy of a valid configuration with every default in place."""
    part = resolve(schema() if part is None else part)
    if isinstance(raw, list):
        return [fill(item, part.get("items", {})) for item in raw]
    if not isinstance(raw, dict):
        return raw
    part = variant(part, raw)
    properties: dict[str, Schema] = part.get("properties", {})
    others = part.get("additionalProperties")
    filled = {}
    for key, child in properties.items():
        if key in raw:
            filled[key] = fill(raw[key], child)
        elif "default" in child:
            filled[key] = fill(copy.deepcopy(child["default"]), child)
    for key, value in raw.items():
        if key not in properties:
            filled[key] = fill(value, others if isinstance(others, dict) else {})
    return filled


def mistakes(raw: Any, where: Where) -> list[InputError]:
    """Everything in `raw` that the schema forbids, in the order of the file's keys."""
    if not isinstance(raw, dict):
        remedy = "start from one of the files in config/"
        return [InputError("is not a mapping of keys", where() or "configuration", remedy)]
    words = list(_not_words(raw, (), where))
    if words:  # jsonschema cannot match patterns on such keys
        return words
    validator = jsonschema.Draft202012Validator(schema())
    errors = sorted(validator.iter_errors(raw), key=lambda error: [str(p) for p in error.path])
    return [mistake for error in errors for mistake in _explain(error, where)]


def _not_words(value: Any, at: tuple[str | int, ...], where: Where) -> Iterator[InputError]:
    if isinstance(value, dict):
        for key, child in value.items():
            if isinstance(key, str):
                yield from _not_words(child, (*at, key), where)
            else:
                remedy = (
                    "quote it, and use ISO 639-3 codes: Norwegian is nob or nno"
                    if isinstance(key, bool)
                    else "put it in quotation marks"
                )
                yield InputError(f"YAML reads a key here as {key!r}", where(*at), remedy)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _not_words(child, (*at, index), where)


def _explain(error: jsonschema.ValidationError, where: Where) -> list[InputError]:
    at, rule, value = tuple(error.absolute_path), error.validator, error.instance
    if rule == "additionalProperties":
        known = error.schema.get("properties", {})
        return [_unknown_key(key, at, known, where) for key in value if key not in known]
    if rule == "required":
        missing = [key for key in error.validator_value if key not in value]
        return [_missing_key(key, at, error.schema, where) for key in missing]
    place = where(*at)
    if rule == "type":
        return [InputError(*_wrong_type(value, error.validator_value, place))]
    if rule == "enum":
        choices = [choice for choice in error.validator_value if choice is not None]
        return [
            InputError(
                f"`{value}` is not known", place, did_you_mean(value, choices, "choose one of")
            )
        ]
    if rule == "pattern":
        hint = error.schema.get("x-hint", "see docs/configuration.md")
        return [InputError(f"`{value}` is not allowed here", place, hint)]
    if rule == "minItems" or (rule == "minLength" and not value):
        return [InputError("is empty", place, "give at least one value, or leave the key out")]
    bounds = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "above",
        "exclusiveMaximum": "below",
        "maxLength": "of a length of at most",
    }
    what = f"`{value}` is out of range"
    return [
        InputError(what, place, f"use a value {bounds.get(rule, rule)} {error.validator_value}")
    ]


def _unknown_key(
    key: str, at: tuple[str | int, ...], known: dict[str, Any], where: Where
) -> InputError:
    here = ".".join(map(str, at))
    if at[:2] == ("corpora", "languages"):
        here = _LANGUAGE
    elsewhere = [place for place in _places(key) if here not in (place, _LANGUAGE)]
    if near := near_miss(key, known):
        remedy = f"did you mean `{near}`?"
    elif elsewhere:
        remedy = f"it belongs under {' or '.join(f'`{place}`' for place in elsewhere[:3])}"
    else:
        remedy = f"the keys here are {', '.join(known)}"
    return InputError(f"there is no key `{key}`", where(*at, key), remedy.removesuffix("?"))


@functools.cache
def _places(key: str) -> tuple[str, ...]:
    top = schema()["properties"]
    found = ["the top level"] if key in top else []
    found += [
        name
        for name, part in top.items()
        if name != "only" and key in resolve(part).get("properties", {})
    ]
    if any(key in resolve(b["then"])["properties"] for b in schema()["$defs"]["language"]["allOf"]):
        found.append(_LANGUAGE)
    return tuple(found)


def _missing_key(key: str, at: tuple[str | int, ...], part: Schema, where: Where) -> InputError:
    meaning = resolve(part["properties"].get(key, {})).get("description", "")
    remedy = f"add it: {meaning[:1].lower()}{meaning[1:].rstrip('.')}" if meaning else "add it"
    if key == "format":
        remedy = "add `format: conll`, `format: hub` or `format: embedded`"
    return InputError(f"the key `{key}` is missing", where(*at) or key, remedy)


def _wrong_type(value: Any, expected: str | list[str], place: str) -> tuple[str, str, str]:
    kinds = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_KINDS[kind] for kind in kinds)
    what = f"should be {wanted}, and is `{value}`"
    if isinstance(value, bool) and "string" in kinds:
        word = "no, off or false" if value is False else "yes, on or true"
        remedy = "use ISO 639-3 codes (Norwegian is nob or nno), or put the word in quotation marks"
        return f"YAML reads {word} without quotation marks as {value}", place, remedy
    if isinstance(value, str) and {"number", "integer"} & set(kinds):
        try:
            number = float(value)
        except ValueError:
            return what, place, f"write {wanted}"
        plain = f"{number:.1e}" if "e" in value.lower() else f"{number:g}"
        return what, place, f"write {plain}: YAML takes `{value}` for text"
    if value is None:
        return "is empty", place, f"give {wanted}, or leave the key out"
    if "array" in kinds and isinstance(value, str | int | float):
        return what, place, f"write it as a list: [{value}]"
    return what, place, f"write {wanted}"


def did_you_mean(value: Any, known: list[str] | tuple[str, ...], otherwise: str) -> str:
    """`did you mean ...` for a near miss, else `<otherwise> a, b, c`."""
    near = near_miss(str(value), known)
    return f"did you mean `{near}`" if near else f"{otherwise} {', '.join(map(str, known))}"


def near_miss(text: str, known: Iterable[str]) -> str | None:
    """The known word that `text` was probably meant to be."""
    return next(iter(difflib.get_close_matches(text, list(known), 1, 0.6)), None)
