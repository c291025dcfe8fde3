"""Parallel text that a user supplies, and tags carried across an alignment.

Two layouts: two files with one sentence a line each, or one file with `source ||| target` lines (fast_align's).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from xnerbench.data import normalise
from xnerbench.data.readers.plain import phrase
from xnerbench.data.tags import entities
from xnerbench.errors import InputError

BETWEEN = "|||"
Pair = tuple[list[str], list[str]]


def read_pairs(source: Path, target: Path, where: str) -> list[Pair]:
    """Reads two line-aligned files; words are separated by spaces, and cleaned as those of a pool are.

    Pairs with an empty side are left out.

    Raises:
        InputError: A file cannot be read, the numbers of lines differ, or no pair is left.
    """
    lines = [normalise.read_lines(path, "utf-8", where, Counter()) for path in (source, target)]
    if len(lines[0]) != len(lines[1]):
        raise InputError(
            f"{source} has {len(lines[0])} lines and {target} has {len(lines[1])}",
            where,
            "line n of one file must translate line n of the other",
        )
    return _pairs(zip(*lines, strict=True), source, where)


def read_joined(path: Path, where: str) -> list[Pair]:
    """Reads one file of `source ||| target` lines.

    Raises:
        InputError: It cannot be read, a line has not one separator, or no pair is left.
    """
    sides = []
    for number, line in enumerate(normalise.read_lines(path, "utf-8", where, Counter()), 1):
        parts = line.split(BETWEEN)
        if line.strip() and len(parts) != 2:
            raise InputError(
                f"the line has {len(parts) - 1} separators `{BETWEEN}`",
                f"{path}:{number}",
                f"write `source {BETWEEN} target`",
            )
        sides.append((parts[0], parts[-1] if len(parts) > 1 else ""))
    return _pairs(sides, path, where)


def _pairs(sides: Iterable[tuple[str, str]], path: Path, where: str) -> list[Pair]:
    pairs = [(phrase(left).split(), phrase(right).split()) for left, right in sides]
    kept = [(left, right) for left, right in pairs if left and right]
    if not kept:
        raise InputError(f"{path} has no sentence pair", where, "check that it is the right file")
    return kept


@dataclass
class Projected:
    """Tags on the target side.

    Attributes:
        tags: IOB2 tags of each target sentence; None where the sentence is dropped.
        dropped: How many, by reason: `no_link` (a mention without a linked word), `overlap` (two mentions
            on the same words).
    """

    tags: list[list[str] | None]
    dropped: Counter[str] = field(default_factory=Counter)


def project(
    tags: list[list[str]], links: list[set[tuple[int, int]]], lengths: list[int]
) -> Projected:
    """Carries mentions across word alignments: from the first to the last word linked to a mention.

    A sentence is dropped where a mention has no link or two mentions meet, so that no half-labelled
    sentence is trained on.

    Args:
        tags: IOB2 tags of the source sentences.
        links: Pairs (source word, target word) of each sentence.
        lengths: Words of each target sentence.
    """
    result = Projected([])
    for source, pairs, length in zip(tags, links, lengths, strict=True):
        target, problem = ["O"] * length, ""
        for kind, start, end in entities(source):
            reached = [right for left, right in pairs if start <= left < end]
            if not reached:
                problem = "no_link"
                break
            first, last = min(reached), max(reached) + 1
            if set(target[first:last]) != {"O"}:
                problem = "overlap"
                break
            target[first:last] = [f"B-{kind}", *[f"I-{kind}"] * (last - first - 1)]
        result.dropped[problem] += bool(problem)
        result.tags.append(None if problem else target)
    result.dropped = +result.dropped
    return result
