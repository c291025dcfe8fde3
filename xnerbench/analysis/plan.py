"""How much unlabelled text a goal is expected to need: one answer for one language.

A language with a fitted curve is answered from it; one without, from the curves of the others
(`left_out.predict`): its distance, its subword fertility, and whatever points were measured on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis import covariates, derived, distances, fit, languages, left_out
from xnerbench.analysis.bootstrap import interval
from xnerbench.analysis.curves import Curve
from xnerbench.analysis.fit import Languages, Study
from xnerbench.analysis.regressions import MIN_LANGUAGES
from xnerbench.errors import InputError

GRID = 60


@dataclass(frozen=True)
class Plan:
    """An answer.

    Attributes:
        target: The language.
        goal: F1, 0..100.
        n: Sentences expected to be needed; `None` if out of reach or not to be told.
        low, high: Interval of n; `None` where an end is open.
        verdict: `ok...`, `never: ...`, or `not identifiable: ...`.
        text: One paragraph.
        sizes: For drawing, [points].
        f1, lower, upper: The expected curve and its band, [points].
        points: Measured: size -> F1 (0: direct transfer).
        largest: Largest measured size; what lies beyond is extrapolation.
        direct: F1 of direct transfer, if measured or predicted.
    """

    target: str
    goal: float
    n: float | None
    low: float | None
    high: float | None
    verdict: str
    text: str
    sizes: np.ndarray
    f1: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    points: dict[int, float]
    largest: float
    direct: float | None


def plan(
    study: Study,
    target: str,
    goal: float,
    measured: Mapping[int, float] | None = None,
    fertility: float | None = None,
) -> Plan:
    """Answers for a language in or outside the study.

    Args:
        study: With the primary method and budget.
        target: ISO 639-3 code.
        goal: F1, 0..100.
        measured: Further points measured on the language: size -> F1, size 0 is direct transfer.
        fertility: Its subwords a word, for a language outside the study.

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
        return _from_curve(study, series, goal)
    return _from_others(study, target, goal, series, dict(measured or {}), fertility)


def _from_curve(study: Study, curve: Curve, goal: float) -> Plan:
    series, settings = curve.series, study.settings
    draws = study.draws[series.target]
    largest, factor = float(series.sizes[-1]), settings.extrapolate
    n, where = derived.size_reaching(curve, goal, factor)
    moved = derived.sizes_reaching(curve, np.full(settings.bootstrap, goal), factor)
    known = draws.has_interval(*series.keys)
    low, high = interval(moved, settings.confidence) if known else (np.nan, np.nan)
    sizes = np.geomspace(series.sizes[0], largest * factor, GRID)
    bands = [interval(column, settings.confidence) for column in curve.f1_draws(sizes).T]
    direct, _ = derived.direct_of(draws, series.sources)
    start = float(draws.mean[draws.row[direct]]) if direct is not None else None
    reached = float(np.mean(np.isfinite(moved)))
    verdict = where if where.startswith("never") else "; ".join(filter(None, ["ok", where]))
    subject = (
        f"{_method(study)} on {series.target}, measured at {len(series.sizes)} sizes up to "
        f"{largest:,.0f} sentences with {int(series.n_runs.min())} seeds"
    )
    if not np.isfinite(n):
        end = float(curve.f1(largest * factor)[0])
        text = (
            f"{subject}, is not expected to reach {goal:g} F1: its curve "
            f"({curve.chosen.form.name if curve.chosen else 'none'}) stands at "
            f"{float(curve.f1(largest)[0]):.1f} at the largest size and at {end:.1f} at "
            f"{factor:g} times that. In {100 * reached:.0f} % of the bootstrap draws the goal is "
            "reached within that range."
        )
    else:
        span = _span(low, high, settings.confidence) if known else "no interval: one run a size"
        text = (
            f"{subject}, is expected to reach {goal:g} F1 with about {_round(n)} unlabelled "
            f"sentences ({span}); the curve is of the form {curve.chosen.form.name}."  # type: ignore[union-attr]
        )
        if "extrapolation" in where:
            text += f" That is beyond the largest measured size, {largest:,.0f}: an extrapolation."
        if "smallest" in where:
            text += f" That is the smallest measured size: fewer may do, {goal:g} is passed there."
    text += _direct_sentence(start, goal, "is")
    points = {
        int(size): 100 * float(f1) for size, f1 in zip(series.sizes, series.mean, strict=True)
    }
    return Plan(
        series.target,
        goal,
        n if np.isfinite(n) else None,
        low if np.isfinite(low) else None,
        high if np.isfinite(high) else None,
        verdict,
        text,
        sizes,
        curve.f1(sizes),
        np.array([band[0] for band in bands]),
        np.array([band[1] for band in bands]),
        points,
        largest,
        start,
    )


