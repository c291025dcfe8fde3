"""What a section's schema forbids, in plain words."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import jsonschema

from xnerbench.errors import SHOWN, InputError, shortened
from xnerbench.study.reading.keys import Schema, schema_of
from xnerbench.study.reading.yaml_source import DEPTH, DIGITS, NODES
from xnerbench.study.sections import CorporaConfig

Where = Callable[..., str]
"""Names a key path in messages: a `yaml_source.Where`, or what a command makes of its options."""

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


def mistakes(section: type, raw: Any, where: Where) -> list[InputError]:
    """What in `raw` the schema of a section forbids, in the order of the file's keys.

    Args:
        section: A class of `keys`, such as `config.Config`.
        raw: Parsed YAML or JSON.
        where: Names the keys.
    """
    if not isinstance(raw, dict):
        remedy = "start from one of the files in config/"
        return [InputError("is not a mapping of keys", where() or "configuration", remedy)]
    unfit = list(islice(_unfit(raw, where), SHOWN))
    if unfit:  # jsonschema cannot match patterns on such keys, nor look into bottomless values
        return unfit
    validator = _Strict(schema_of(section))
    errors = sorted(
        islice(validator.iter_errors(raw), 10 * SHOWN),
        key=lambda error: [str(part) for part in error.path],
    )
    return [mistake for error in errors for mistake in _explain(error, section, where)]


@dataclass(frozen=True)
class _Other:
    """Stands for a mapping that no section declares: none of its keys belongs elsewhere."""


def mistakes_in(raw: dict[str, Any], part: Schema, where: Where) -> list[InputError]:
    """As `mistakes`, for a mapping with a schema that no section declares, such as a method's options."""
    if unfit := list(islice(_unfit(raw, where), SHOWN)):
        return unfit
    errors = islice(_Strict(part).iter_errors(raw), SHOWN)
    return [mistake for error in errors for mistake in _explain(error, _Other, where)]


def _is_integer(checker: Any, value: Any) -> bool:
    # 1.0 is a whole number to JSON Schema, but fails later as a seed or a size.
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(checker: Any, value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return _is_integer(checker, value)


_Strict = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number}
    ),
)


