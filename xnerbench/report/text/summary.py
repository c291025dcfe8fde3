"""The findings in plain sentences, with their numbers, generated from the tables.

An interval that holds zero is "no evidence", never "no difference"; fewer than six languages carry
no sentence about distance; what is extrapolated says so.
"""

from __future__ import annotations

from collections.abc import Callable

from xnerbench.report.results import Results
from xnerbench.report.text import comparisons, growth, languages, scope, surface

PARTS: tuple[Callable[[Results], list[str]], ...] = (
    scope.scope, scope.direct, comparisons.gain, growth.budgets, surface.worth, growth.growth, scope.collapsed,
    scope.untrained,
    growth.break_even, growth.exchange, comparisons.methods, comparisons.mixtures, languages.distance,
    languages.left_out, scope.missing,
)  # fmt: skip
"""In reading order; each gives the sentences that the tables support."""


def sentences(study: Results) -> list[str]:
    """One paragraph, as sentences in reading order; only what the tables support."""
    return [sentence for part in PARTS for sentence in part(study)]