def _from_others(
    study: Study,
    target: str,
    goal: float,
    curve: Curve | None,
    measured: dict[int, float],
    fertility: float | None,
) -> Plan:
    about = _languages(study, target)
    points = {**_own_points(study, about, target, curve), **measured}
    members = {code: member for code, member in about.members.items() if code != target}
    primary = {code: value for code, value in about.primary.items() if code != target}
    panel = languages.panel_of(members, study.draws, primary, about.covariates)
    n_languages = 0 if panel is None else len(panel.languages)
    if panel is None or n_languages < MIN_LANGUAGES:
        return _nothing(target, goal, points, f"{n_languages} other languages with a curve", study)
    x = [_distance(study, target, about)]
    if "fertility" in panel.names:
        own = fertility if fertility is not None else _fertility(about, target)
        if own is None:
            columns = [i for i, name in enumerate(panel.names) if name != "fertility"]
            panel = left_out.Panel(
                panel.languages, panel.sizes, panel.f1, panel.predictors[:, columns], ("distance",)
            )
        else:
            x.append(own)
    prediction = left_out.predict(panel, np.array(x), study.settings.confidence, points)
    usable = [j for j, n in enumerate(panel.sizes) if n > 0 and np.isfinite(prediction.f1[j])]
    if len(usable) < 2:
        return _nothing(target, goal, points, "fewer than two sizes common to enough", study)
    log_n = np.log([panel.sizes[j] for j in usable])
    sizes = np.geomspace(panel.sizes[usable[0]], panel.sizes[usable[-1]], GRID)
    bands = [
        np.interp(np.log(sizes), log_n, values[usable])
        for values in (prediction.f1, prediction.low, prediction.high)
    ]
    direct = float(prediction.f1[0]) if np.isfinite(prediction.f1[0]) else None
    return _expected(study, target, goal, panel, points, sizes, bands, direct)


def _expected(
    study: Study,
    target: str,
    goal: float,
    panel: left_out.Panel,
    points: dict[int, float],
    sizes: np.ndarray,
    bands: list[np.ndarray],
    direct: float | None,
) -> Plan:
    """The answer from an expected curve and its band (prediction, lower, upper)."""
    n, high, low = (_first(sizes, band, goal) for band in bands)
    largest, settings = float(sizes[-1]), study.settings
    f1, lower, upper = (float(band[-1]) for band in bands)
    given = f" and {len(points)} measured points" if points else ""
    text = (
        f"Judging by the curves of {len(panel.languages)} other languages, "
        f"{' and '.join(panel.names)}{given}, {_method(study)} on {target} is expected at "
        f"{f1:.1f} F1 ({100 * settings.confidence:g} % prediction interval {lower:.1f} to "
        f"{upper:.1f}) with {largest:,.0f} unlabelled sentences. "
    )
    if low is None:
        verdict = f"never: {goal:g} is above the whole interval up to the largest size"
        text += f"The goal of {goal:g} F1 is out of reach within these sizes."
    elif n is None:
        verdict = "not identifiable: the goal lies between the expected curve and its upper bound"
        text += (
            f"The goal of {goal:g} F1 is not expected within these sizes but not excluded either: "
            f"a language as lucky as the upper bound has it from {_round(low)} sentences. "
            "Measure two or three small sizes on the language itself to tell."
        )
    else:
        verdict = "ok" if high is not None else "ok; no upper end within the measured sizes"
        least = " or fewer" if n <= sizes[0] else ""
        most = f"{_round(high)}" if high is not None else f"more than {largest:,.0f}"
        text += (
            f"The goal of {goal:g} F1 is expected at about {_round(n)} sentences{least} "
            f"(from {_round(low)} to {most})."
        )
    text += _direct_sentence(points.get(0, direct), goal, "is" if 0 in points else "is expected")
    return Plan(
        target, goal, n, low, high, verdict, text, sizes, *bands, points, largest,
        points.get(0, direct),
    )  # fmt: skip


