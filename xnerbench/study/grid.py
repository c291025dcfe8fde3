"""The cells of a study, and what each of them needs to exist first.

A cell is one tagger scored on one test set: `(method, sources, target, budget, n, seed)`. The list
is a pure function of the configuration, so Snakemake knows the whole graph before anything runs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xnerbench.errors import InputError
from xnerbench.methods import METHODS, MethodInfo
from xnerbench.study.layout import joined, split_sources

if TYPE_CHECKING:
    from xnerbench.study.config import Config


@dataclass(frozen=True)
class Cell:
    """One cell of the grid.

    Attributes:
        method: Name in `methods.METHODS`.
        sources: Languages of the teacher or teachers; empty where there is none.
        target: Language of the test set.
        budget: `epochs`, `steps`, or `none` where no student is trained.
        n: Unlabelled target sentences, 0 where no student is trained.
        seed: Entry of `seeds` that names the cell.
        teacher_seed: Seed of the teacher, and of the weights of a similarity mixture.
        subset_seed: Seed of the permutation whose first n sentences are used.
        student_seed: Seed of the student's head, dropout and batches.
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

    @property
    def id(self) -> str:
        """The cell's name in paths and tables."""
        series = f"{self.method}/{joined(self.sources)}/{self.target}/{self.budget}"
        return f"{series}/n{self.n}/s{self.seed}"

    @property
    def seeds(self) -> str:
        """The seeds as text; those of subset and student decide a cell and are not in its path."""
        return f"teacher {self.teacher_seed} subset {self.subset_seed} student {self.student_seed}"

    @property
    def info(self) -> MethodInfo:
        """What the cell's method needs."""
        return METHODS[self.method]

    @classmethod
    def parse(cls, name: str, config: Config) -> Cell:
        """The cell of an id.

        Raises:
            InputError: The id is malformed, or names a seed or method that the study does not have.
        """
        try:
            method, sources, target, budget, n, seed = name.split("/")
            if n[:1] != "n" or seed[:1] != "s" or method not in METHODS:
                raise ValueError(name)
            cell = _cell(
                config, method, split_sources(sources), target, budget, int(n[1:]), int(seed[1:])
            )
            if cell.id != name:
                raise ValueError(name)
        except ValueError as error:
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
    index = config.seeds.index(seed)
    teacher_seeds = config.teacher_seeds or config.seeds
    subset_seeds = config.subset_seeds or config.seeds
    return Cell(
        method=method,
        sources=sources,
        target=target,
        budget=budget,
        n=n,
        seed=seed,
        teacher_seed=teacher_seeds[index % len(teacher_seeds)],
        subset_seed=subset_seeds[index % len(subset_seeds)],
        student_seed=seed,
    )


def cells(config: Config) -> tuple[Cell, ...]:
    """Every cell, by target, method, sources, budget, size and seed, in the order of the keys."""
    return tuple(
        _cell(config, method, sources, target, budget, n, seed)
        for target in config.targets
        for method in config.methods
        if _wanted(config, method, "targets", target)
        for sources in source_sets(config, method, target)
        for budget, n in _sizes(config, method, target)
        for seed in config.seeds
        if _wanted(config, method, "seeds", seed)
    )


def source_sets(config: Config, method: str, target: str) -> tuple[tuple[str, ...], ...]:
    """The sources that a method runs with on a target, one tuple a series of cells.

    A target is never among its own sources. `direct` runs with every source, so that the best and
    the mean of them are known; the other single-source methods with `single_sources`.
    """
    info = METHODS[method]
    available = tuple(source for source in config.sources if source != target)
    if info.weights == "none":
        return ((),)
    if info.multi_source:
        return (available,) if available else ()
    if info.trains_student:
        wanted = config.single_sources or config.sources[:1]
        return tuple((source,) for source in wanted if source != target)
    return tuple((source,) for source in available)


def _sizes(config: Config, method: str, target: str) -> Iterator[tuple[str, int]]:
    if not METHODS[method].trains_student:
        yield "none", 0
        return
    for budget in config.budgets:
        if _wanted(config, method, "budgets", budget):
            for n in config.sizes_for(target):
                if _wanted(config, method, "sizes", n):
                    yield budget, n


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


@dataclass(frozen=True)
class Needs:
    """What a cell is made from, as the arguments of `Layout`'s methods of the same names.

    Attributes:
        activations: (language, split) of frozen-trunk outputs.
        teachers: (sources, seed) of teachers whose weights the cell itself reads.
        softlabels: (target, sources, seed), one a source of the mixture, in their order.
        weights: (target, sources, seed) of the similarity weights.
        subsets: (target, seed) of the permutation.
        gold: Languages whose pool tags are read.
    """

    activations: tuple[tuple[str, str], ...] = ()
    teachers: tuple[tuple[tuple[str, ...], int], ...] = ()
    softlabels: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    weights: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    subsets: tuple[tuple[str, int], ...] = ()
    gold: tuple[str, ...] = ()


def needs(cell: Cell) -> Needs:
    """What must exist before a cell can run; the test set is always among it."""
    info, target, seed = cell.info, cell.target, cell.teacher_seed
    test = (target, "test")
    if not info.trains_student:
        return Needs(activations=(test,), teachers=((cell.sources, seed),))
    labels = not info.reads_gold
    return Needs(
        activations=((target, "pool"), test),
        teachers=((cell.sources, seed),) if info.init == "teacher" else (),
        softlabels=tuple((target, (source,), seed) for source in cell.sources) if labels else (),
        weights=((target, cell.sources, seed),) if info.weights == "similarity" else (),
        subsets=((target, cell.subset_seed),),
        gold=(target,) if info.reads_gold else (),
    )
