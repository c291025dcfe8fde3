"""How far a run is: one line an end of a cell, and the same from outside while it runs.

`begin` writes what the run plans; each cell that ends appends one line. The time left comes from
the forecast of the cells that are still to do, scaled by how the finished ones compare with theirs,
so large sizes at the end do not come as a surprise.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.pipeline.beforehand import forecast
from xnerbench.storage.artifacts import write_text
from xnerbench.study.grid import Cell

if TYPE_CHECKING:
    from xnerbench.pipeline.workflow import Study
    from xnerbench.study.config import Config
    from xnerbench.study.layout import Layout


@dataclass(frozen=True)
class Progress:
    """State of a run.

    Attributes:
        done: Finished cells of the study, those of earlier runs included.
        cells: Cells of the study.
        failed: Cells of this run that ended without a score.
        minutes_left: Minutes until the last cell ends, or None before the first one has.
    """

    done: int
    cells: int
    failed: int
    minutes_left: float | None

    def __str__(self) -> str:
        text = f"cell {self.done} of {self.cells}"
        if self.minutes_left is not None and self.done < self.cells:
            text += f", about {_duration(self.minutes_left)} left"
        return text + (f", {self.failed} failed" if self.failed else "")


def begin(study: Study, jobs: Iterable[tuple[str, Any]]) -> None:
    """Notes which cells a run plans.

    Args:
        study: The study.
        jobs: Rule and wildcards of every job that will run.
    """
    planned: set[Cell] = set()
    for rule, wildcards in jobs:
        if rule.endswith(
            ("cell", "branches")
        ):  # a workflow that takes these rules may call them `xner_cell`
            planned.update(study.cells_of_job(wildcards))
    expected = sum(forecast.cell_seconds(cell, study.config) for cell in planned)
    head = {
        "cells": len(study.cells),
        "before": len(study.cells) - len(planned),
        "planned": len(planned),
        "forecast": expected,
    }
    write_text(study.layout.progress, json.dumps(head) + "\n")


def finish(config: Config, layout: Layout, cell: str, seconds: float, status: str) -> None:
    """Notes the end of a cell and prints how far the run is.

    Args:
        config: The study.
        layout: Its paths.
        cell: The cell's id.
        seconds: What it took.
        status: `ok` or `failed`.
    """
    line = {
        "cell": cell,
        "ended": time.time(),
        "seconds": seconds,
        "forecast": forecast.cell_seconds(Cell.parse(cell, config), config),
        "status": status,
    }
    if not layout.progress.exists():
        return  # started by hand, not by a run
    with layout.progress.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(read(layout.progress), flush=True)


def read(path: Path) -> Progress | None:
    """The state of the latest run, or None where none was started; lines that are no entry are passed over."""
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    head = _numbers(first, ("cells", "before", "forecast"))
    if head is None:
        return None
    found = {}
    for line in lines:
        entry = _numbers(line, ("ended", "seconds", "forecast"))
        if entry is not None and isinstance(entry.get("cell"), str):
            found[entry["cell"]] = entry  # otherwise two nodes of a cluster wrote at once
    entries = list(found.values())
    left = None
    if expected := sum(entry["forecast"] for entry in entries):
        begun = min(entry["ended"] - entry["seconds"] for entry in entries)
        # A clock that was set back makes it negative.
        elapsed = max(0.0, max(entry["ended"] for entry in entries) - begun)
        left = elapsed * max(0.0, head["forecast"] - expected) / expected / 60
    return Progress(
        done=head["before"] + len(entries),
        cells=head["cells"],
        failed=sum(1 for entry in entries if entry.get("status") != "ok"),
        minutes_left=left,
    )


def _numbers(line: str, names: tuple[str, ...]) -> dict[str, Any] | None:
    """The line as an object that has these numbers; `None` if it is no such thing."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return found if all(type(found.get(name)) in (int, float) for name in names) else None


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "a minute" if minutes > 0.5 else "half a minute"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