def _unfit(raw: Any, where: Where) -> Iterator[InputError]:
    """Keys that are no words, text that cannot be written, and values without end."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), raw)]
    seen = 0
    while waiting:
        at, value = waiting.pop()
        seen += 1
        if len(at) > DEPTH or seen > NODES:
            what = "is nested too deep" if len(at) > DEPTH else f"has more than {NODES} values"
            remedy = "start from one of the files in config/"
            yield InputError(what, where(*at[:1]) or "configuration", remedy)
            return
        if isinstance(value, dict):
            for key, child in value.items():
                if isinstance(key, str):
                    waiting += [((*at, key), key), ((*at, key), child)]
                else:
                    remedy = (
                        "quote it, and use ISO 639-3 codes: Norwegian is nob or nno"
                        if isinstance(key, bool)
                        else "put it in quotation marks"
                    )
                    what = f"YAML reads a key here as {shortened(key)}"
                    yield InputError(what, where(*at), remedy)
        elif isinstance(value, list | tuple):
            waiting += [((*at, index), child) for index, child in enumerate(value)]
        elif isinstance(value, int) and abs(value) >= 10**DIGITS:
            what = f"is a number of more than {DIGITS} digits"
            yield InputError(what, where(*at), "write a smaller number")
        elif isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
            yield InputError("holds half a character", where(*at), "write the text as UTF-8")


def _explain(
    error: jsonschema.ValidationError, section: type, where: Where
) -> Iterator[InputError]:
    at, rule, value = tuple(error.absolute_path), error.validator, error.instance
    limit, place = error.validator_value, where(*at)
    if rule == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = [key for key in value if key not in known]
        for key in unknown[:SHOWN]:
            yield _unknown_key(key, at, known, section, where)
    elif rule == "required":
        for key in limit:
            if key not in value:
                yield _missing_key(key, at, error.schema, where)
    elif rule == "type":
        yield InputError(*_wrong_type(value, limit, place))
    elif rule == "enum":
        choices = [choice for choice in limit if choice is not None]
        remedy = did_you_mean(value, choices, "choose one of")
        yield InputError(f"`{shortened(value)}` is not known", place, remedy)
    elif rule == "pattern":
        hint = error.schema.get("x-hint", "see docs/configuration.md")
        yield InputError(f"`{shortened(value)}` is not allowed here", place, hint)
    elif rule == "minItems" or (rule == "minLength" and not value):
        yield InputError("is empty", place, "give at least one value, or leave the key out")
    elif rule == "maxItems":
        yield InputError(f"has {len(value)} entries", place, f"give at most {limit}")
    else:
        bounds = {
            "minimum": "at least",
            "maximum": "at most",
            "exclusiveMinimum": "above",
            "exclusiveMaximum": "below",
            "maxLength": "of a length of at most",
        }
        what = f"`{shortened(value)}` is out of range"
        yield InputError(what, place, f"use a value {bounds.get(rule, rule)} {limit}")


def _unknown_key(
    key: str, at: tuple[str | int, ...], known: Schema, section: type, where: Where
) -> InputError:
    here = ".".join(map(str, at))
    if at[:2] == ("corpora", "languages"):
        here = _LANGUAGE
    elsewhere = [place for place in _places(key, section) if here not in (place, _LANGUAGE)]
    if near := near_miss(key, known):
        remedy = f"did you mean `{near}`?"
    elif elsewhere:
        remedy = f"it belongs under {' or '.join(f'`{place}`' for place in elsewhere[:3])}"
    else:
        remedy = f"the keys here are {', '.join(known)}"
    what = f"there is no key `{shortened(key)}`"
    return InputError(what, where(*at, key), remedy.removesuffix("?"))


def _places(key: str, section: type) -> list[str]:
    top = schema_of(section)["properties"]
    found = ["the top level"] if key in top else []
    found += [name for name, part in top.items() if key in part.get("properties", {})]
    branches = schema_of(CorporaConfig)["properties"]["languages"]["additionalProperties"]["allOf"]
    if any(key in branch["then"]["properties"] for branch in branches):
        found.append(_LANGUAGE)
    return found


def _missing_key(key: str, at: tuple[str | int, ...], part: Schema, where: Where) -> InputError:
    about = part["properties"][key]
    meaning = about.get("description", "")
    remedy = f"add it: {meaning[:1].lower()}{meaning[1:].rstrip('.')}" if meaning else "add it"
    if key == part.get("x-tag"):
        *others, last = [f"`{key}: {choice}`" for choice in about["enum"]]
        remedy = f"add {', '.join(others)} or {last}" if others else f"add {last}"
    return InputError(f"the key `{key}` is missing", where(*at) or key, remedy)


def _wrong_type(value: Any, expected: str | list[str], place: str) -> tuple[str, str, str]:
    kinds = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_KINDS[kind] for kind in kinds)
    shown = shortened(value)
    what = f"should be {wanted}, and is `{shown}`"
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
        return what, place, f"write {plain}: YAML takes `{shown}` for text"
    if value is None:
        return "is empty", place, f"give {wanted}, or leave the key out"
    if "array" in kinds and isinstance(value, str | int | float):
        return what, place, f"write it as a list: [{shown}]"
    if isinstance(value, float) and "integer" in kinds and value.is_integer():
        return what, place, f"write {value:.0f}" if abs(value) < 1e15 else f"write {wanted}"
    if isinstance(value, float) and not math.isfinite(value):
        return what, place, f"write {wanted} that is finite"
    return what, place, f"write {wanted}"


def did_you_mean(value: Any, known: list[str] | tuple[str, ...], otherwise: str) -> str:
    """`did you mean ...` for a near miss, else `<otherwise> a, b, c`."""
    near = near_miss(str(value), known)
    listed = shortened(", ".join(map(str, known)), 1000)
    return f"did you mean `{near}`" if near else f"{otherwise} {listed}"


def near_miss(text: str, known: Iterable[str]) -> str | None:
    """The known word that `text` was probably meant to be."""
    if len(text) > 100:
        return None
    return next(iter(difflib.get_close_matches(text, list(known), 1, 0.6)), None)
