"""The cells of a study, and what each of them needs to exist first.

A cell is one tagger scored on one test set: `(method, sources, target, budget, n, seed)`. The list
is a pure function of the configuration, so Snakemake knows the whole graph before anything runs.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError
from xnerbench.methods import Method
from xnerbench.study import budgets
from xnerbench.study.layout import joined, named, split_sources

if TYPE_CHECKING:
    from xnerbench.study.config import Config

UPDATES = "updates"
"""Stands for the budget in the id of a training that serves cells of several numbers of updates."""


@dataclass(frozen=True)
class Axis:
    """One axis of the grid and its codec between a cell's value and a part of its id."""

    name: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


def _prefixed(letter: str) -> Axis:
    def read(part: str) -> int:
        if not re.fullmatch(letter + r"(0|[1-9][0-9]*)", part):
            raise ValueError(part)
        return int(part[1:])

    return Axis({"n": "n", "s": "seed"}[letter], lambda value: f"{letter}{value}", read)


AXES = (
    Axis("method"),
    Axis("sources", joined, split_sources),
    Axis("target"),
    Axis("budget"),
    _prefixed("n"),
    _prefixed("s"),
)
"""The axes of a cell in the order of its id; ids, paths, rows and arguments all go by it."""


@dataclass(frozen=True)
class Cell:
    """One cell of the grid.

    Attributes:
        method: Name of a method or of a variant of the study.
        sources: Languages of the teacher or teachers; empty where there is none.
        target: Language of the test set.
        budget: `epochs`, `steps`, `u<number>` for a number of updates, or `none` where no student is trained.
        n: Unlabelled target sentences, 0 where no student is trained.
        seed: Entry of `seeds` that names the cell.
        teacher_seed: Seed of the teacher, and of the weights of a similarity mixture.
        subset_seed: Seed of the permutation whose first n sentences are used.
        student_seed: Seed of the student's head, dropout and batches.
        info: The method with its options.
        teacher_seeds: Seeds of the teachers that are mixed, where they are several of one source.
    """

    method: str
    sources: tuple[str, ...]
    target: str
    budget: str
    n: int
    seed: int
    teacher_seed: int
    subset_seed: int
    student_seed: int
    info: Method = field(compare=False, repr=False)
    teacher_seeds: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The cell's name in paths and tables."""
        return "/".join(axis.write(getattr(self, axis.name)) for axis in AXES)

    @property
    def updates(self) -> int | None:
        """The number of updates that the cell's budget names; None for the other budgets."""
        return budgets.updates_of(self.budget)

    @property
    def run(self) -> str:
        """The training that the cell belongs to: its own, or the one that serves all numbers of updates."""
        return dataclasses.replace(self, budget=UPDATES).id if self.updates else self.id

    @property
    def seeds(self) -> str:
        """The seeds as text; those of subset and student decide a cell and are not in its path."""
        return f"teacher {self.teacher_seed} subset {self.subset_seed} student {self.student_seed}"

    def identity(self, config: Config) -> dict[str, Any]:
        """The columns that say which cell a row or a file is, whether it has scores or not."""
        axes = {axis.name: getattr(self, axis.name) for axis in AXES}
        return axes | {
            "sources": named(self.sources),
            "updates": self.updates,
            "teacher_seed": self.teacher_seed,
            "subset_seed": self.subset_seed,
            "student_seed": self.student_seed,
            "init": self.info.init,
            "encoder": config.encoder.name,
        }

    @classmethod
    def parse(cls, name: str, config: Config) -> Cell:
        """The cell of an id.

        Raises:
            InputError: The id is malformed, or names a seed or method that the study does not have.
        """
        try:
            parts = name.split("/")
            values = {axis.name: axis.read(part) for axis, part in zip(AXES, parts, strict=True)}
            cell = _cell(config, **values)
            if cell.id != name:
                raise ValueError(name)
        except (ValueError, KeyError) as error:
            raise InputError(
                f"`{name}` is not a cell of the study",
                "--cell",
                "use an id such as `ts/eng/nld/steps/n100/s0`, as in scores.csv",
            ) from error
        return cell


def _cell(
    config: Config,
    method: str,
    sources: tuple[str, ...],
    target: str,
    budget: str,
    n: int,
    seed: int,
) -> Cell:
    info = config.method(method)
    return Cell(
        method=method,
        sources=sources,
        target=target,
        budget=budget,
        n=n,
        seed=seed,
        teacher_seed=config.teacher_seed(seed),
        subset_seed=config.subset_seed(seed),
        student_seed=seed,
        info=info,
        teacher_seeds=_teacher_seeds(config) if info.weights == "seeds" else (),
    )


