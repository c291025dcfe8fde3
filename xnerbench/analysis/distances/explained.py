"""What distances and covariates explain of each quantity, over target languages."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.curves.series import Curve
from xnerbench.analysis.distances import regressions, relatives, without_collapsed
from xnerbench.analysis.distances.genealogy import Genealogy, texts_of
from xnerbench.analysis.distances.languages import (
    SEVERAL,
    Group,
    common_size,
    direct_values,
    sources_class,
    values,
)
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.differences import holm
from xnerbench.analysis.settings import Settings
from xnerbench.methods.roles import DIRECT

COVARIATE = "covariate"
"""Variant of rows whose `distance` is a covariate of the target."""


Tables = tuple[list[dict], list[dict], list[dict], list[dict]]


@dataclass(frozen=True)
class Task:
    """One quantity of one group of series.

    Attributes:
        quantity: Its name.
        group: Method, sources and budget.
        sources: Each target's own sources.
        value: The quantity by target.
        note: What restricts it.
        rest: The quantity without collapsed runs; empty where none collapsed.
    """

    quantity: str
    group: Group
    sources: Mapping[str, str]
    value: Mapping[str, float]
    note: str
    rest: Mapping[str, float]


def regression_tables(
    found: Mapping[Group, Mapping[str, Curve]],
    derived_rows: list[dict[str, Any]],
    draws: Mapping[str, Draws],
    distance_rows: list[dict[str, Any]],
    by_name: Mapping[str, Mapping[str, float]],
    families: Mapping[str, Genealogy],
    settings: Settings,
) -> Tables:
    """Rows of `regressions`, `regression_points`, `regression_lines` and `family_slopes`.

    Secondary distances and covariates explain direct transfer and the primary method and budget; of the other
    methods and budgets only the primary distance is asked.

    Args:
        found: All groups of curves by target.
        derived_rows: Of every curve.
        draws: By target.
        distance_rows: Rows of `distances`.
        by_name: Covariates by name and target.
        families: Genealogy by target.
        settings: The primary distance, draws and confidence.
    """
    tables: Tables = ([], [], [], [])
    primary: dict[tuple[str | None, str | None], list[dict]] = {}
    kinds = list(dict.fromkeys((r["kind"], r["variant"]) for r in distance_rows))
    for task in _tasks(found, derived_rows, draws):
        secondary = []
        drawn = _drawn(task.group, settings)
        for kind, variant in kinds:
            chosen = is_primary(kind, variant, kinds, settings)
            if not drawn and not chosen:
                continue
            x_of = _distances(distance_rows, task.sources, kind, variant)
            row = _regress(task, kind, variant, x_of, families, settings, tables)
            row["primary"] = chosen
            if chosen:
                primary.setdefault(_question(task.group, settings), []).append(row)
            else:
                secondary.append(row)
        _correct(secondary)
        if kinds and drawn:
            others = [
                _regress(task, name, COVARIATE, x_of, families, settings, tables)
                for name, x_of in by_name.items()
                if name != task.quantity
            ]
            _correct(others)
    for together in primary.values():
        _correct(together)
    if not tables[0]:
        why = "not available: no scores with a source and a size, or no distances"
        tables[0].append({"quantity": "all", "distance": settings.primary_distance, "verdict": why})
    return tables


def _question(group: Group, settings: Settings) -> tuple[str | None, str | None]:
    """Method and budget whose quantities are corrected together; direct transfer belongs to the primary ones."""
    method, _, budget = group
    if method == DIRECT:
        return settings.primary_method, settings.primary_budget
    return method, budget


def _drawn(group: Group, settings: Settings) -> bool:
    """Whether this is direct transfer or the primary method and budget, which figures show on every distance."""
    return _question(group, settings) == (settings.primary_method, settings.primary_budget)


def _tasks(
    found: Mapping[Group, Mapping[str, Curve]],
    derived_rows: list[dict[str, Any]],
    draws: Mapping[str, Draws],
) -> list[Task]:
    tasks = []
    for group, members in found.items():
        own = [
            r
            for r in derived_rows
            if (r["method"], sources_class(r["sources"]), r["budget"]) == group
        ]
        sources = {target: curve.series.sources for target, curve in members.items()}
        rest = without_collapsed.values(members, draws, common_size(members))
        for quantity, (value, note) in values(members, own, draws).items():
            tasks.append(Task(quantity, group, sources, value, note, rest.get(quantity, {})))
    for single in dict.fromkeys(group[1] for group in found if group[1] != SEVERAL):
        value = direct_values(draws, single)
        group = (DIRECT, single, "none")
        tasks.append(Task("direct_f1", group, dict.fromkeys(value, single), value, "", {}))
    return tasks


def _regress(
    task: Task,
    kind: str,
    variant: str,
    x_of: Mapping[str, float],
    families: Mapping[str, Genealogy],
    settings: Settings,
    tables: Tables,
) -> dict[str, Any]:
    """One quantity on one distance or covariate; adds to all tables and returns the row."""
    rows, points, lines, inside = tables
    known = [t for t in task.value if t in x_of]
    texts = texts_of(known, settings.macrolanguages)
    targets = list(texts)
    x = np.array([np.mean([x_of[t] for t in own]) for own in texts.values()])
    y = np.array([np.mean([task.value[t] for t in own]) for own in texts.values()])
    method, sources, budget = task.group
    name = {
        "quantity": task.quantity,
        "distance": kind,
        "variant": variant,
        "method": method,
        "sources": sources,
        "budget": budget,
    }
    seed = zlib.crc32("/".join(name.values()).encode())
    rng = np.random.default_rng([settings.seed, 5, seed])
    row, line = regressions.row(x, y, settings.bootstrap, settings.confidence, rng)
    about = [families[t] for t in targets]
    found = relatives.allowed_for(row, x, y, about, settings.bootstrap, settings.confidence, rng)
    row = found.row
    if "low" in row:
        inside += [{**name, **own} for own in relatives.within(x, y, about, settings.confidence)]
    circular = kind == "direct_f1" and task.quantity in ("gain", "gain_inf", "log_break_even")
    warning = "direct transfer is part of both sides: a negative slope proves little"
    collapsed = _collapsed(task, row, x_of, families, settings) if found.model is not None else ""
    more = len(known) - len(targets)
    several = f"further texts of these languages: {more}, in their means" if more else ""
    said = [row["verdict"], task.note, several, collapsed, warning if circular else ""]
    row["verdict"] = "; ".join(filter(None, said))
    rows.append({**name, "primary": False, **row})
    if not _drawn(task.group, settings):
        return rows[-1]
    left = line.left_out if line is not None else [None] * len(x)
    points += [
        {**name, "target": t, "x": float(x_of[t]), "y": float(task.value[t]), "predicted": p}
        for own, p in zip(texts.values(), left, strict=True)
        for t in own
    ]
    if found.model is not None:
        lines += [{**name, **at} for at in found.band(x, settings.confidence)]
    elif line is not None and len(x) >= regressions.MIN_LANGUAGES:
        lines += [{**name, **at} for at in regressions.band(line, x, settings.confidence)]
    return rows[-1]


def _collapsed(
    task: Task,
    row: Mapping[str, Any],
    x_of: Mapping[str, float],
    families: Mapping[str, Genealogy],
    settings: Settings,
) -> str:
    """Whether collapsed runs decide this regression."""
    targets = [t for t in task.rest if t in x_of and t in task.value]
    x = np.array([x_of[t] for t in targets])
    if len(x) < regressions.MIN_LANGUAGES or np.ptp(x) < 1e-9:
        return ""
    rest = np.array([task.rest[t] for t in targets])
    names, ends = [families[t].family for t in targets], (row["low"], row["high"])
    return without_collapsed.said(row["slope"], ends, x, rest, names, settings.confidence)


def _correct(rows: list[dict[str, Any]]) -> None:
    for row, p in zip(rows, holm([row.get("p") for row in rows]), strict=True):
        row["p_holm"] = p


def is_primary(kind: str, variant: str, kinds: list[tuple[str, str]], settings: Settings) -> bool:
    """Whether this is the distance chosen beforehand, in its variant or the only one it has."""
    if kind != settings.primary_distance:
        return False
    variants = [v for k, v in kinds if k == kind]
    wanted = settings.distance_variant
    return variant == (wanted if wanted in variants else sorted(variants)[0])


def _distances(
    rows: list[dict[str, Any]], sources: Mapping[str, str], kind: str, variant: str
) -> dict[str, float]:
    """Distance of each target from its own sources, of several the nearest."""
    result: dict[str, float] = {}
    for row in rows:
        target = row["target"]
        if (row["kind"], row["variant"]) != (kind, variant) or row["distance"] is None:
            continue
        if row["source"] in sources.get(target, "").split("+"):
            value = float(row["distance"])
            result[target] = min(value, result.get(target, value))
    return result


def primary_distances(
    rows: list[dict[str, Any]], members: Mapping[str, Curve], settings: Settings
) -> dict[str, float]:
    """The primary distance of each target of a group."""
    kinds = list(dict.fromkeys((r["kind"], r["variant"]) for r in rows))
    sources = {target: curve.series.sources for target, curve in members.items()}
    for kind, variant in kinds:
        if is_primary(kind, variant, kinds, settings):
            return _distances(rows, sources, kind, variant)
    return {}
