"""What is in the files that a user hands in: digests, taken once for each state of a file.

A corpus on a new mount has other times and the same bytes; Snakemake compares bytes only below a megabyte. So the
rules take such files as `ancient`, and their digests stand among the `params` of the jobs that read them.
"""

from __future__ import annotations

import time
from pathlib import Path

from xnerbench.storage.artifacts import is_file, read_json, sha256_file, write_json

FRESH = 2.0
"""Seconds: a file that was changed so shortly before it was read may change again within one tick of its clock."""


class Contents:
    """Digests of files, with a memory from call to call.

    Args:
        memory: A file of ours, read if it is there; `save` writes it.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        known = read_json(memory) if is_file(memory) else {}
        self._known: dict[str, list[str | int]] = known
        self._now: dict[str, str] = {}
        self._changed = False

    def of(self, file: Path) -> str:
        """The digest of a file; its bytes are read only where its size or time is not the remembered one."""
        name = str(file)
        if name not in self._now:
            seen = file.stat()
            state = [seen.st_size, seen.st_mtime_ns]
            known = self._known.get(name, [])
            if known[1:] != state:
                known = [sha256_file(file), *state]
                settled = time.time() - seen.st_mtime > FRESH
                self._known = {**self._known, name: known} if settled else self._known
                self._changed = self._changed or settled
            self._now[name] = str(known[0])
        return self._now[name]

    def of_all(self, files: list[Path]) -> str:
        """The digests of several files as one text, empty for none; where the files lie is no part of it."""
        return "".join(f" {self.of(file)[:16]}" for file in files)

    def save(self) -> None:
        """Writes down what was read anew."""
        if self._changed:
            write_json(self._memory, self._known)
            self._changed = False
