"""Break-even, n95 and exchange rate over languages: medians that count the languages without a number.

A size that is not shown within the range is not left out, which would make the median of the rest too small, but
censored: all that is known is that it is larger than the range. The median is that of the Kaplan-Meier estimate (1958,
*Journal of the American Statistical Association* 53:457), its interval that of Brookmeyer & Crowley (1982, *Biometrics*
38:29). A size that is only known to be at or before the smallest one counts as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight

from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.distances.languages import sources_class
from xnerbench.analysis.planning.goals import AT_MOST, NOT_SHOWN
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings

QUANTITIES = ("break_even", "n95", "exchange_rate")
FEWEST = 2


@dataclass(frozen=True)
class Member:
    """One language's size.

    Attributes:
        row: Of `derived`.
        end: Size up to which it was looked for.
        updates: What the student and the control made; `None` where that is not known.
    """

    row: Mapping[str, Any]
    end: float
    updates: tuple[int | None, int | None]


def rows(
    derived: Iterable[Mapping[str, Any]],
    curves: Mapping[tuple[str, str, str, str], Curve],
    control_of: Mapping[tuple[str, str, str, str], Curve | None],
    scores: Scores,
    settings: Settings,
) -> list[dict[str, Any]]:
    """One row per quantity, method, sources, budget and size.

    Args:
        derived: Rows of `derived`.
        curves: (method, sources, target, budget) -> curve.
        control_of: The supervised control that each is compared with.
        scores: For updates.
        settings: How far curves are followed, and confidence.
    """
    made = _updates(scores)
    groups: dict[tuple, list[Member]] = {}
    for row in derived:
        if row["quantity"] not in QUANTITIES:
            continue
        key = (row["method"], row["sources"], row["target"], row["budget"])
        own = curves[key]
        updates: tuple[int | None, int | None] = (None, None)
        if row["quantity"] == "exchange_rate":
            control = control_of[key]
            if control is None or row["at_n"] is None:
                continue
            series = control.series
            other = (series.method, series.sources, series.target, series.budget)
            updates = made.get((*key, row["at_n"])), made.get((*other, None))
            own = control
        name = (row["method"], sources_class(row["sources"]), row["budget"], row["quantity"])
        end = float(own.series.sizes[-1]) * settings.extrapolate
        groups.setdefault((*name, row["at_n"]), []).append(Member(row, end, updates))
    return [
        _row(name, members, settings) for name, members in groups.items() if len(members) >= FEWEST
    ]


def _updates(scores: Scores) -> dict[tuple, int]:
    """Updates of every cell whose runs made as many, and under size `None` those of all sizes of a series."""
    frame = scores.ok
    if "steps" not in frame:
        return {}
    frame = frame[(frame["n"] > 0) & frame["steps"].notna()]
    found: dict[tuple, set[int]] = {}
    columns = ("method", "sources", "target", "budget", "n", "steps")
    for *key, n, steps in zip(*(frame[c] for c in columns), strict=True):
        for size in (int(n), None):
            found.setdefault((*map(str, key), size), set()).add(int(steps))
    return {key: own.pop() for key, own in found.items() if len(own) == 1}


def _row(name: tuple, members: list[Member], settings: Settings) -> dict[str, Any]:
    method, sources, budget, quantity, at_n = name
    reached = [m for m in members if m.row.get("value") is not None]
    censored = [m for m in members if str(m.row["verdict"]).startswith(NOT_SHOWN)]
    at_most = [m for m in reached if AT_MOST in str(m.row["verdict"])]
    row: dict[str, Any] = {
        "method": method,
        "sources": sources,
        "budget": budget,
        "quantity": quantity,
        "at_n": at_n,
        "unit": members[0].row["unit"],
        "n_languages": len(members),
        "n_reached": len(reached) - len(at_most),
        "n_at_most": len(at_most),
        "n_not_shown": len(censored),
        "n_unknown": len(members) - len(reached) - len(censored),
    }
    sides = list(zip(*(m.updates for m in members), strict=True))
    for column, side in zip(("updates", "updates_control"), sides, strict=True):
        row[column] = side[0] if len(set(side)) == 1 else None
    row["verdict"] = "; ".join(_said(row, reached, censored, settings))
    return row


def _said(
    row: dict[str, Any], reached: list[Member], censored: list[Member], settings: Settings
) -> Iterator[str]:
    """Puts the median into the row, and says what restricts it."""
    if len(reached) + len(censored) < FEWEST:
        yield "not identifiable: no form can be chosen in enough languages"
        return
    times = np.array([float(m.row["value"]) for m in reached] + [m.end for m in censored])
    status = np.repeat([1, 0], [len(reached), len(censored)])
    median = np.inf
    if len(reached):
        curve = SurvfuncRight(times, status)
        median = float(curve.quantile(0.5))
        with np.errstate(
            divide="ignore", invalid="ignore"
        ):  # its log-log scale where all or none are left
            low, high = curve.quantile_ci(0.5, 1 - settings.confidence)
        row |= {k: float(v) for k, v in (("low", low), ("high", high)) if np.isfinite(v)}
    if not np.isfinite(median):
        yield f"{NOT_SHOWN} within the range: half of the languages do not get there"
    else:
        row["median"] = median
        yield "ok"
        if sum(
            m.row["value"] <= median for m in reached if AT_MOST in str(m.row["verdict"])
        ) * 2 >= (len(reached) + len(censored)):
            yield AT_MOST
    yield "languages taken as independent"
    own, control = row["updates"], row["updates_control"]
    if row["quantity"] == "exchange_rate":
        if own is None or control is None:
            yield "updates of student and control are not known or differ between sizes"
        elif own != control:
            yield f"the student makes {own} updates, the control {control}: no fair comparison"
