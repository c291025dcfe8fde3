"""A cell's tagger once more: cells keep predictions, not weights, and training repeats itself exactly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xnerbench.errors import InputError
from xnerbench.jobs import activations, softlabels
from xnerbench.jobs.parts import predictions, students
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.taggers import tagger
from xnerbench.learning.training import process
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, joined
from xnerbench.study.needs import needs_of


@dataclass(frozen=True)
class Retrained:
    """A trained tagger, its encoder, and its tags of the cell's test set."""

    model: tagger.Tagger
    spec: EncoderSpec
    tags: list[list[str]]


def retrain(config: Config, layout: Layout, cell: Cell) -> Retrained:
    """Trains a cell's tagger as the study did, and tags its test set.

    The outputs of frozen layers and the soft labels, which a finished study has removed, are made again and
    removed again.

    Raises:
        InputError: The cell is no tagger, or the study has not made what it starts from.
        JobFailed: Something that the cell needs failed, or its training does.
    """
    if not cell.info.trains_student and cell.info.applies == "mixture":
        raise InputError(
            f"{cell.id} is a mixture of several taggers", "--cell", "Choose a cell that is one"
        )
    needs = needs_of(cell)
    test = layout.test(cell.target)
    kept = [layout.encoder_record, test, *(layout.subset(*item) for item in needs.subsets)]
    taught = {(sources, seed) for _, sources, seed in needs.softlabels} | {*needs.teachers}
    kept += [layout.teacher(*item) for item in sorted(taught)]
    for path in kept:
        if not path.is_file():
            raise InputError(
                f"the study has not made what {cell.id} starts from", str(path), "Run it first"
            )
    made: list[Path] = []
    try:
        for item in needs.activations:
            if not (path := layout.activations(*item)).is_file():
                made.append(path)
                activations.run(config, layout, *item)
        for target, sources, seed in needs.softlabels:
            if not (path := layout.softlabels(target, sources, seed)).is_file():
                made.append(path)
                softlabels.run(config, layout, target, joined(sources), str(seed))
        process.one_thread()
        trained = _made(config, layout, cell)
        tags, _ = predictions.tags_of(config, layout, cell, trained)
        assert trained.model is not None
        return Retrained(trained.model, trained.spec, tags)
    finally:
        for path in made:
            path.unlink(missing_ok=True)


def _made(config: Config, layout: Layout, cell: Cell) -> students.Made:
    if not cell.info.trains_student:
        return students.applied(config, layout, cell)
    if not cell.updates:
        return students.make(config, layout, cell)
    # Stations of one training: the wanted one is what it is because of those before it.
    cells = grid.cells_of_run(config, cell.run)
    branches = students.make_branches(config, layout, cells)
    return next(made for each, made in zip(cells, branches, strict=False) if each.id == cell.id)
