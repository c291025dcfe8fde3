"""What is there of a study that still runs, as a results folder.

Only finished files are read, and nothing of Snakemake's, so that a run of the same study goes on beside it. A cell
that is there counts as it is, also where the run under way will make it again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from xnerbench.analysis.tables import as_frame
from xnerbench.catalogue.study_tables import score_columns
from xnerbench.errors import InputError
from xnerbench.scoring import collect, score
from xnerbench.storage import artifacts
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout


@dataclass(frozen=True)
class Gathered:
    """What was found.

    Attributes:
        cells: Cells of the study.
        done: Those that are there, failed ones included.
        failed: Those that are there without a score.
        odd: Why a cell that is there was left out, a sentence each.
    """

    cells: int
    done: int
    failed: int
    odd: tuple[str, ...]


def gather(config: Config, paths: Layout) -> Gathered:
    """Scores the cells that are there and writes `paths.results` as `collect` would.

    Args:
        config: The study.
        paths: Its layout, with a results folder other than the final one.

    Raises:
        InputError: No cell has a score yet.
    """
    cells = grid.cells(config)
    there: dict[str, list[Cell]] = {}
    for cell in cells:
        if paths.cell(cell).is_file() and paths.test(cell.target).is_file():
            there.setdefault(cell.target, []).append(cell)
    frames, odd = [], []
    for target, own in there.items():
        frame, counts, why = _scored(config, paths, target, own)
        frames.append(frame)
        odd += why
        artifacts.write_parquet(paths.results_counts(target), counts, {"status": "ok"})
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"status": []})
    failed = int((found["status"] != "ok").sum())
    if failed == len(found):
        raise InputError(
            f"no cell of the study has a score yet ({len(found)} of {len(cells)} are there)",
            str(paths.work / "cells"),
            "Wait for the first; `xnerbench status` says how far the run is",
        )
    _write(config, paths, [cell for own in there.values() for cell in own], found)
    return Gathered(len(cells), len(found), failed, tuple(odd))


def _scored(
    config: Config, paths: Layout, target: str, cells: Sequence[Cell]
) -> tuple[pd.DataFrame, pa.Table, list[str]]:
    """A target's score rows and counts: those of the run where they are there, and else made here."""
    if (known := _of_run(paths, target, cells)) is not None:
        return *known, []
    test, record = artifacts.read_parquet(paths.test(target))
    if record.get("status", "ok") != "ok":
        return as_frame([], score_columns(config.labels)), score.counts_table([]), []
    gold = test.to_pylist()
    rows: list[Mapping[str, Any]] = []
    counts: list[score.Row] = []
    odd = []
    for cell in cells:
        try:
            row, own = score.score_file(paths.cell(cell), cell.id, gold, config.labels)
        except InputError as error:  # of an earlier test set, or damaged: the run makes it again
            odd.append(f"{cell.id} is left out: {error}")
            continue
        rows.append({"study": config.study, "cell": cell.id, **cell.identity(config), **row})
        counts += own
    return as_frame(rows, score_columns(config.labels)), score.counts_table(counts), odd


def _of_run(
    paths: Layout, target: str, cells: Sequence[Cell]
) -> tuple[pd.DataFrame, pa.Table] | None:
    """What the run itself has scored, where that is all that is there, and nothing newer."""
    files = (paths.scores(target), paths.counts(target))
    if not all(file.is_file() for file in files):
        return None
    made = min(file.stat().st_mtime for file in files)
    if any(paths.cell(cell).stat().st_mtime > made for cell in cells):
        return None
    frame = artifacts.read_parquet(files[0])[0].to_pandas(types_mapper=pd.ArrowDtype)
    if set(frame["cell"]) != {cell.id for cell in cells}:
        return None
    return frame, artifacts.read_parquet(files[1])[0]


def _write(config: Config, paths: Layout, cells: Sequence[Cell], scores: pd.DataFrame) -> None:
    targets = list(dict.fromkeys(cell.target for cell in cells))
    entries = collect.prepared(config.sources, targets, paths)
    files = [file for target in targets if (file := paths.signals(target)).is_file()]
    collect.write(
        config,
        collect.weights(collect.mixtures(cells, paths)),
        collect.corpora(entry for entry in entries if entry[2].is_file()),
        collect.signals(files) if files else None,
        scores,
        collect.made_with(collect.teachers(cells, paths)),
        paths,
    )


def now() -> str:
    """The time as the report shows it."""
    return time.strftime("%Y-%m-%d at %H:%M %Z")
