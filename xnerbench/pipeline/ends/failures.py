"""How often an artifact failed, kept beside the study so that the next call tries it again.

A command that fails still writes its artifact, with `status: failed` in the record, so that nothing
else stops. Snakemake would then take it for finished for ever. The number of failures is therefore
one of the rule's `params`: it is read once, when the graph is built, and recorded with the
artifact. A failure during the run raises it, so the next call sees another number than the recorded
one and plans the artifact again; a success leaves it, so the call after that plans nothing.

No torch: the file is also written on behalf of processes that were killed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.pipeline.stages import STAGES
from xnerbench.storage.artifacts import atomic, write_json, write_parquet
from xnerbench.study import grid

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.layout import Layout

KINDS = tuple(stage.name for stage in STAGES.values() if stage.fails_alone)
"""Kinds of artifact that may fail; also the names of their stages."""


def record(layout: Layout, kind: str, name: str, reason: str) -> int:
    """Notes one more failure.

    Args:
        layout: The study's paths.
        kind: One of `KINDS`.
        name: The artifact's name among its kind, for example the cell's id.
        reason: One line for the user.

    Returns:
        The number of failures so far, this one included.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind}")
    path = layout.failure(kind, name)
    failed = _read(path)[0] + 1
    write_json(path, {"failures": failed, "reason": reason})
    return failed


def count(layout: Layout, kind: str, name: str) -> int:
    """The number of recorded failures of one artifact."""
    return _read(layout.failure(kind, name))[0]


def all_of(layout: Layout) -> dict[tuple[str, str], tuple[int, str]]:
    """Number and latest reason of every artifact that ever failed, by kind and name, in one walk."""
    root = layout.work / "failures"
    found = {}
    for path in sorted(root.rglob("*.json")):
        kind, *name = path.relative_to(root).parts
        found[kind, "/".join(name).removesuffix(".json")] = _read(path)
    return found


def settle(config: Config, layout: Layout, kind: str, name: str, reason: str) -> None:
    """Writes the files of an artifact as failed ones and counts the failure.

    They hold a record and no content: every reader looks at the record first. A cell's record says which
    cell it is, as that of a finished one does.
    """
    stage = STAGES[kind]
    failed = {"status": "failed", "reason": reason}
    cells = {layout.cell(cell): cell for cell in stage.cells(config, **stage.parse(name))}
    for path in stage.files(layout, name):
        own = grid.Cell.parse(cells[path], config).identity(config) if path in cells else {}
        write_failed(path, {**own, **failed})
    record(layout, kind, name, reason)


def write_failed(path: Path, failed: dict[str, Any]) -> None:
    """Writes a file of the path's format with a record and nothing else."""
    if path.suffix == ".json":
        write_json(path, failed)
    elif path.suffix == ".parquet":
        import pyarrow as pa

        write_parquet(path, pa.table({}), failed)
    else:
        from safetensors.numpy import save_file

        with atomic(path) as partial:
            save_file({}, partial, metadata={"xnerbench": json.dumps(failed, ensure_ascii=False)})


def _read(path: Path) -> tuple[int, str]:
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return int(entry["failures"]), str(entry["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""