def _nothing(target: str, goal: float, points: dict[int, float], why: str, study: Study) -> Plan:
    text = (
        f"The data are too thin to tell how much text {target} needs for {goal:g} F1: there are "
        f"{why}, and a prediction needs {MIN_LANGUAGES} languages (or four sizes of this one)."
    )
    empty = np.empty(0)
    return Plan(
        target, goal, None, None, None, f"not identifiable: {why}", text,
        empty, empty, empty, empty, points, float(max(points, default=0)), points.get(0),
    )  # fmt: skip


def _languages(study: Study, target: str) -> Languages:
    """The study's languages, with distances for the target even if it is outside the study."""
    return fit.languages_of(study, extra_targets=() if target in study.draws else (target,))


def _own_points(
    study: Study, about: Languages, target: str, curve: Curve | None
) -> dict[int, float]:
    points = {}
    if curve is not None:
        series = curve.series
        points = {int(n): 100 * float(f) for n, f in zip(series.sizes, series.mean, strict=True)}
    if target in study.draws:
        draws = study.draws[target]
        key, _ = derived.direct_of(draws, about.sources)
        if key is not None:
            points[0] = float(draws.mean[draws.row[key]])
    return dict(sorted(points.items()))


def _distance(study: Study, target: str, about: Languages) -> float:
    settings = study.settings
    sources = about.sources
    if sources == languages.SEVERAL:
        first = next(iter(about.members.values()))
        sources = first.series.sources
    found = distances.of_sources(
        about.distances, sources, settings.primary_distance, settings.distance_variant
    )
    if target not in found:
        raise InputError(
            f"there is no {settings.primary_distance} distance from {sources} to {target}",
            "analysis.distances",
            "Give it in a CSV of your own, or choose another primary distance",
        )
    return found[target]


def _fertility(about: Languages, target: str) -> float | None:
    found = covariates.columns(about.covariates, [target]) if _known(about, target) else {}
    return float(found["fertility"][0]) if "fertility" in found else None


def _known(about: Languages, target: str) -> bool:
    return any(row["target"] == target for row in about.covariates)


def _first(sizes: np.ndarray, f1: np.ndarray, goal: float) -> float | None:
    """The first size at which a curve has the goal, between points by the straight line in ln n."""
    above = np.flatnonzero(f1 >= goal)
    if not len(above):
        return None
    i = int(above[0])
    if i == 0:
        return float(sizes[0])
    share = (goal - f1[i - 1]) / (f1[i] - f1[i - 1])
    return float(np.exp(np.log(sizes[i - 1]) + share * np.log(sizes[i] / sizes[i - 1])))


def _method(study: Study) -> str:
    settings = study.settings
    return f"{settings.primary_method} ({settings.primary_budget})"


def _direct_sentence(start: float | None, goal: float, verb: str) -> str:
    if start is None:
        return ""
    more = " and so needs no target text for it" if start >= goal else ""
    return f" Direct transfer {verb} at {start:.1f} F1{more}."


def _span(low: float, high: float, confidence: float) -> str:
    level = f"{100 * confidence:g} % interval"
    if not np.isfinite(low):
        return f"{level}: not reached in most draws"
    if not np.isfinite(high):
        return f"{level} from {_round(low)}, with no upper end"
    return f"{level} {_round(low)} to {_round(high)}"


def _round(n: float) -> str:
    """Two significant digits: more would claim a precision that no curve has."""
    digits = max(0, int(np.floor(np.log10(max(n, 1)))) - 1)
    return f"{round(n, -digits):,.0f}"
