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

from xnerbench.storage.artifacts import atomic, write_json, write_parquet

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout

KINDS = (
    "encoder", "corpus", "subset", "activations", "features", "teacher", "softlabels", "weights",
    "cell",
)  # fmt: skip
"""Kinds of artifact that may fail; also the names of the commands that make them."""


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


def settle(layout: Layout, kind: str, name: str, reason: str) -> None:
    """Writes the files of an artifact as failed ones, for a command that could not, and counts it.

    They hold a record and no content: every reader looks at the record first.
    """
    for path in outputs(layout, kind, name):
        write_failed(path, {"status": "failed", "reason": reason})
    record(layout, kind, name, reason)


def outputs(layout: Layout, kind: str, name: str) -> list[Path]:
    """The files that a job of a kind declares, from the artifact's name."""
    *folder, last = name.split("/")
    first, _, second = last.rpartition(".")
    match kind:
        case "encoder":
            return [layout.encoder_record]
        case "corpus" if second == "source":
            return [layout.train(first), layout.manifest(first, "source")]
        case "corpus" if second == "target":
            return [layout.test(first), layout.pool(first), layout.manifest(first, "target")]
        case "corpus" if second == "gold":
            return [layout.gold(first)]
        case "subset":
            return [layout.subset(first, int(second[1:]))]
        case "activations":
            return [layout.activations(first, second)]
        case "features":
            return [layout.features(first, second)]
        case "teacher":
            return [layout.teacher((first,), int(second[1:]))]
        case "softlabels":
            return [layout.softlabels(folder[0], (first,), int(second[1:]))]
        case "weights":
            return [layout.weights(folder[0], (first,), int(second[1:]))]
        case "cell":
            return [layout.cell(name)]
    raise ValueError(f"{name} is no artifact of kind {kind}")


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
