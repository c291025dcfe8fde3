"""Entries of `methods`: names, and variants, which are methods with some options set under a name of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xnerbench.errors import InputError, shortened
from xnerbench.methods import METHODS, Method
from xnerbench.methods.declared import NAME
from xnerbench.methods.roles import DIRECT
from xnerbench.study.reading import schema
from xnerbench.study.reading.yaml_source import Where

_REMEDY = "write `{name: ts-t2, base: ts-kl, temperature: 2}`"


@dataclass(frozen=True)
class Variant:
    """A method under another name with some of its options set."""

    base: str
    options: dict[str, Any]


def split(raw: Any, where: Where) -> tuple[Any, dict[str, Variant], list[InputError]]:
    """Takes the variants out of a raw configuration, whose `methods` are names then.

    Returns:
        The configuration (a copy where anything was taken), the variants by name, and what is wrong with the
        outer shape of entries. Whatever else is wrong is left for the schema.
    """
    entries = raw.get("methods") if isinstance(raw, dict) else None
    if not isinstance(entries, list | tuple) or not any(isinstance(e, dict) for e in entries):
        return raw, {}, []
    names: list[Any] = []
    chosen: dict[str, Variant] = {}
    wrong: list[InputError] = []
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            names.append(entry)
            continue
        missing = [k for k in ("name", "base") if not isinstance(entry.get(k), str)]
        if missing:
            place = where("methods", index)
            wrong.append(InputError(f"a variant needs the text `{missing[0]}`", place, _REMEDY))
            names.append(DIRECT)
            continue
        options = {k: v for k, v in entry.items() if k not in ("name", "base")}
        names.append(entry["name"])
        chosen[entry["name"]] = Variant(entry["base"], options)
    return {**raw, "methods": names}, chosen, wrong


def resolved(name: str, chosen: Mapping[str, Variant]) -> Method:
    """The method of a name, with a variant's options; a `KeyError` for a name that is none."""
    if name not in chosen:
        return METHODS[name]
    return METHODS[chosen[name].base].variant(name, chosen[name].options)


def method_mistakes(
    names: Sequence[str], chosen: Mapping[str, Variant], where: Where
) -> dict[str, list[InputError]]:
    """What is wrong with the entries of `methods`, by name; entries without a mistake are left out."""
    found: dict[str, list[InputError]] = {}
    for index, name in enumerate(names):
        if (variant := chosen.get(name)) is not None:
            found[name] = list(_variant(name, variant, index, where))
        elif name not in METHODS:
            found[name] = [_unknown(name, where("methods", index))]
        if not found.get(name):
            found[name] = list(_unregistered(resolved(name, chosen), index, where))
    return {name: wrong for name, wrong in found.items() if wrong}


def _unknown(name: str, place: str) -> InputError:
    remedy = schema.did_you_mean(name, tuple(METHODS), "the methods are")
    return InputError(f"there is no method `{shortened(name)}`", place, remedy)


def _unregistered(method: Method, index: int, where: Where) -> Iterator[InputError]:
    """Options of a method that name what nobody registered, or what needs more than the method reads."""
    for key, option in method.options.items():
        if not option.registry or (value := method.option(key)) is None:
            continue
        place, known = where("methods", index, key), option.registered()
        if value not in known:
            remedy = schema.did_you_mean(value, tuple(known), "choose one of")
            yield InputError(f"there is no `{shortened(value)}` for {key}", place, remedy)
        elif lacking := [need for need in known[value] if need not in method.needs]:
            what = f"`{value}` needs a {lacking[0]}, which the method does not read"
            able = [one.name for one in METHODS.values() if _can(one, key, known[value])]
            remedy = f"take {' or '.join(able)} as `base`" if able else "choose another"
            yield InputError(what, place, remedy)


def _can(method: Method, key: str, needs: Sequence[str]) -> bool:
    """Whether a method has an option and reads what one of its values needs."""
    return key in method.options and set(needs) <= set(method.needs)


def _variant(name: str, variant: Variant, index: int, where: Where) -> Iterator[InputError]:
    at = ("methods", index)
    if not NAME.fullmatch(name) or name in METHODS:
        taken = name in METHODS
        what = f"`{name}` is a method already" if taken else f"`{name}` is not allowed here"
        remedy = "use small letters, digits and hyphens, and a name that no method has"
        yield InputError(what, where(*at, "name"), remedy)
    if variant.base not in METHODS:
        yield _unknown(variant.base, where(*at, "base"))
        return
    options = METHODS[variant.base].options
    part = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: option.schema() for key, option in options.items()},
    }
    yield from schema.mistakes_in(variant.options, part, where.below(*at))
