"""Which frames and names a split may use: decided by their content alone.

A line's part follows from its own text, so adding or removing a line moves no other one.
"""

from __future__ import annotations

import hashlib
import zlib

SPLITS = ("train", "pool", "test")
TEST_FRAMES = 0.30  # of the frames, kept for `test`
TEST_NAMES = 0.40  # of the names, kept for `test`
SHARED_NAMES = 0.30  # of the names drawn for `test`, taken from the other part on purpose


def fraction(kind: str, text: str) -> float:
    """A number in [0, 1) that depends on `kind` and `text` only, uniform over texts."""
    digest = hashlib.blake2b(f"{kind}\0{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def is_test_frame(text: str) -> bool:
    """Whether a frame is kept for `test`."""
    return fraction("frame", text) < TEST_FRAMES


def is_test_name(text: str) -> bool:
    """Whether a name (a given name, surname, place or organisation) is kept for `test`."""
    return fraction("name", text) < TEST_NAMES


def split_of(sentence: str) -> str:
    """Which of `train` and `pool`, whose frames are the same, may contain a sentence."""
    return ("train", "pool")[zlib.crc32(sentence.encode()) & 1]
