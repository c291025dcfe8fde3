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
from typing import TYPE_CHECKING

from xnerbench.artifacts import write_json

if TYPE_CHECKING:
    from xnerbench.layout import Layout

KINDS = (
    "encoder",
    "corpus",
    "activations",
    "features",
    "teacher",
    "softlabels",
    "weights",
    "cell",
)
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
    failed = _read(path) + 1
    write_json(path, {"failures": failed, "reason": reason})
    return failed


def count(layout: Layout, kind: str, name: str) -> int:
    """The number of recorded failures of one artifact."""
    return _read(layout.failure(kind, name))


def counts(layout: Layout) -> dict[tuple[str, str], int]:
    """The number of failures of every artifact that failed, in one walk."""
    root = layout.work / "failures"
    found = {}
    for path in sorted(root.rglob("*.json")):
        kind, *name = path.relative_to(root).parts
        found[kind, "/".join(name).removesuffix(".json")] = _read(path)
    return found


def _read(path: Path) -> int:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["failures"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
