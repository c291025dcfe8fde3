"""A plan from the curves of other languages, for a language with few measured points or none."""

from __future__ import annotations

import numpy as np

from xnerbench.analysis import fit
from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.distances import between, covariates, languages, left_out
from xnerbench.analysis.distances.regressions import MIN_LANGUAGES
from xnerbench.analysis.fit import Analysis, Languages
from xnerbench.analysis.planning import goals
from xnerbench.analysis.planning.answer import GRID, Answer, direct_sentence, method_of, rounded
from xnerbench.errors import InputError


def from_others(
    study: Analysis,
    target: str,
    goal: float,
    curve: Curve | None,
    measured: dict[int, float],
    fertility: float | None,
) -> Answer:
    """Answers for a language without a curve of its own.

    Args:
        study: The other languages, and this one's own points, if any.
        target: The language.
        goal: F1, 0..100.
        curve: Its own series, if it has one.
        measured: Points to go by besides: size -> F1.
        fertility: Its subwords per word, if the study does not know them.

    Raises:
        InputError: A point is of a size that the other languages lack, so that nothing can be read off it.
    """
    about = _languages(study, target)
    points = {**_own_points(study, about, target, curve), **measured}
    members = {code: member for code, member in about.members.items() if code != target}
    primary = {code: value for code, value in about.primary.items() if code != target}
    panel = languages.panel_of(members, study.draws, primary, about.covariates, study.settings)
    n_languages = 0 if panel is None else len(panel.languages)
    if panel is None or n_languages < MIN_LANGUAGES:
        return _nothing(target, goal, points, f"{n_languages} other languages with a curve", study)
    if unread := [n for n in sorted(measured) if n not in (0, *panel.sizes)]:
        known = ", ".join(str(n) for n in panel.sizes if n)
        what = f"no other language was measured with {unread[0]} sentences"
        raise InputError(what, "--point", f"Measure with a number that the others have: {known}")
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
    study: Analysis,
    target: str,
    goal: float,
    panel: left_out.Panel,
    points: dict[int, float],
    sizes: np.ndarray,
    bands: list[np.ndarray],
    direct: float | None,
) -> Answer:
    """The answer from an expected curve and its band (prediction, lower, upper)."""
    n, high, low = (_first(sizes, band, goal) for band in bands)
    largest, settings = float(sizes[-1]), study.settings
    f1, lower, upper = (float(band[-1]) for band in bands)
    read = len(set(points) & {0, *panel.sizes})
    given = f" and {read} measured point{'s' if read > 1 else ''}" if read else ""
    text = (
        f"Judging by the curves of {len(panel.languages)} other languages, "
        f"{' and '.join(panel.names)}{given}, {method_of(study.settings)} on {target} is expected at "
        f"{f1:.1f} F1 ({100 * settings.confidence:g} % prediction interval {lower:.1f} to "
        f"{upper:.1f}) with {largest:,.0f} unlabelled sentences. "
    )
    if low is None:
        verdict = f"{goals.NOT_SHOWN} within the range: {goal:g} is above the whole interval up to the largest size"
        text += f"The goal of {goal:g} F1 is out of reach within these sizes."
    elif n is None:
        verdict = "not identifiable: the goal lies between the expected curve and its upper bound"
        text += (
            f"The goal of {goal:g} F1 is not expected within these sizes but not excluded either: "
            f"a language as lucky as the upper bound has it from {rounded(low)} sentences. "
            "Measure two or three small sizes on the language itself to tell."
        )
    else:
        verdict = "ok" if high is not None else "ok; no upper end within the measured sizes"
        least = " or fewer" if n <= sizes[0] else ""
        most = f"{rounded(high)}" if high is not None else f"more than {largest:,.0f}"
        text += (
            f"The goal of {goal:g} F1 is expected at about {rounded(n)} sentences{least} "
            f"(from {rounded(low)} to {most})."
        )
    text += direct_sentence(points.get(0, direct), goal, "is" if 0 in points else "is expected")
    return Answer(
        target, goal, n, low, high, verdict, text, sizes, bands[0], bands[1], bands[2], points, largest,
        points.get(0, direct),
    )  # fmt: skip


def _nothing(
    target: str, goal: float, points: dict[int, float], why: str, study: Analysis
) -> Answer:
    text = (
        f"The data are too thin to tell how much text {target} needs for {goal:g} F1: there are "
        f"{why}, and a prediction needs {MIN_LANGUAGES} languages (or four sizes of this one)."
    )
    empty = np.empty(0)
    return Answer(
        target, goal, None, None, None, f"not identifiable: {why}", text,
        empty, empty, empty, empty, points, float(max(points, default=0)), points.get(0),
    )  # fmt: skip


def _languages(study: Analysis, target: str) -> Languages:
    """The study's languages, with distances for the target even if it is outside the study."""
    return fit.languages_of(study, extra_targets=() if target in study.draws else (target,))


def _own_points(
    study: Analysis, about: Languages, target: str, curve: Curve | None
) -> dict[int, float]:
    points = {}
    if curve is not None:
        series = curve.series
        points = {int(n): 100 * float(f) for n, f in zip(series.sizes, series.mean, strict=True)}
    if target in study.draws:
        draws = study.draws[target]
        key, _ = goals.direct_of(draws, about.sources)
        if key is not None:
            points[0] = float(draws.mean[draws.row[key]])
    return dict(sorted(points.items()))


def _distance(study: Analysis, target: str, about: Languages) -> float:
    settings = study.settings
    sources = about.sources
    if sources == languages.SEVERAL:
        first = next(iter(about.members.values()))
        sources = first.series.sources
    found = between.of_sources(
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
