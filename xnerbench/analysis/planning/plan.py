"""How much unlabelled text a goal is expected to need: one answer for one language.

A language with a fitted curve is answered from it; one without, from the curves of the others
(`left_out.predict`): its distance, its subword fertility, and whatever points were measured on it.
"""

from __future__ import annotations

from collections.abc import Mapping

from xnerbench.analysis.fit import Analysis
from xnerbench.analysis.planning.answer import Answer
from xnerbench.analysis.planning.others import from_others
from xnerbench.analysis.planning.own import from_curve
from xnerbench.errors import InputError


def plan(
    study: Analysis,
    target: str,
    goal: float,
    measured: Mapping[int, float] | None = None,
    fertility: float | None = None,
) -> Answer:
    """Answers for a language in or outside the study.

    Args:
        study: With the primary method and budget.
        target: ISO 639-3 code.
        goal: F1, 0..100.
        measured: Further points measured on the language: size -> F1, size 0 is direct transfer.
        fertility: Its subwords per word, for a language outside the study.

    Raises:
        InputError: The goal is no F1, or the language has no distances.
    """
    if not 0 < goal < 100:
        raise InputError(f"{goal:g} is no F1 to aim for", "--goal-f1", "Give one between 0 and 100")
    series = next(
        (
            curve
            for (method, _, language, budget), curve in study.curves.items()
            if (method, language, budget)
            == (study.settings.primary_method, target, study.settings.primary_budget)
        ),
        None,
    )
    if series is not None and series.chosen is not None and not measured:
        return from_curve(study, series, goal)
    return from_others(study, target, goal, series, dict(measured or {}), fertility)
