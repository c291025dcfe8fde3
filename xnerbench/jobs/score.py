"""Scores every cell of one target, once its predictions are there."""

from __future__ import annotations

from typing import Any

from xnerbench.analysis import tables
from xnerbench.catalogue.study_tables import score_columns
from xnerbench.errors import InputError
from xnerbench.scoring import score as scoring
from xnerbench.storage import artifacts
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, target: str) -> None:
    """Writes `scores/<target>.parquet` and `counts/<target>.parquet` of the working folder."""
    if target not in config.targets:
        raise InputError(
            f"{target} is no target of the study",
            "--target",
            f"Targets are {', '.join(config.targets)}",
        )
    test, test_record = artifacts.read_parquet(layout.test(target))
    test_rows = test.to_pylist()
    rows: list[dict[str, Any]] = []
    counts: list[scoring.Row] = []
    for cell in grid.cells(config):
        if cell.target != target:
            continue
        if test_record.get("status", "ok") != "ok":
            reason = f"no test set: {test_record.get('reason')}"
            row: dict[str, Any] = {"status": "failed", "reason": reason}
            cell_counts: list[scoring.Row] = []
        else:
            path = layout.cell(cell)
            row, cell_counts = scoring.score_file(path, cell.id, test_rows, config.labels)
        rows.append({"study": config.study, "cell": cell.id, **cell.identity(config), **row})
        counts += cell_counts
    frame = tables.as_frame(rows, score_columns(config.labels))
    record = {"status": "ok", "target": target, "cells": len(rows)}
    artifacts.write_parquet(layout.counts(target), scoring.counts_table(counts), record)
    artifacts.write_parquet(layout.scores(target), scoring.scores_table(frame), record)
    failed = sum(row["status"] != "ok" for row in rows)
    print(f"{target}: {len(rows) - failed} of {len(rows)} cells scored")
