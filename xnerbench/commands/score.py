"""`xnerbench score`: scores every cell of one target, once its predictions are there."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnerbench.study.grid import Cell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", required=True, help="the study's configuration")
    parser.add_argument("--target", required=True, help="target language (ISO 639-3)")


def run(args: argparse.Namespace) -> int:
    """Writes `scores/<target>.parquet` and `counts/<target>.parquet` of the working folder."""
    from xnerbench.analysis import tables
    from xnerbench.catalogue.study_tables import score_columns
    from xnerbench.errors import InputError
    from xnerbench.scoring import score
    from xnerbench.storage import artifacts
    from xnerbench.study import config, grid
    from xnerbench.study.layout import Layout

    study = config.load(args.config)
    paths = Layout(study)
    if args.target not in study.targets:
        raise InputError(
            f"{args.target} is no target of the study",
            "--target",
            f"Targets are {', '.join(study.targets)}",
        )
    test, test_record = artifacts.read_parquet(paths.test(args.target))
    test_rows = test.to_pylist()
    rows: list[dict[str, Any]] = []
    counts: list[score.Row] = []
    for cell in grid.cells(study):
        if cell.target != args.target:
            continue
        if test_record.get("status", "ok") != "ok":
            reason = f"no test set: {test_record.get('reason')}"
            row: dict[str, Any] = {"status": "failed", "reason": reason}
            cell_counts: list[score.Row] = []
        else:
            path = paths.cell(cell)
            row, cell_counts = score.score_file(path, cell.id, test_rows, study.labels)
        rows.append({**identity(study.study, cell), **row})
        counts += cell_counts
    frame = tables.as_frame(rows, score_columns(study.labels))
    record = {"status": "ok", "target": args.target, "cells": len(rows)}
    artifacts.write_parquet(paths.counts(args.target), score.counts_table(counts), record)
    artifacts.write_parquet(paths.scores(args.target), score.scores_table(frame), record)
    failed = sum(row["status"] != "ok" for row in rows)
    print(f"{args.target}: {len(rows) - failed} of {len(rows)} cells scored")
    return 0


def identity(study: str, cell: Cell) -> dict[str, Any]:
    """The columns that say which cell a row is."""
    from xnerbench.study.layout import joined

    return {
        "study": study,
        "cell": cell.id,
        "method": cell.method,
        "sources": joined(cell.sources),
        "target": cell.target,
        "n": cell.n,
        "seed": cell.seed,
        "teacher_seed": cell.teacher_seed,
        "subset_seed": cell.subset_seed,
        "student_seed": cell.student_seed,
        "budget": cell.budget,
    }
