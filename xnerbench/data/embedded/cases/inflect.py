"""Case forms of names, for the languages whose frames ask for them: Turkish and Finnish."""

from __future__ import annotations

import functools
from collections.abc import Callable

from xnerbench.data.embedded.cases import finnish, turkish

CASES: dict[str, tuple[str, ...]] = {"tur": turkish.CASES, "fin": finnish.CASES}

_RULES: dict[str, Callable[[str, str, str], str]] = {
    "tur": turkish.inflect,
    "fin": finnish.inflect,
}


def inflector(language: str) -> Callable[[str, str, str], str]:
    """A function `(name, case, kind) -> form` that remembers what it has answered.

    `kind` is the type and subtype of the name (`PER`, `LOC.city`): some endings depend on it. In a
    language without rules the function must not be called, and says so with a KeyError.
    """
    rule = _RULES.get(language)
    if rule is None:
        return _without_cases
    return functools.lru_cache(maxsize=50_000)(rule)


def _without_cases(name: str, case: str, kind: str) -> str:
    raise KeyError(f"no rules for the {case} of {kind} '{name}'")
