"""From curves to languages: which quantity of which series is compared over which targets.

Single-source methods are compared per source; a multi-source method leaves the target itself out of
its sources, so its sources differ between targets and are called `several`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.distances import covariates, genealogy, joint, left_out
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.planning import goals
from xnerbench.analysis.settings import Settings

SEVERAL = "several"
QUANTITIES = ("f1", "gain", "gain_inf", "f_inf", "slope", "rate", "log_break_even")
ENOUGH = 0.75
"""Share of the targets that must have a size, for F1 and gain to be compared there."""
Group = tuple[str, str, str]
"""Method, sources (or `several`) and budget."""


def is_mixture(sources: object) -> bool:
    """Whether these are several sources."""
    return "+" in str(sources) or sources == SEVERAL


def sources_class(sources: str) -> str:
    """The sources as compared over targets."""
    return SEVERAL if is_mixture(sources) else sources


def groups(curves: Mapping[tuple[str, str, str, str], Curve]) -> dict[Group, dict[str, Curve]]:
    """Curves of each group by target; the supervised control has no source, hence no distance."""
    result: dict[Group, dict[str, Curve]] = {}
    for (method, sources, target, budget), curve in curves.items():
        if sources not in ("", "none"):
            result.setdefault((method, sources_class(sources), budget), {})[target] = curve
    return result


def primary_group(found: Mapping[Group, Mapping[str, Curve]], settings: Settings) -> Group | None:
    """The primary method and budget, with the sources that most targets have."""
    own = [g for g in found if (g[0], g[2]) == (settings.primary_method, settings.primary_budget)]
    return max(own, key=lambda g: len(found[g])) if own else None


def all_sources(curves: Mapping[tuple[str, str, str, str], Curve], draws: Mapping[str, Draws]):
    """Every single source in the scores, in order of appearance."""
    named = [key[1] for key in curves] + [k.sources for d in draws.values() for k in d.row]
    parts = dict.fromkeys(part for sources in named for part in sources.split("+"))
    return [part for part in parts if part not in ("", "none")]


def values(
    group: Mapping[str, Curve],
    rows: list[dict[str, Any]],
    draws: Mapping[str, Draws],
) -> dict[str, tuple[dict[str, float], str]]:
    """Every quantity by target, with a restriction in words.

    Args:
        group: Target -> curve.
        rows: The rows of `derived` that belong to the group.
        draws: Of every target.
    """
    n = common_size(group)
    found: dict[str, tuple[dict[str, float], str]] = {name: ({}, "") for name in QUANTITIES}
    for target, curve in group.items():
        series = curve.series
        key = Key(series.method, series.sources, series.budget, n)
        if key in draws[target].row:
            found["f1"][0][target] = float(draws[target].mean[draws[target].row[key]])
    known = [row for row in rows if row.get("value") is not None]
    units = [row["unit"] for row in known if row["quantity"] == "rate"]
    unit = max(dict.fromkeys(units), key=units.count) if units else ""
    for row in known:
        name, value = row["quantity"], float(row["value"])
        if name == "break_even":
            found["log_break_even"][0][row["target"]] = float(np.log10(value))
        elif name == "rate" and row["unit"] != unit:
            continue
        elif name in found and (name != "gain" or row["at_n"] == n):
            found[name][0][row["target"]] = value
    notes = {"f1": f"at n = {n}", "gain": f"at n = {n}", "rate": f"parameter {unit}"}
    never = [
        r
        for r in rows
        if r["quantity"] == "break_even" and r["verdict"].startswith(goals.NOT_SHOWN)
    ]
    if never:
        notes["log_break_even"] = (
            f"{len(never)} languages whose break-even is not shown within the range are left out"
        )
    for name, (own, _) in found.items():
        unknown = len(group) - len(own) - (len(never) if name == "log_break_even" else 0)
        if name not in ("f1", "gain") and own and unknown > 0:
            said = f"{unknown} languages whose curve does not tell it are left out"
            notes[name] = "; ".join(filter(None, [notes.get(name, ""), said]))
    return {name: (value, notes.get(name, "")) for name, (value, _) in found.items()}


def common_size(group: Mapping[str, Curve]) -> int:
    """The largest size that at least `ENOUGH` of a group's targets have (or of those of the commonest size)."""
    sizes = [int(n) for curve in group.values() for n in curve.series.sizes]
    most = max(sizes.count(n) for n in set(sizes))
    return max(n for n in set(sizes) if sizes.count(n) >= ENOUGH * most)


