"""What a declaration of a method must be, so that a slip in one is told where it was made and not in a job."""

from __future__ import annotations

import math
import re
import typing
from collections.abc import Mapping

from xnerbench.methods.method import Method, Need
from xnerbench.methods.options import KINDS, Option

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PLACE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)
_CHOICES = ("weights", "applies", "role")
HUES = ("blue", "vermilion", "green", "purple", "brown", "sky", "grey")
_LOOK = re.compile(rf"({'|'.join(HUES)}) [os^DvPX<>p_]")
_TRUTHS = ("multi_source", "trains_student")


def check(method: Method) -> None:
    """Looks at every fact and option of a method.

    Raises:
        ValueError: One of them is not what `Method` and `Option` say that it may be.
    """
    if not isinstance(method.name, str) or not NAME.fullmatch(method.name):
        raise ValueError(
            f"{str(method.name)[:60]!r} is no name of a method: small letters, digits, hyphens"
        )
    facts = typing.get_type_hints(Method)
    for name in _TRUTHS:
        _must(isinstance(getattr(method, name), bool), method, name, "True or False")
    for name in _CHOICES:
        known = typing.get_args(facts[name])
        _must(getattr(method, name) in known, method, name, f"one of {', '.join(known)}")
    needs, known = method.needs, typing.get_args(Need)
    _must(
        isinstance(needs, tuple) and all(need in known for need in needs),
        method, "needs", f"a tuple of {', '.join(known)}",
    )  # fmt: skip
    for name in ("summary", "label"):
        _must(isinstance(getattr(method, name), str), method, name, "text")
    look = method.look
    seen = isinstance(look, str) and (not look or _LOOK.fullmatch(look) is not None)
    _must(seen, method, "look", f"a hue ({', '.join(HUES)}), a space and a marker of matplotlib")
    objective, trainer = method.objective, method.trainer
    named = isinstance(objective, str) and _PLACE.fullmatch(objective) is not None
    placed = named or (hasattr(objective, "__qualname__") and callable(objective))
    _must(placed, method, "objective", "a function or its place, `module:function`")
    placed = isinstance(trainer, str) and (not trainer or _PLACE.fullmatch(trainer) is not None)
    _must(placed, method, "trainer", "text such as `module:function`")
    _must(isinstance(method.options, Mapping), method, "options", "a mapping of names to `Option`")
    _must(isinstance(method.values, Mapping), method, "values", "a mapping")
    for name, option in method.options.items():
        known_name = isinstance(name, str) and name.isidentifier() and name not in ("name", "base")
        if not known_name or not isinstance(option, Option):
            raise ValueError(
                f"{method.name}: {str(name)[:60]!r} is no option with a name of its own"
            )
        _check_option(f"{method.name}: the option {name}", option)


def _must(right: bool, method: Method, name: str, what: str) -> None:
    if not right:
        found = str(getattr(method, name))[:60]
        raise ValueError(f"{method.name}: {name} is {found!r}, and must be {what}")


def _check_option(said: str, option: Option) -> None:
    kind = option.kind or type(option.default)
    if kind not in KINDS:
        raise ValueError(f"{said} must be of one kind: {', '.join(k.__name__ for k in KINDS)}")
    if not isinstance(option.choices, tuple) or not isinstance(option.meaning, str):
        raise ValueError(f"{said} needs its choices as a tuple and its meaning as text")
    allowed = (int, float) if kind is float else kind
    named = option.registry
    if not isinstance(named, str) or (named and (kind is not str or not _PLACE.fullmatch(named))):
        raise ValueError(f"{said} needs its registry as `module:function`, and text as its values")
    for value in (option.default, *option.choices):
        if value is not None and (not isinstance(value, allowed) or value != value):
            raise ValueError(
                f"{said} has the value {str(value)[:60]!r}, which is no {kind.__name__}"
            )
    if option.choices and option.default not in (None, *option.choices):
        raise ValueError(f"{said} has a default that is none of its choices")
    for name in ("minimum", "above", "maximum", "below"):
        bound = getattr(option, name)
        if bound is None:
            continue
        if (
            isinstance(bound, bool)
            or not isinstance(bound, int | float)
            or not math.isfinite(bound)
        ):
            raise ValueError(f"{said}: {name} is {str(bound)[:60]!r}, which is no number")
