"""Whether a run can write where it has to, asked before anything is computed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.errors import refused
from xnerbench.storage.artifacts import partial_of

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout

SIZE = 2**16
"""Bytes that are written to see whether they can be; what a run will need, the forecast says."""


def check(layout: Layout) -> None:
    """Writes a little beside everything that a run writes, and takes it away again.

    Another user's run, a disk that is mounted for reading only and a full one are found here in one sentence. Snakemake
    would end in a traceback, or after hours of training.

    Args:
        layout: The study's paths; `.snakemake` in the current folder is looked at, too.

    Raises:
        InputError: Something cannot be written.
    """
    needed = (Path(".snakemake"), layout.work, layout.results, layout.encoder.parent)
    for folder in dict.fromkeys(map(_nearest, needed)):
        _try(folder)


def _nearest(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    return next((part for part in (folder, *folder.parents) if part.is_dir()), Path())


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
