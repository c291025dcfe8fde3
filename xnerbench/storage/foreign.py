"""Files that somebody else wrote: a plain value comes out, or one `InputError`, whatever is in them.

Every file that a user hands in is opened here: regular files of a bounded size only, so that neither a pipe
nor a device is waited for, and nothing is taken for what it is not.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_JSON = 64 * 2**20
LARGEST_FILE = 4 * 2**30
"""Bytes of the largest file that is read at once; the largest corpus in use has a tenth of it."""
MOST_VALUES = 2 * 10**8
"""Values in one column of a Parquet file: a file of a kilobyte can claim billions."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_bytes(path: Path | str, where: str = "", most: int = LARGEST_FILE) -> bytes:
    """A file's bytes.

    Args:
        path: The file.
        where: What the message names first, such as a configuration key; the path by default.
        most: Bytes that it may have.

    Raises:
        InputError: It is absent, a folder, a pipe or a device, too large, or cannot be read.
    """
    named = f"{path} " if where else ""
    where = where or str(path)
    try:
        # Opening a pipe would wait for its writer, but for the flag.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            state = os.fstat(descriptor)
            if stat.S_ISDIR(state.st_mode):
                raise InputError(f"{named}is a folder", where, "give the path of a file in it")
            if not stat.S_ISREG(state.st_mode):
                remedy = "save what comes out of it in a file"
                raise InputError(f"{named}is a pipe or a device, not a file", where, remedy)
            if state.st_size > most:
                what = f"{named}has {state.st_size} bytes, and {most} are the most"
                raise InputError(what, where, "split it, or give a smaller file")
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(most + 1)[:most]
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        what = f"there is no file {path}" if named else "there is no such file"
        raise InputError(what, where, "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{named}cannot be read: {reason}", where, "check the path") from None


def read_text(path: Path | str, remedy: str = "save it as UTF-8", most: int = LARGEST_FILE) -> str:
    """A UTF-8 file's text, without a byte-order mark.

    Raises:
        InputError: As of `read_bytes`, or it is not UTF-8.
    """
    return _decoded(read_bytes(path, most=most), path, remedy)


def _decoded(raw: bytes, path: Path | str, remedy: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise InputError(what, f"{path}:{line}", remedy) from None


def read_json(path: Path | str, remedy: str = "restore the file") -> dict[str, Any]:
    """A JSON file's object.

    Raises:
        InputError: As of `read_text`, or it is not JSON, or no object.
    """
    text = read_text(path, remedy, LARGEST_JSON)
    try:
        value = json.loads(text)
        if _HALF.search(text):  # half a character, maybe: no file and no terminal would take it
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {str(error)[:200]}", str(path), remedy) from None
    if not isinstance(value, dict):
        raise InputError("not an object of JSON", str(path), remedy)
    return value


def read_csv_bytes(path: Path | str, remedy: str = "save it as CSV, UTF-8") -> bytes:
    """The bytes of a CSV table in UTF-8 whose rows are all as wide as its header.

    They are decoded a part at a time: a table of a million rows takes its own size in memory, and not five times that.

    Raises:
        InputError: As of `read_text`, or a row has more or fewer values than there are columns (which
            pandas takes for row names, or fills up), a column is listed twice, or it is no CSV.
    """
    raw = read_bytes(path).removeprefix(codecs.BOM_UTF8)
    _decoded(raw, path, "save it as UTF-8")
    lines = io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline="")
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        if b"\0" in raw or not any(header):
            raise csv.Error("there is a NUL in it" if b"\0" in raw else "there is no header")
        if twice := [name for name in header if header.count(name) > 1]:
            raise csv.Error(f"the column {twice[0][:40]!r} is listed twice")
        for row in reader:
            if len(row) != len(header) and row:
                raise InputError(
                    f"there are {len(row)} values for {len(header)} columns",
                    f"{path}:{reader.line_num}",
                    "correct the row; a value with a comma needs quotes",
                )
    except csv.Error as error:
        raise InputError(f"not a CSV table ({error})", str(path), remedy) from None
    return raw


def read_parquet(
    path: Path | str,
    columns: list[str] | None = None,
    where: str = "",
    remedy: str = "replace it by a whole Parquet file",
    hasher: Any = None,
) -> pa.Table:
    """A Parquet table of a bounded size.

    Text stays dictionary-encoded where it is in the file, so that memory is bounded by what the file's
    header states (values) and by its size.

    Args:
        path: The file.
        columns: Which of its columns; all by default, and where it lacks one of them.
        where: As of `read_bytes`.
        remedy: Of a file that is not Parquet.
        hasher: Of `hashlib`; fed with the bytes that the table is read from.

    Raises:
        InputError: As of `read_bytes`, or it is no Parquet file, or it expands to more than is credible.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    raw = read_bytes(path, where)
    if hasher is not None:
        hasher.update(raw)
    named, where = (f"{path} ", where) if where else ("", str(path))
    try:
        file = pq.ParquetFile(pa.BufferReader(raw))
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        leaves = [[group.column(i) for i in range(group.num_columns)] for group in groups]
        values = max(
            (sum(part.num_values for part in leaf) for leaf in zip(*leaves, strict=True)), default=0
        )
        size = sum(part.total_uncompressed_size for leaf in leaves for part in leaf)
        if max(values, file.metadata.num_rows) > MOST_VALUES or size > LARGEST_FILE:
            what = f"{named}expands to {values} values and {size} bytes: more than is credible"
            raise InputError(what, where, "split it, or give a smaller file")
        text = {
            p.path_in_schema for leaf in leaves for p in leaf if p.physical_type == "BYTE_ARRAY"
        }
        if columns is not None and not set(columns) <= set(file.schema_arrow.names):
            columns = None
        table = pq.read_table(
            pa.BufferReader(raw), columns=columns, read_dictionary=sorted(text), partitioning=None
        )
        for column in table.columns:
            if (long := _characters(column)) > LARGEST_FILE:
                what = f"{named}expands to {long} bytes of text: more than is credible"
                raise InputError(what, where, "split it, or give a smaller file")
        for at, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                plain = table.column(at).cast(field.type.value_type)
                table = table.set_column(at, field.name, plain)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"{named}cannot be read: {reason}", where, remedy) from None
    return table


def _characters(column: pa.ChunkedArray) -> int:
    """Bytes of a column's text once every value stands for itself."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = 0
    for array in _leaves(column):
        if pa.types.is_dictionary(array.type) and len(array):
            lengths = pc.binary_length(array.dictionary)
            total += pc.sum(lengths.take(array.indices)).as_py() or 0
    return total


def _leaves(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    import pyarrow as pa

    for chunk in column.chunks:
        while pa.types.is_list(chunk.type) or pa.types.is_large_list(chunk.type):
            chunk = chunk.flatten()
        yield chunk
