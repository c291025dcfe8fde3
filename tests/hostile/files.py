"""Where hostile files come from: right ones with a few things changed, tables of odd fields, and noise."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

SCRAPS = [
    b"", b"\0", b"\r", b"\r\n", b"\n", b"\n\n", b"\t", b" ", b",", b'"', b"'", b"\\", b"#", b"-", b"/", b":", b"|||",
    b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xed\xa0\x80", "é".encode(), "e\u0301".encode(), "\u202e".encode(),
    "\u2028".encode(), "\u200b".encode(), "\ufffd".encode(), "٣".encode(), "中".encode(), b"\x1b[2J", b"\x07",
    b"nan", b"NaN", b"inf", b"-inf", b"-1", b"0", b"1", b"1e400", b"0.5", b"1_000", b"1,5", b"9" * 40, b"9" * 5000,
    b"true", b"null", b"None", b"{", b"}", b"[", b"]", b"{}", b"[]", b"[" * 2000, b"../../x", b"/etc/passwd",
    b"$(touch ran)", b"`x`", b"{x}", b"x" * 3000, b"O", b"B-PER", b"I-XXX", b"E-PER", b"B-", b"-DOCSTART-", b"=1+1",
    b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\x80\x04.",
]  # fmt: skip
"""What is put in: separators, encodings, numbers that are none, names that lead elsewhere, magic bytes."""

EDITS = ("insert", "replace", "delete", "repeat", "swap", "cut")


@st.composite
def almost(draw: Any, right: bytes | Sequence[bytes], scraps: Sequence[bytes] = ()) -> bytes:
    """A right file after one to four edits.

    Args:
        draw: Of Hypothesis.
        right: The file, or several to choose from.
        scraps: What may be put in beside `SCRAPS`.
    """
    content = right if isinstance(right, bytes) else draw(st.sampled_from(list(right)))
    pieces = [*SCRAPS, *scraps]
    for kind in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4)):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 30)))
        piece = draw(st.sampled_from(pieces)) if kind in ("insert", "replace") else b""
        match kind:
            case "insert":
                content = content[:at] + piece + content[at:]
            case "replace":
                content = content[:at] + piece + content[end:]
            case "delete":
                content = content[:at] + content[end:]
            case "repeat":
                content = content[:end] + content[at:end] * draw(st.integers(1, 50)) + content[end:]
            case "swap":
                lines = content.split(b"\n")
                one, two = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
                lines[one], lines[two] = lines[two], lines[one]
                content = b"\n".join(lines)
            case "cut":
                content = content[:at]
    return content


def files(right: bytes | Sequence[bytes], scraps: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """Mostly almost right files, now and then noise."""
    return st.one_of(
        almost(right, scraps), almost(right, scraps), almost(right, scraps), st.binary(max_size=80)
    )


FIELDS = [
    "ts", "direct", "deu", "eng", "0", "25", "50.5", "100", "101", "-1", "nan", "inf", "1e400", "", " ", '"', '"a,b"',
    "None", "\x00", "\x07", "é", "\u202e", "9" * 40, "method", "target", "n", "f1", "seed", "status", "name", "value",
]  # fmt: skip


def tables(headers: Sequence[str]) -> st.SearchStrategy[bytes]:
    """CSV of odd fields below one of some headers."""
    row = st.lists(st.sampled_from(FIELDS), max_size=6).map(",".join)
    parts = st.tuples(st.sampled_from([*headers, "x", ""]), st.lists(row, max_size=5))
    return parts.map(lambda found: "\n".join([found[0], *found[1]]).encode())


ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**40, 0.5, -0.0, float("nan"), float("inf"), "", "x", "0", "ts",
    "../../x", "/etc/passwd", "a" * 3000, "\x00", "\ud800", "é", "<script>", "{x}", [], {}, [[]], [None], [1, "a"],
    {"a": 1}, {"": []}, [["O"]], {"type": []},
]  # fmt: skip
"""Values where another was expected."""


@st.composite
def changed(draw: Any, right: Any, keys: Sequence[str] = (), values: Sequence[Any] = ()) -> Any:
    """A JSON value with one to three of its parts dropped, replaced by something odd, or added.

    Args:
        draw: Of Hypothesis.
        right: The value.
        keys: Names of what may be added.
        values: What may stand anywhere beside `ODD`, such as values that are right in some places.
    """
    odd = [*ODD, *values]
    value = copy.deepcopy(right)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = value
        while isinstance(place, dict | list) and place:
            steps = list(place) if isinstance(place, dict) else list(range(len(place)))
            at = draw(st.sampled_from(steps))
            if isinstance(place[at], dict | list) and place[at] and draw(st.booleans()):
                place = place[at]
                continue
            match draw(st.sampled_from(("near", "near", "odd", "odd", "drop", "add"))):
                case "near":
                    place[at] = _near(place[at], draw(st.integers(0, 3)))
                case "odd":
                    place[at] = copy.deepcopy(draw(st.sampled_from(odd)))
                case "drop":
                    del place[at]
                case "add" if isinstance(place, dict):
                    place[draw(st.sampled_from([*keys, "x", ""]))] = copy.deepcopy(
                        draw(st.sampled_from(odd))
                    )
                case "add":
                    place.insert(at, copy.deepcopy(draw(st.sampled_from(odd))))
            break
    return value


def _near(value: Any, choice: int) -> Any:
    """Another value of the same kind, which may be right."""
    match value:
        case bool():
            return not value
        case int() | float():
            return (value + 1, value * 2, -value, 1)[choice]
        case str():
            return (value.upper(), value[:-1], f"{value}x", f"{value}\n")[choice]
        case list():
            return (value[::-1], value[1:], value * 2, value[:1])[choice]
        case dict():
            return dict(list(value.items())[choice:])
    return value
