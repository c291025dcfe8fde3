"""The taggers whose probabilities on a target's text are looked at: teachers, and students of the grid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xnerbench.study.needs import needs_of

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell
    from xnerbench.study.layout import Layout

Teacher = tuple[tuple[str, ...], int]
"""Sources and seed."""


def teachers_of(cells: Iterable[Cell], target: str) -> tuple[Teacher, ...]:
    """Every teacher that is applied to a target, or that a student of it learns from, in the order of the cells."""
    found: dict[Teacher, None] = {}
    for cell in cells:
        if cell.target == target:
            needs = needs_of(cell)
            named = [*((sources, seed) for _, sources, seed in needs.softlabels), *needs.teachers]
            found |= dict.fromkeys(named)
    return tuple(found)


def students_of(cells: Iterable[Cell], target: str) -> tuple[Cell, ...]:
    """The cells of a target that train a student."""
    return tuple(cell for cell in cells if cell.target == target and cell.info.trains_student)


def has_heldout(config: Config, sources: tuple[str, ...]) -> bool:
    """Whether a teacher's one source has labelled text that no teacher is trained on, its test set."""
    if config.given_teacher is not None:
        return False
    return len(sources) == 1 and config.corpora.languages[sources[0]].has("test")


def signal_files(layout: Layout, cells: Iterable[Cell], target: str) -> list[str]:
    """What the signals of a target are made from; its gold is not among it."""
    cells = tuple(cells)
    teachers = teachers_of(cells, target)
    files = [layout.softlabels(target, *teacher) for teacher in teachers]
    files += [layout.reliability(*one) for one in teachers if has_heldout(layout.config, one[0])]
    files += [layout.cell(cell) for cell in students_of(cells, target)]
    return [str(file) for file in files]
