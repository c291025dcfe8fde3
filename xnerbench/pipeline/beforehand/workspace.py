"""Whether a run can write where it has to, asked before anything is computed."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.errors import InputError, refused
from xnerbench.storage.artifacts import is_folder, partial_of, user_name

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout

SIZE = 2**16
"""Bytes that are written to see whether they can be; what a run will need, the forecast says."""

AHEAD = 3600
"""Seconds that a file may be ahead of this machine's clock: those of a cluster differ a little."""

REWRITTEN = ("metadata", "incomplete", "locks", "iocache")
"""Folders of `.snakemake` whose files are written to again."""


def check(layout: Layout) -> None:
    """Writes a little beside everything that a run writes, and takes it away again.

    Another user's run, a disk that is mounted for reading only and a full one are found here in one sentence. Snakemake
    would end in a traceback, or after hours of training.

    Args:
        layout: The study's paths; `.snakemake` in the current folder is looked at, too.

    Raises:
        InputError: Something cannot be written.
    """
    snakemake = Path(".snakemake")
    needed = (snakemake, layout.work, layout.results, layout.encoder.parent)
    for folder in (*needed[:3], layout.encoder):
        _look_through(folder)
    # The suite replaces files, which takes rights on their folder; Snakemake writes to its own again.
    for name in REWRITTEN:
        _look_through(snakemake / name, files=True)
    for folder in dict.fromkeys(map(_nearest, needed)):
        _may(str(folder), os.W_OK | os.X_OK)
        _try(folder)


def settle_times(layout: Layout) -> int:
    """Gives the study's files of the future the present as their time, in the order that they were written in.

    A clock that ran ahead leaves them. What is made of such a file later is older than it, so that Snakemake would
    plan it at every call until that time has come.

    Returns:
        How many there were.
    """
    now = time.time_ns()
    ahead: list[tuple[int, str]] = []
    for folder in (layout.work, layout.results, layout.encoder):
        for place, _, names in os.walk(folder):
            for name in names:
                path = f"{place}/{name}"
                with contextlib.suppress(OSError):  # it went away, or is a link to nowhere
                    written = os.stat(path).st_mtime_ns  # noqa: PTH116
                    if written > now + AHEAD * 10**9:
                        ahead.append((written, path))
    order = {written: rank for rank, written in enumerate(sorted({time for time, _ in ahead}))}
    settled = 0
    for written, path in sorted(ahead):
        moment = now + order[written] * 1000
        with contextlib.suppress(OSError):
            try:
                os.utime(path, ns=(moment, moment))
            except PermissionError:  # another user's, who lets this one write: it may be touched
                os.utime(path)
            settled += 1
    return settled


def _nearest(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    return next((part for part in (folder, *folder.parents) if is_folder(part)), Path())


def _look_through(folder: Path, files: bool = False) -> None:
    """Looks for what another user's run has left so that this one cannot write to it."""

    def closed(error: OSError) -> None:
        _may(str(error.filename), os.R_OK)

    for place, _, names in os.walk(folder, onerror=closed):
        _may(place, os.R_OK | os.W_OK | os.X_OK)
        for name in names if files else ():
            _may(f"{place}/{name}", os.R_OK | os.W_OK)


def _may(path: str, rights: int) -> None:
    try:
        owner = os.stat(path).st_uid  # noqa: PTH116 - there may be a million of them
    except OSError:
        return
    if owner != os.getuid() and not os.access(path, rights):
        raise InputError(
            f"no access: Permission denied, it is {user_name(owner)}'s",
            path,
            "work in a checkout of your own, or share one as a group: `umask 002` for all of you, and "
            "`chmod -R g+rwX .snakemake work results` by the one whose it is",
        )


def _try(folder: Path) -> None:
    path = partial_of(folder / "xnerbench")
    try:
        try:
            with path.open("xb") as file:
                file.write(bytes(SIZE))
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        error.filename = error.filename or str(folder)
        if (told := refused(error)) is None:
            raise
        raise told from error
