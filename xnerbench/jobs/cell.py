"""One cell of the grid: train, predict, write."""

from __future__ import annotations

import time
from typing import Any

import pyarrow as pa

from xnerbench.jobs.parts.predictions import tags_of
from xnerbench.jobs.parts.students import Made, applied, make
from xnerbench.learning.training import process
from xnerbench.storage.artifacts import read_parquet, write_parquet
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, cell: str) -> None:
    """`cells/<cell.id>.parquet`: trains (unless the method only applies a teacher), predicts, writes."""
    wanted = Cell.parse(cell, config)
    if (same := _trained_as_twin(config, layout, wanted)) is not None:
        write_parquet(layout.cell(wanted), same[0], same[1] | wanted.identity(config))
        return
    start = time.perf_counter()
    process.one_thread()
    made = (
        make(config, layout, wanted)
        if wanted.info.trains_student
        else applied(config, layout, wanted)
    )
    write(config, layout, wanted, made, start)


def write(config: Config, layout: Layout, cell: Cell, made: Made, start: float) -> None:
    """Applies what was made to the test set and writes the cell's file."""
    words = read_parquet(layout.test(cell.target))[0]
    tags, told = tags_of(config, layout, cell, made)
    record = {"status": "ok", "reason": "", "seconds": time.perf_counter() - start}
    record |= {"peak_mb": process.peak_memory_mb()} | made.cost | told | made.stamp()
    strings = pa.list_(pa.string())
    table = pa.table(
        {
            "sentence_id": words["sentence_id"].cast(pa.int64()),
            "words": words["words"].cast(strings),
            "tags": pa.array(tags, strings),
        }
    )
    write_parquet(layout.cell(cell), table, cell.identity(config) | record)


def _trained_as_twin(
    config: Config, layout: Layout, cell: Cell
) -> tuple[pa.Table, dict[str, Any]] | None:
    """Predictions and record of the cell that was trained just so under the other budget, if there is one.

    Sentences without a subword do not count as training text. Should so many be left out that the
    floor decided after all (or should the twin have failed), the cell is trained here.
    """
    twin = grid.twin(config, cell)
    if twin is None:
        return None
    table, record = read_parquet(layout.cell(twin))
    if record["status"] != "ok" or record["steps"] <= config.student.min_steps:
        return None
    return table, record | {"twin": twin.id}
