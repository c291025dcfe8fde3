"""Files that are either whole or absent, each carrying the record of how it was made.

A *record* is a small JSON object (status, reason, versions, digests, seconds). It rides in the
file's own header, so a file and its history cannot be separated: Parquet key-value metadata,
safetensors metadata, or the top level of a JSON file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import re
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

RECORD_KEY = b"xnerbench"
LEFTOVER = re.compile(r"\..+\.\d+\.partial")


@contextlib.contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside `path` and renames it into place when the block succeeds.

    The rename is atomic on POSIX file systems, so a reader, or a restart after SIGKILL, sees the old
    file, the new file, or none, and never half of one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
    try:
        yield partial
        _settled(partial)
        partial.replace(path)
        _sync_entries(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def replace_folder(partial: Path, folder: Path) -> None:
    """Puts a finished folder of files in the place of another one, synced as `atomic` syncs a file."""
    for path in partial.rglob("*"):
        if path.is_dir():
            _sync_entries(path)
        else:
            _settled(path)
    _sync_entries(partial)
    if folder.exists():
        shutil.rmtree(folder)
    partial.replace(folder)
    _sync_entries(folder.parent)


def _settled(path: Path) -> None:
    """Syncs a file, and lets those read it whom the user's umask lets: safetensors writes for the owner alone."""
    with path.open("rb") as written:
        os.fsync(written.fileno())
        mode = stat.S_IMODE(os.fstat(written.fileno()).st_mode)
        if (open_to := mode | 0o666 & ~_umask()) != mode:
            os.fchmod(written.fileno(), open_to)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _sync_entries(folder: Path) -> None:
    """Makes the names in a folder durable, where the file system can (some refuse to sync a folder)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def partial_of(path: Path) -> Path:
    """Where this process writes what is to become `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def remove_leftovers(folder: Path, idle: float = 3600.0) -> None:
    """Removes what killed processes left of unfinished files and folders.

    Args:
        folder: Where to look, with all folders below.
        idle: Seconds without a change. A writer changes its file all the time; one that was started by an
            earlier call on another machine of a cluster may still be at work, so nothing fresh is touched.
    """
    before = time.time() - idle
    for path in folder.rglob(".*.partial"):
        with contextlib.suppress(FileNotFoundError):
            if not LEFTOVER.fullmatch(path.name) or path.stat().st_mtime > before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def user_name(number: int) -> str:
    """A user as the machine calls them, or their number."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def is_file(path: Path) -> bool:
    """Whether there is such a file; also of names that no file can have, where `Path.is_file` raises."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """As `is_file`, of a folder."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8 text atomically, with `\\n` line ends on every platform."""
    with atomic(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path | str, value: Any) -> None:
    """Writes JSON atomically; keys keep their order, non-ASCII stays readable."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path | str) -> Any:
    """Reads a JSON file of the suite's own.

    Raises:
        InputError: Something else has written to it.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise _damaged("JSON", path, error) from None


KEPT = 19
"""Compression level of what is committed: four times as slow as the default, a tenth smaller."""


def write_parquet(
    path: Path | str,
    table: pa.Table,
    record: dict[str, Any] | None = None,
    kept: bool = False,
) -> None:
    """Writes a table atomically, with `record` in the file's key-value metadata; packed tighter if it is `kept`."""
    import pyarrow.parquet as pq  # here, because planning a study imports this module, too

    metadata = dict(table.schema.metadata or {})
    metadata[RECORD_KEY] = json.dumps(record or {}, ensure_ascii=False).encode()
    # Of counts, small numbers take a tenth less space as they are than with a dictionary; words need theirs.
    words = [field.name for field in table.schema if str(field.type) == "string"]
    with atomic(path) as partial:
        pq.write_table(
            table.replace_schema_metadata(metadata),
            partial,
            use_dictionary=words if kept else True,
            compression="zstd",
            compression_level=KEPT if kept else None,
        )


def read_parquet(path: Path | str) -> tuple[pa.Table, dict[str, Any]]:
    """Reads a table and its record (empty when the file carries none).

    Raises:
        InputError: Something else has written to it.
    """
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(Path(path))
        return table, _record_of(table.schema.metadata)
    except (ValueError, RecursionError) as error:  # ArrowInvalid is a ValueError
        raise _damaged("Parquet", path, error) from None


def read_parquet_record(path: Path | str) -> dict[str, Any]:
    """Reads only the record, from the file's footer."""
    import pyarrow.parquet as pq

    try:
        return _record_of(pq.read_schema(Path(path)).metadata)
    except (ValueError, RecursionError) as error:
        raise _damaged("Parquet", path, error) from None


def _damaged(kind: str, path: Path | str, error: Exception) -> InputError:
    reason = " ".join(str(error).split())[:200]
    return InputError(f"not {kind}: {reason}", str(path), "Remove the file, and make it again")


def _record_of(metadata: dict[bytes, bytes] | None) -> dict[str, Any]:
    record = json.loads((metadata or {}).get(RECORD_KEY, b"{}"))
    if not isinstance(record, dict):
        raise ValueError("its record is no object")
    return record


def sha256_file(path: Path | str) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_tensors(path: Path | str) -> str:
    """The SHA-256 of what a safetensors file's tensors are, whatever its record says of time and place.

    The file is a length (8 bytes, little-endian), a JSON header and the tensors' bytes
    (https://huggingface.co/docs/safetensors).
    """
    with Path(path).open("rb") as handle:
        header = json.loads(handle.read(int.from_bytes(handle.read(8), "little")))
        header.pop("__metadata__", None)
        hasher = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
        while block := handle.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def digest(value: Any) -> str:
    """A short digest (16 hexadecimal digits) of a JSON-able value, independent of key order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