def _teacher_seeds(config: Config) -> tuple[int, ...]:
    return tuple(dict.fromkeys(config.teacher_seed(seed) for seed in config.seeds))


def cells(config: Config) -> tuple[Cell, ...]:
    """Every cell, by target, method, sources, budget, size and seed, in the order of the keys."""
    return tuple(
        _cell(config, method, sources, target, budget, n, seed)
        for target in config.targets
        for method in config.methods
        if _wanted(config, method, "targets", target)
        for sources in source_sets(config, method, target)
        for budget, n in _sizes(config, method, target)
        for seed in _seeds(config, method, target)
    )


def runs(config: Config, all_cells: tuple[Cell, ...]) -> dict[str, tuple[Cell, ...]]:
    """Trainings that serve cells of several numbers of updates, by id; cells in ascending order of updates."""
    found: dict[str, list[Cell]] = {}
    for cell in all_cells:
        if cell.updates:
            found.setdefault(cell.run, []).append(cell)
    return {run: tuple(sorted(own, key=lambda c: c.updates or 0)) for run, own in found.items()}


def cells_of_run(config: Config, run: str) -> tuple[Cell, ...]:
    """The cells that one training serves, in ascending order of updates.

    Raises:
        InputError: The id is not that of such a training.
    """
    any_of = Cell.parse(run, config)
    if any_of.budget != UPDATES:
        raise InputError(f"`{run}` names no training of several numbers of updates", "--training")
    return tuple(
        dataclasses.replace(any_of, budget=budget)
        for budget in _numbers_of_updates(config, any_of.method)
    )


def source_sets(config: Config, method: str, target: str) -> tuple[tuple[str, ...], ...]:
    """The sources that a method runs with on a target, one tuple per series of cells.

    A target is never among its own sources. `direct` runs with every source, so that the best and
    the mean of them are known; the other single-source methods with `single_sources`.
    """
    info = config.method(method)
    available = config.sources_for(target)
    if info.weights == "none":
        return ((),)
    if info.multi_source:
        return (available,) if available else ()
    if info.trains_student or info.weights == "seeds":
        wanted = config.single_sources or config.sources[:1]
        return tuple((source,) for source in wanted if source != target)
    return tuple((source,) for source in available)


def _seeds(config: Config, method: str, target: str) -> tuple[int, ...]:
    if config.method(method).weights == "seeds":
        return config.seeds[:1]  # it mixes the teachers of all of them
    seeds = config.seeds
    if config.all_seeds_in and target not in config.all_seeds_in:
        seeds = seeds[:1]
    return tuple(seed for seed in seeds if _wanted(config, method, "seeds", seed))


def _sizes(config: Config, method: str, target: str) -> Iterator[tuple[str, int]]:
    if not config.method(method).trains_student:
        yield "none", 0
        return
    wanted: list[str] = [b for b in config.budgets if _wanted(config, method, "budgets", b)]
    if not config.method(method).trainer:
        wanted += _numbers_of_updates(config, method)
    for budget in wanted:
        for n in config.sizes_for(target):
            if _wanted(config, method, "sizes", n):
                yield budget, n


def _numbers_of_updates(config: Config, method: str) -> list[str]:
    return [budgets.budget_of(n) for n in config.updates if _wanted(config, method, "updates", n)]


def _wanted(config: Config, method: str, key: str, value: str | int) -> bool:
    """Whether the method's entry in `only`, if there is one, lets the value through."""
    part = config.only.get(method)
    allowed = getattr(part, key) if part is not None else None
    return allowed is None or value in allowed


def twin(config: Config, cell: Cell) -> Cell | None:
    """The cell under `steps` that trains exactly as this one does under `epochs`, if the study has it.

    Above the floor of updates the two budgets are one and the same training, update by update, so the large (and
    expensive) sizes need to be trained once only.
    """
    student = config.student
    if (
        not cell.info.trains_student
        or cell.budget != "epochs"
        or "steps" not in config.budgets
        or not _wanted(config, cell.method, "budgets", "steps")
        or student.updates(cell.n, "epochs") <= student.min_steps
    ):
        return None
    return dataclasses.replace(cell, budget="steps")
