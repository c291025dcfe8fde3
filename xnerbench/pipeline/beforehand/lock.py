"""The lock that Snakemake leaves in a folder when it is killed, told in one sentence: what it is and how to go on.

Snakemake's own message cannot know whether the other run still lives. Each run of a study therefore notes its
process beside the study, and the next one looks whether it is there.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.storage.artifacts import write_json

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout


def begin(layout: Layout) -> None:
    """Notes this process as the study's run."""
    write_json(
        layout.run_note,
        {"process": os.getpid(), "host": socket.gethostname()} | _start(os.getpid()),
    )


def end(layout: Layout) -> None:
    """Takes the note away."""
    layout.run_note.unlink(missing_ok=True)


def told(layout: Layout, locked: Sequence[str], files: Sequence[str], named: str | None) -> str:
    """One sentence on a lock that concerns a study, or nothing.

    Args:
        layout: The study's paths.
        locked: The paths that Snakemake has locked in this folder.
        files: The files of `--configfile`.
        named: The file of `--config study=FILE`.
    """
    own = tuple(f"{folder}/" for folder in (layout.work, layout.results, layout.encoder))
    if not any(path.startswith(own) for path in locked):
        return ""
    here = [file.removeprefix(f"{Path.cwd()}/") for file in files]
    given = ["--config", f"study={named}"] if named else ["--configfile", *here] if here else []
    command = shlex.join(["snakemake", "--unlock", *given])
    note = _note(layout.run_note)
    if note.get("host") == socket.gethostname():
        process = note["process"]
        if _start(process) == {"started": note.get("started")} and _lives(process):
            return f"process {process} is running this study here: wait for it, or end it, before another run"
        return (
            f"an earlier run was killed and left its lock: `{command}`, then the same command again"
        )
    return (
        "another run has locked this study, or was killed and left its lock: if none is running on any machine, "
        f"`{command}`, then the same command again"
    )


def _note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return {**note, "process": int(note["process"]), "host": str(note["host"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's, or no number of a process
        return process > 0
    return True


def _start(process: int) -> dict[str, Any]:
    """When a process started, in the kernel's ticks, so that its number alone is not taken for it."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        return {"started": fields.rpartition(")")[2].split()[19]}
    except (OSError, IndexError):
        return {"started": None}
