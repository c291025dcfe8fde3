"""The cells of one training that serves several numbers of updates."""

from __future__ import annotations

import time

from xnerbench.jobs import cell as cells
from xnerbench.jobs.parts.students import make_branches
from xnerbench.learning.training import process
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, training: str) -> None:
    """One prediction file for each number of updates, as `jobs.cell` writes them."""
    start = time.perf_counter()
    process.one_thread()
    wanted = grid.cells_of_run(config, training)
    for cell, made in zip(wanted, make_branches(config, layout, wanted), strict=True):
        cells.write(config, layout, cell, made, start)