def direct_values(draws: Mapping[str, Draws], sources: str) -> dict[str, float]:
    """Direct transfer from these sources, by target (of several, the best)."""
    result = {}
    for target, own in draws.items():
        key, _ = goals.direct_of(own, sources)
        if key is not None and (sources == SEVERAL or key.sources == sources):
            result[target] = float(own.mean[own.row[key]])
    return result


def _of_known_distance(
    members: Mapping[str, Curve], distance: Mapping[str, float], settings: Settings
) -> list[str]:
    """The languages whose distance is known, each as its first text."""
    known = (target for target in members if target in distance)
    return list(genealogy.texts_of(known, settings.macrolanguages))


def joint_rows(
    members: Mapping[str, Curve],
    distance: Mapping[str, float],
    covariate_rows: list[dict[str, Any]],
    families: Mapping[str, str],
    settings: Settings,
) -> list[dict[str, Any]]:
    """Rows of `joint` for the primary group."""
    targets = _of_known_distance(members, distance, settings)
    f1, log_n, language = [], [], []
    seeds = {int(np.isfinite(members[target].series.runs).sum(1).max()) for target in targets}
    for i, target in enumerate(targets):
        series = members[target].series
        for n, runs in zip(series.sizes, series.runs, strict=True):
            known = runs[np.isfinite(runs)]
            if len(seeds) > 1 and len(known):  # a language with more seeds does not count more
                known = known.mean(keepdims=True)
            for run in known:
                f1.append(100 * float(run))
                log_n.append(float(np.log(n)))
                language.append(i)
    if not f1:
        why = "not available: no scores of the primary method with a distance"
        return [{"model": "mixed", "term": "all", "n_languages": 0, "n_runs": 0, "verdict": why}]
    runs = joint.Runs(
        np.array(f1),
        np.array(log_n),
        np.array(language),
        tuple(targets),
        np.array([distance[target] for target in targets]),
        covariates.columns(covariate_rows, targets),
        covariates.families(covariate_rows, targets),
        tuple(families[target] for target in targets),
    )
    rng = np.random.default_rng([settings.seed, 6])
    return joint.rows(runs, settings.bootstrap, settings.confidence, rng)


def panel_of(
    members: Mapping[str, Curve],
    draws: Mapping[str, Draws],
    distance: Mapping[str, float],
    covariate_rows: list[dict[str, Any]],
    settings: Settings,
) -> left_out.Panel | None:
    """The measured curves of the primary group with direct transfer at size 0; `None` if empty.

    Of every language its first text, so that none is predicted from itself.
    """
    targets = _of_known_distance(members, distance, settings)
    if not targets:
        return None
    sizes = sorted({int(n) for target in targets for n in members[target].series.sizes})
    f1 = np.full((len(targets), len(sizes) + 1), np.nan)
    for i, target in enumerate(targets):
        series, own = members[target].series, draws[target]
        key, _ = goals.direct_of(own, series.sources)
        if key is not None:
            f1[i, 0] = own.mean[own.row[key]]
        for n, mean in zip(series.sizes, series.mean, strict=True):
            f1[i, 1 + sizes.index(int(n))] = 100 * mean
    columns, names = [np.array([distance[target] for target in targets])], ["distance"]
    extra = covariates.columns(covariate_rows, targets).get("fertility")
    if extra is not None and len(targets) >= left_out.MIN_FOR_FERTILITY and np.ptp(extra) > 1e-9:
        columns.append(extra)
        names.append("fertility")
    predictors = np.stack(columns, 1)
    return left_out.Panel(tuple(targets), (0, *sizes), f1, predictors, tuple(names))
