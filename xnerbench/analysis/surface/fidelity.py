"""A student's F1 split into what it copies from its teacher and what it adds beyond.

Fidelity is the strict entity F1 of a student's tags against its *teacher's*. A student that is right
exactly where it agrees with its teacher, and there as often as the teacher is, has

    copied = fidelity x F1 of the teacher,

and `beyond` is the rest of its F1: entities that it finds right where the two disagree, plus what it
owes to agreeing more where the teacher is right. Growth splits alike, F1 = copied + beyond at each size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis import collapse
from xnerbench.analysis.distances.languages import sources_class
from xnerbench.analysis.inference import means
from xnerbench.analysis.inference.bootstrap import interval, verdict
from xnerbench.analysis.inference.contrasts import ALL, Contrast
from xnerbench.analysis.inference.seed_noise import Part
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.methods import Method, named
from xnerbench.methods.roles import copied_by

PARTS = ("f1", "teacher_f1", "fidelity_test", "fidelity_heldout", "copied", "beyond")
WITH_INTERVAL = ("fidelity_test", "copied", "beyond")
KEYS = ["method", "sources", "budget", "n"]


@dataclass(frozen=True)
class Group:
    """One language's runs of one method, budget and size.

    Attributes:
        sources: Its own.
        runs: Seed -> part -> value; a part that is not known is missing.
        collapsed: How many of them tag next to nothing.
    """

    sources: str
    runs: Mapping[int, Mapping[str, float]]
    collapsed: int | None


Name = tuple[str, str, str, int]


def rows(
    scores: Scores,
    settings: Settings,
    families: Mapping[str, str] | None = None,
    method_of: Callable[[str], Method] = named,
) -> list[dict[str, Any]]:
    """Levels at every size, and rises from the smallest one; by language, then means over languages."""
    frame = scores.ok
    if "fidelity_test" not in frame or frame["fidelity_test"].isna().all():
        return []
    found: dict[Name, dict[str, Group]] = {}
    teachers = _teachers(frame)
    known = frame[(frame["n"] > 0) & frame["fidelity_test"].notna()]
    for (target, *key), runs in known.groupby(["target", *KEYS], sort=False):
        method, sources, budget, n = key
        teacher = teachers.get((copied_by(method_of(str(method))), sources, target), {})
        name = (str(method), sources_class(str(sources)), str(budget), int(n))
        found.setdefault(name, {})[str(target)] = _group(str(sources), runs, teacher)
    made = []
    for name, members in found.items():
        start = min(n for *rest, n in found if tuple(rest) == name[:3])
        first = found[(*name[:3], start)]
        for target, group in members.items():
            made.append(_row(name, target, None, {target: group}, {}, settings, families))
            if name[3] > start and target in first:
                own = {target: first[target]}
                made.append(_row(name, target, start, {target: group}, own, settings, families))
        if len(members) > 1:
            made.append(_row(name, ALL, None, members, {}, settings, families))
            common = {t: group for t, group in members.items() if t in first}
            if name[3] > start and len(common) > 1:
                made.append(_row(name, ALL, start, common, first, settings, families))
    return made


def _teachers(frame: pd.DataFrame) -> dict[tuple[str, str, str], dict[int, float]]:
    """(Method, sources, target) without a student -> seed -> F1."""
    found: dict[tuple[str, str, str], dict[int, float]] = {}
    own = frame[frame["n"] == 0]
    columns = ("method", "sources", "target", "seed", "f1")
    for method, sources, target, seed, f1 in zip(*(own[c] for c in columns), strict=True):
        found.setdefault((method, sources, target), {})[int(seed)] = float(f1)
    return found


def _group(sources: str, runs: pd.DataFrame, teacher: Mapping[int, float]) -> Group:
    parts: dict[int, dict[str, float]] = {}
    for row in runs.to_dict("records"):
        own = {"f1": float(row["f1"]), "fidelity_test": float(row["fidelity_test"])}
        if row.get("fidelity_heldout") == row.get("fidelity_heldout", np.nan):
            own["fidelity_heldout"] = float(row["fidelity_heldout"])
        seed = int(row["seed"])
        if seed in teacher:
            own["teacher_f1"] = teacher[seed]
            own["copied"] = own["fidelity_test"] * teacher[seed] / 100
            own["beyond"] = own["f1"] - own["copied"]
        parts[seed] = own
    lost = int(collapse.flags(runs).sum()) if collapse.is_told(runs) else None
    return Group(sources, parts, lost)


def _row(
    name: Name,
    target: str,
    start: int | None,
    members: Mapping[str, Group],
    first: Mapping[str, Group],
    settings: Settings,
    families: Mapping[str, str] | None,
) -> dict[str, Any]:
    method, sources, budget, n = name
    row: dict[str, Any] = {
        "method": method,
        "sources": members[target].sources if target != ALL else sources,
        "target": target,
        "budget": budget,
        "n_from": start,
        "n": n,
    }
    moves = ""
    for part in PARTS:
        seeds = sorted({seed for group in members.values() for seed in group.runs})
        each = [_contrast(t, g, first.get(t), part, seeds, settings) for t, g in members.items()]
        known = [c for c in each if c is not None]
        if len(known) < len(members):
            continue
        row[part] = known[0].value
        ends: tuple[float | None, float | None] = (None, None)
        if len(known) > 1:
            mean = means.over_languages(known, settings, means.families_of(families, members))
            row[part], moves, ends = mean.value, mean.note, mean.interval(settings.confidence)
        elif np.ptp(known[0].draws) > 0:
            ends = interval(known[0].draws, settings.confidence)
        if part in WITH_INTERVAL and ends[0] is not None:
            row[f"{part}_low"], row[f"{part}_high"] = ends
    if start is None and all(g.collapsed is not None for g in members.values()):
        row["n_collapsed"] = sum(g.collapsed or 0 for g in members.values())
    row["n_runs"] = sum(len(g.runs) for g in members.values())
    row["n_languages"] = len(members)
    row["verdict"] = verdict(*_said(row, moves, len(members)))
    return row


def _said(row: Mapping[str, Any], note: str, languages: int) -> Iterator[str]:
    if "copied" not in row:
        yield "not split: no scores of its teacher"
    if "fidelity_test_low" not in row:
        yield "no interval: one seed"
    elif languages == 1:
        yield "the interval covers seeds only"
    yield note


def _contrast(
    target: str,
    group: Group,
    first: Group | None,
    part: str,
    seeds: Sequence[int],
    settings: Settings,
) -> Contrast | None:
    """A part's level, or its rise from another size by the seeds that both have; runs in the order of `seeds`."""
    runs = {seed: own[part] for seed, own in group.runs.items() if part in own}
    if first is not None:
        before = {seed: own[part] for seed, own in first.runs.items() if part in own}
        runs = {seed: value - before[seed] for seed, value in runs.items() if seed in before}
    if not runs:
        return None
    values = np.array([runs[seed] for seed in sorted(runs)])
    nothing = np.zeros(settings.bootstrap)
    rng = np.random.default_rng([settings.seed, 8])
    seeds_part = Part(nothing, np.inf, 0.0)
    if len(values) > 1:
        spread, own = values.std(ddof=1) / np.sqrt(len(values)), len(values) - 1.0
        seeds_part = Part(spread * rng.standard_t(own, settings.bootstrap), own, float(spread))
    moved = values.mean() + seeds_part.draws
    every = np.array([runs.get(seed, np.nan) for seed in seeds])
    freedom = max(len(values) - 1.0, 1.0)
    nobody = np.zeros(len(seeds), bool)
    value = float(values.mean())
    return Contrast(value, every, nothing, moved, 0, freedom, nobody, seeds_part, target)
