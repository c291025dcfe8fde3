"""Dictionaries of the dictd format, as Debian packages FreeDict's (`apt install dict-freedict-eng-fin`).

`NAME.index` holds one line a headword: the headword, and where its entry begins and how long it is, in bytes,
as base-64 numbers (digits `A-Za-z0-9+/`, most significant first). `NAME.dict.dz` is a gzip file of the entries:
a line with the headword, its pronunciation and part of speech, then translations separated by commas. Where
there are several senses their lines are numbered; explanations have lines of their own.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from xnerbench.data import normalise
from xnerbench.data.dictionaries.dictionary import Dictionary
from xnerbench.data.readers.plain import phrase
from xnerbench.errors import InputError

LARGEST = 2**29
"""Bytes of the entries; the largest dictionary of FreeDict has a tenth of it."""
_DIGITS = {
    character: value
    for value, character in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )
}
_SENSE = re.compile(r"\s*\d+\.\s+(?=\S)")
_NUMBER = re.compile(r"\s*\d+\.\s*$")  # a line ends in the number of an explanation that follows
_REMARK = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|\{[^}]*\}")


def number(text: str) -> int:
    """Value of a dictd number.

    Raises:
        ValueError: It has a character that is no digit, or none at all.
    """
    if not text or not set(text) <= _DIGITS.keys():
        raise ValueError(f"{text!r} is not a base-64 number")
    value = 0
    for character in text:
        value = value * 64 + _DIGITS[character]
    return value


def read_dictd(stem: Path, where: str) -> Dictionary:
    """Reads a dictionary.

    Args:
        stem: Its path without `.index` or `.dict.dz`.
        where: Configuration key, for messages.

    Raises:
        InputError: A file is missing or damaged, or holds no translation.
    """
    index = stem.with_name(stem.name + ".index")
    packed, plain = (stem.with_name(stem.name + ending) for ending in (".dict.dz", ".dict"))
    path = packed if packed.exists() else plain
    body = normalise.read_bytes(path, where)
    if path == packed:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as unpacked:
                body = unpacked.read(LARGEST + 1)
        except (OSError, EOFError, zlib.error):
            remedy = "install the package again"
            raise InputError(f"{path} is damaged", where, remedy) from None
    if len(body) > LARGEST:
        what = f"{path} expands to more than {LARGEST // 2**20} MB"
        raise InputError(what, where, "check that it is the right file")
    found = Dictionary(_pairs(index, normalise.read_bytes(index, where), body))
    if not found:  # a word may be nothing but white space, which is no entry
        raise InputError(f"{index} has no translation", where, "check that it is the right file")
    return found


def _pairs(index: Path, listed: bytes, body: bytes) -> Iterator[tuple[str, str]]:
    seen = set()
    for line_number, line in enumerate(listed.decode("utf-8", "replace").split("\n"), 1):
        if not line or line.startswith(("00database", "00-database")):
            continue
        fields = line.split("\t")
        try:
            begin, length = number(fields[1]), number(fields[2])
            entry = body[begin : begin + length].decode("utf-8")
        except (IndexError, ValueError):
            remedy = "install the package again"
            raise InputError(
                "not a line of a dictd index", f"{index}:{line_number}", remedy
            ) from None
        if begin + length > len(body):
            remedy = "install the package again"
            raise InputError("the entry is not there", f"{index}:{line_number}", remedy)
        if (begin, fields[0]) not in seen:
            seen.add((begin, fields[0]))
            yield from ((phrase(fields[0]), word) for word in translations(entry))


def translations(entry: str) -> list[str]:
    """The translations in an entry, first sense first, without remarks in brackets."""
    lines = [line for line in entry.split("\n")[1:] if line.strip()]
    senses = [_SENSE.sub("", line, count=1) for line in lines if _SENSE.match(line)]
    if not senses:  # a single sense has no number; what follows its line explains it
        senses = lines[:1]
    found: dict[str, None] = {}
    for sense in senses:
        plain = _REMARK.sub(" ", _NUMBER.sub("", sense))
        for part in re.split(r"[,;]", plain):
            word = phrase(part).strip('"')
            if word and not set(word) & set("[](){}<>"):  # of a bracket that held a comma
                found[word] = None
    return list(found)
