"""The measured cells of an n x u grid, per language and over languages.

A budget `u300` names its number of updates. Under other budgets (`epochs`, `steps`) u is what the runs
made, so that a study with several budgets has a grid, too, if an incomplete one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnerbench.analysis.curves import growth
from xnerbench.analysis.distances.languages import sources_class
from xnerbench.analysis.inference import contrasts, means
from xnerbench.analysis.inference.bootstrap import Draws
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.scores import Scores
from xnerbench.analysis.settings import Settings
from xnerbench.methods import Method, named
from xnerbench.methods.roles import copied_by
from xnerbench.study.budgets import updates_of

Array = np.ndarray
Name = tuple[str, str, str]
"""Method, sources and target."""
Point = tuple[int, int]
"""Sentences and updates."""
BATCH = 16
"""Sentences an update where nothing is known of them."""
LEAST = 4
"""With fewer cells nothing is fitted."""
ENOUGH = 0.75
"""Share of the languages that must have a cell, for it to be in the mean over them."""


@dataclass(frozen=True)
class Grid:
    """Where F1 was measured, or is to be predicted.

    Attributes:
        n: Unlabelled sentences, [cells].
        u: Updates, [cells].
        n_ref, u_ref: Smallest of the measured ones, in which laws count.
        batch: Sentences an update.
    """

    n: Array
    u: Array
    n_ref: float
    u_ref: float
    batch: float

    @property
    def x(self) -> Array:
        """ln(n / n_ref), [cells]."""
        return np.log(self.n / self.n_ref)

    @property
    def y(self) -> Array:
        """ln(u / u_ref), [cells]."""
        return np.log(self.u / self.u_ref)

    def at(self, n: Array | float, u: Array | float) -> Grid:
        """Other cells in the same units."""
        n, u = np.broadcast_arrays(np.asarray(n, float), np.asarray(u, float))
        return Grid(n.ravel(), u.ravel(), self.n_ref, self.u_ref, self.batch)

    def only(self, keep: Array) -> Grid:
        """Some of the cells, by bool [cells]."""
        return self.at(self.n[keep], self.u[keep])


@dataclass(frozen=True)
class Surface:
    """One method's cells in one language, or their mean over languages.

    Attributes:
        method, sources, target: Which; `ALL` is the mean over languages.
        grid: The cells, by n, then u.
        mean: F1 as shares, [cells].
        draws: Bootstrap draws of the mean, shares, [draws, cells], not cut to 0..1.
        n_seeds: Seeds of the cell with the fewest.
        n_languages: 1, or how many are averaged.
        moves: Whether the draws hold any doubt.
        note: What their intervals do not cover.
        beside: Of a mean over languages, what stands beside it, one a cell (`means.OverLanguages.beside`).
        teacher: F1 of the teachers that the students copy, a share, over the same languages; `None` if unknown.
    """

    method: str
    sources: str
    target: str
    grid: Grid
    mean: Array
    draws: Array
    n_seeds: int
    n_languages: int
    moves: bool
    note: str
    beside: tuple[Mapping[str, Any], ...] = ()
    teacher: float | None = None

    @property
    def points(self) -> dict[Point, int]:
        """(n, u) -> position."""
        pairs = zip(self.grid.n, self.grid.u, strict=True)
        return {(int(n), int(u)): i for i, (n, u) in enumerate(pairs)}

    @property
    def varies(self) -> bool:
        """Whether at least two n and two u were measured, and some n at more than one u."""
        sizes, counts = np.unique(self.grid.n, return_counts=True)
        return len(sizes) > 1 and counts.max() > 1 and len(self.grid.n) >= LEAST

    @property
    def against_each_other(self) -> Array:
        """Draws with each draw's own mean over the cells replaced by that of all, shares, [draws, cells].

        Languages differ more than cells do, and what a language adds to all of its cells says nothing about their
        differences (Cousineau 2005; the factor that makes up for taking out a mean of the same cells is Morey's,
        2008). A cell's interval from these draws is about its distance to the others, not about its level.
        """
        cells = len(self.mean)
        own = self.draws - self.draws.mean(axis=1, keepdims=True)
        return self.mean + (own - own.mean(axis=0)) * np.sqrt(cells / (cells - 1))

    @property
    def is_full(self) -> bool:
        """Whether every n was measured at every u."""
        return len(self.grid.n) == len(np.unique(self.grid.n)) * len(np.unique(self.grid.u))


def surfaces(
    study: Mapping[str, Draws],
    scores: Scores,
    settings: Settings,
    families: Mapping[str, str] | None = None,
    method_of: Callable[[str], Method] = named,
) -> list[Surface]:
    """Every method's surface in every language, then its means over languages.

    Args:
        study: Target -> draws.
        scores: For the updates of budgets that do not name them.
        settings: Draws and confidence; and `batch_size`.
        families: Target -> family; without, languages count as independent.
        method_of: What a name of the scores declares.
    """
    made = _updates(scores)
    cells = {target: _cells(draws, made) for target, draws in study.items()}
    copied = {name[0]: copied_by(method_of(name[0])) for names in cells.values() for name in names}
    single = [
        _of_language(study[target], name, points, copied[name[0]], settings)
        for target, names in cells.items()
        for name, points in names.items()
    ]
    groups: dict[tuple[str, str], dict[str, dict[Point, Key]]] = {}
    for target, names in cells.items():
        for (method, sources, _), points in names.items():
            groups.setdefault((method, sources_class(sources)), {})[target] = points
    together = [
        _over_languages(study, method, sources, members, copied[method], settings, families)
        for (method, sources), members in groups.items()
        if len(members) > 1
    ]
    return [s for s in [*single, *together] if s is not None and s.varies]


def _updates(scores: Scores) -> growth.Updates:
    """Updates of every group whose runs all made as many."""
    frame = scores.ok
    counted = "updates" if "updates" in frame and frame["updates"].notna().any() else "steps"
    return growth.updates_of(scores, counted)


def _cells(draws: Draws, made: Mapping[tuple[str, Key], int]) -> dict[Name, dict[Point, Key]]:
    """Of every method, the group behind each cell; where two budgets coincide, the last one."""
    found: dict[Name, dict[Point, Key]] = {}
    for key in draws.row:
        named = updates_of(key.budget)
        updates = made.get((draws.target, key), 0) if named is None else named
        if key.n > 0 and updates > 0:
            name = (key.method, key.sources, draws.target)
            found.setdefault(name, {})[key.n, updates] = key
    return {name: dict(sorted(points.items())) for name, points in found.items()}


def _grid(points: list[Point], settings: Settings) -> Grid:
    n, u = np.array(points, float).T
    return Grid(n, u, float(n.min()), float(u.min()), float(settings.batch_size or BATCH))


def _of_language(
    draws: Draws, name: Name, points: Mapping[Point, Key], copied: str, settings: Settings
) -> Surface:
    keys = list(points.values())
    rows = [draws.row[key] for key in keys]
    moved = np.stack([draws.unclipped(key) for key in keys], 1) / 100
    teacher = _teacher(draws, copied, name[1])
    return Surface(
        *name,
        _grid(list(points), settings),
        draws.mean[rows] / 100,
        moved,
        int(draws.n_seeds[rows].min()),
        1,
        draws.has_interval(*keys),
        draws.levels(*keys),
        teacher=None if teacher is None else float(draws.mean[draws.row[teacher]]) / 100,
    )


def _over_languages(
    study: Mapping[str, Draws],
    method: str,
    sources: str,
    members: Mapping[str, Mapping[Point, Key]],
    copied: str,
    settings: Settings,
    families: Mapping[str, str] | None,
) -> Surface | None:
    """The mean over the languages that have every common cell, so that cells are comparable."""
    every = sorted({point for points in members.values() for point in points})
    common = [
        point
        for point in every
        if sum(point in points for points in members.values()) >= ENOUGH * len(members)
    ]
    whole = {t: points for t, points in members.items() if all(p in points for p in common)}
    if len(whole) < 2 or len(common) < LEAST:
        return None

    def mean(keys: Mapping[str, Key]) -> means.OverLanguages:
        own = [contrasts.of(study[target], {key: 1}) for target, key in keys.items()]
        return means.over_languages(own, settings, means.families_of(families, keys))

    mean_of = [mean({t: points[point] for t, points in whole.items()}) for point in common]
    teachers = {
        t: key
        for t, points in whole.items()
        if (key := _teacher(study[t], copied, next(iter(points.values())).sources)) is not None
    }
    return Surface(
        method,
        sources,
        ALL,
        _grid(common, settings),
        np.array([own.value for own in mean_of]) / 100,
        np.stack([own.draws for own in mean_of], 1) / 100,
        min(own.n_seeds for own in mean_of),
        len(whole),
        all(own.moves for own in mean_of),
        mean_of[0].note,
        tuple(own.beside(settings.confidence) for own in mean_of),
        mean(teachers).value / 100 if len(teachers) == len(whole) else None,
    )


def _teacher(draws: Draws, copied: str, sources: str) -> Key | None:
    """What students copy, applied without a student, in one language."""
    return next((key for key in draws.row if (key.method, key.sources) == (copied, sources)), None)
