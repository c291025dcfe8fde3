"""Words and files of text as they come, made safe: decoding, line ends, NFC, invisible characters.

Every repair is counted under the name that `docs/corpora.md` explains.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import unicodedata
from collections import Counter
from pathlib import Path

from xnerbench.errors import InputError
from xnerbench.storage import foreign

BLANK = (
    "\ufffd"  # stands for a word with nothing visible in it, so that words and tags stay aligned
)
MAX_WORDS = 5000  # a longer "sentence" is a file without sentence ends
LONGEST_LINE = 200_000  # characters; the longest sentence of a corpus has some thousands
LONGEST_WORD = 10_000
LAYOUT = frozenset(
    {
        "byte_order_mark",
        "carriage_returns",
        "comment_lines",
        "docstart_lines",
        "empty_nodes",
        "extra_blank_lines",
        "missing_final_newline",
        "ragged_lines",
    }
)
"""What is skipped or unified between the words; every other count changed a word or a tag."""

_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a zip archive",
    b"PAR1": "a Parquet file",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"%PDF": "a PDF",
    b"SQLite": "a database",
}
_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def read_bytes(path: Path, where: str) -> bytes:
    """A file's bytes; raises as `storage.foreign.read_bytes`."""
    return foreign.read_bytes(path, where)


def read_lines(path: Path, encoding: str, where: str, repairs: Counter[str]) -> list[str]:
    """The lines of `read_hashed_lines` alone."""
    return read_hashed_lines(path, encoding, where, repairs)[0]


def read_hashed_lines(
    path: Path, encoding: str, where: str, repairs: Counter[str]
) -> tuple[list[str], str]:
    """A text file's lines without their ends, and the SHA-256 of the bytes that they were read from.

    Counts `byte_order_mark`, `carriage_returns` (lines that end in CR LF, or in CR alone where the
    file has no LF) and `missing_final_newline`.

    Raises:
        InputError: The file cannot be opened, is not text, or is not in the stated encoding (then with
            the line).
    """
    raw = foreign.read_bytes(path, where)
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            raise InputError(f"{path} is {kind}, not text", where, "unpack or convert it first")
    text = _decode(raw, path, encoding, where)
    if text.startswith("\ufeff"):
        text = text[1:]
        repairs["byte_order_mark"] += 1
    if "\r" in text:
        if "\n" not in text:
            repairs["carriage_returns"] += text.count("\r")
            text = text.replace("\r", "\n")
        elif "\r\n" in text:
            repairs["carriage_returns"] += text.count("\r\n")
            text = text.replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        repairs["missing_final_newline"] += 1
        text += "\n"
    lines = text.split("\n")[:-1]
    if (longest := max(map(len, lines), default=0)) > LONGEST_LINE:
        number = next(i for i, line in enumerate(lines, 1) if len(line) == longest)
        what = f"the line has {longest} characters, and {LONGEST_LINE} are the most"
        raise InputError(what, f"{path}:{number}", "put one word or sentence on each line")
    return lines, hashlib.sha256(raw).hexdigest()


def _decode(raw: bytes, path: Path, encoding: str, where: str) -> str:
    try:
        codec = codecs.lookup(encoding).name
        if codec.startswith("utf-8"):
            for mark, name in _WIDE:
                if raw.startswith(mark):
                    remedy = f"set `encoding: {name}`"
                    raise InputError(f"{path} is {name.upper()}, not {encoding}", where, remedy)
        text = raw.decode(encoding)
        text.encode("utf-8")  # some codecs let lone surrogates through, which no file can hold
    except LookupError:
        remedy = "use a name such as utf-8, latin-1 or utf-16"
        raise InputError(f"there is no encoding `{encoding}`", where, remedy) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{raw[error.start]:02x} is not {encoding}",
            f"{path}:{line}",
            "set `encoding:` of the corpus (for example latin-1 or cp1252), or convert the file",
        ) from None
    except UnicodeError:
        remedy = "set `encoding:` to what it was written in"
        raise InputError(f"{path} is not {encoding} text", where, remedy) from None
    return text


def clean(word: str, repairs: Counter[str]) -> str:
    """One word in NFC, without control characters and surrounding spaces, never empty.

    Counts `composed` (changed by NFC), `control_characters` (words that lost some) and `blank_words`
    (nothing visible was in it: zero-width and control characters only; `BLANK` takes its place).
    """
    if word.isascii() and word.isprintable() and word.strip():
        return word if word == word.strip() else word.strip()
    cleaned, counted = _clean(word)
    for name in counted:
        repairs[name] += 1
    return cleaned


@functools.lru_cache(maxsize=200_000)
def _clean(word: str) -> tuple[str, tuple[str, ...]]:
    counted = []
    kept = "".join(c for c in word if unicodedata.category(c) != "Cc")
    if kept.strip() != word.strip():
        counted.append("control_characters")
    composed = unicodedata.normalize("NFC", kept).strip()
    if composed != kept.strip():
        counted.append("composed")
    if not any(is_visible(c) for c in composed):
        return BLANK, (*counted, "blank_words")
    return composed, tuple(counted)


def is_visible(character: str) -> bool:
    """Whether a character prints something: no space, control, format or variation selector."""
    if 0xFE00 <= ord(character) <= 0xFE0F:
        return False
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def key(words: list[str]) -> str:
    """A sentence's characters without spaces: equal for repeats, however they are segmented."""
    return "".join("".join(words).split())
