"""The lock that Snakemake leaves in a folder when it is killed, told in one sentence: what it is and how to go on.

Snakemake's own message cannot know whether the other run still lives. Each run of a study therefore notes its
process beside the study, and the next one looks whether it is there.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError
from xnerbench.pipeline import advice
from xnerbench.storage.artifacts import user_name, write_json

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout


_begun = False
_held: int | None = None
"""The open file that this run's own lock is on; the system takes it away with the process."""


def watch(
    layout: Layout,
    locked: Callable[[], Sequence[str]],
    files: Sequence[str],
    named: str | None,
    snakefile: str = "",
) -> None:
    """Says at the end of a run that never began which lock was in its way.

    At the end, because another run may lock the study while this one is planned; Snakemake has no other hook there.

    Args:
        layout: The study's paths.
        locked: Asked for the paths that Snakemake has locked in this folder.
        files: As of `told`.
        named: As of `told`.
        snakefile: As of `told`.
    """

    def say() -> None:
        if not _begun and (left := told(layout, locked(), files, named, snakefile)):
            print(f"xnerbench: {left}.", file=sys.stderr, flush=True)

    atexit.register(say)


def begin(layout: Layout) -> None:
    """Makes this process the study's run, until it ends in whatever way, and notes it.

    Snakemake's own lock does not suffice: a run that ends removes the locks of all others in the folder.

    Raises:
        InputError: Another process is the study's run.
    """
    global _begun, _held
    layout.run_lock.parent.mkdir(parents=True, exist_ok=True)
    _held = os.open(layout.run_lock, os.O_RDONLY | os.O_CREAT, 0o666)
    try:
        fcntl.flock(_held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        note = _note(layout.run_note)
        which = f"process {note['process']} on {note['host']}" if note else "another process"
        raise InputError(
            f"{which} is running this study here",
            str(layout.work),
            "wait for it, or end it, before another run",
        ) from None
    except OSError:  # a file system without locks: Snakemake's has to do
        pass
    _begun = True
    write_json(
        layout.run_note,
        {"process": os.getpid(), "host": socket.gethostname()} | _start(os.getpid()),
    )


def end(layout: Layout) -> None:
    """Takes the note away."""
    global _held
    layout.run_note.unlink(missing_ok=True)
    if _held is not None:
        os.close(_held)
        _held = None


def told(
    layout: Layout,
    locked: Sequence[str],
    files: Sequence[str],
    named: str | None,
    snakefile: str = "",
) -> str:
    """One sentence on a lock that concerns a study, or nothing.

    Args:
        layout: The study's paths.
        locked: The paths that Snakemake has locked in this folder.
        files: The files of `--configfile`.
        named: The file of `--config study=FILE`.
        snakefile: The workflow that the run was started with; that of this folder, or the suite's, by default.
    """
    own = tuple(f"{folder}/" for folder in (layout.work, layout.results, layout.encoder))
    if not any(path.startswith(own) for path in locked):
        return ""
    notes = _notes(layout, locked)
    for study, note in notes.items():
        if _is_running(note):
            own_run = study == layout.work
            which = "this study here" if own_run else f"{study}, and its lock is in the way"
            return (
                f"process {note['process']}{_owner(note['process'])} is running {which}: "
                "wait for it, or end it, before another run"
            )
    here = [file.removeprefix(f"{Path.cwd()}/") for file in files]
    given = ["--config", f"study={named}"] if named else ["--configfile", *here] if here else []
    command = advice.to_unlock(*given, snakefile=snakefile)
    if notes and all(note["host"] == socket.gethostname() for note in notes.values()):
        return (
            f"an earlier run was killed and left its lock: `{command}`, then the same command again"
        )
    return (
        "another run has locked this study, or was killed and left its lock: if none is running on any machine, "
        f"`{command}`, then the same command again"
    )


def _notes(layout: Layout, locked: Sequence[str]) -> dict[Path, dict[str, Any]]:
    """The notes of the studies whose files are locked, by their folders; the study's own first."""
    folders = {layout.work: None}
    for path in locked:
        folders.update(dict.fromkeys(Path(path).parents))
    notes = {folder: _note(folder / layout.run_note.name) for folder in folders}
    return {folder: note for folder, note in notes.items() if note}


def _is_running(note: dict[str, Any]) -> bool:
    process = note["process"]
    if note["host"] != socket.gethostname():
        return False
    return _start(process) == {"started": note.get("started")} and _lives(process)


def _owner(process: int) -> str:
    """Whose process it is, where it is somebody else's."""
    try:
        user = Path(f"/proc/{process}").stat().st_uid
    except OSError:
        return ""
    return "" if user == os.getuid() else f" of {user_name(user)}"


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
