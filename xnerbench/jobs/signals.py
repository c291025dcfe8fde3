"""What the probabilities of a target's taggers say without its gold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xnerbench.analysis import tables
from xnerbench.catalogue.signal_tables import SIGNALS
from xnerbench.errors import InputError
from xnerbench.jobs.parts.trust import trust_in
from xnerbench.learning.layers.tensors import read_record
from xnerbench.learning.teachers import labels
from xnerbench.scoring import signals
from xnerbench.storage.artifacts import read_parquet_record
from xnerbench.study import grid, taggers
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, named


def run(config: Config, layout: Layout, target: str) -> None:
    """`signals/<target>.csv`: a tagger that failed has no rows, and its cell says why."""
    cells = grid.cells(config)
    teachers = []
    for sources, seed in taggers.teachers_of(cells, target):
        probabilities = _soft(layout.softlabels(target, sources, seed))
        if probabilities is not None:
            trust = trust_in(config, layout, sources, seed)
            teachers.append(signals.Teacher(named(sources), seed, probabilities, trust))
    rows = [
        *signals.rows(target, teachers, config.labels),
        *(row for cell in taggers.students_of(cells, target) for row in _student(layout, cell)),
    ]
    frame = tables.as_frame(rows, SIGNALS.names)
    tables.write_csv(layout.signals(target), frame, SIGNALS)
    print(f"{target}: signals of {len(teachers)} teachers, {len(rows)} rows")


def _soft(path: Path) -> Any:
    """A tagger's probabilities; None where it failed or its file is damaged, which its cells say."""
    try:
        if path.is_file() and read_record(path).get("status") == "ok":
            return labels.read_soft(path)[0]
    except InputError:
        pass
    return None


def _student(layout: Layout, cell: Cell) -> Iterator[dict[str, Any]]:
    """What a student's cell wrote down of its own probabilities, all entity types together.

    Only teachers have rows by type: students are many, and nothing reads theirs. Their cells keep them.
    """
    path = layout.cell(cell)
    record = read_parquet_record(path) if path.is_file() else {}
    if record.get("status") != "ok":
        return
    for text, by_type in record.get("signals", {}).items():
        yield {
            "method": cell.method,
            "sources": named(cell.sources),
            "target": cell.target,
            "budget": cell.budget,
            "n": cell.n,
            "seed": cell.seed,
            "text": text,
            "type": signals.ALL,
            "scaling": "none",
            "temperature": 1.0,
            **by_type[signals.ALL],
        }
