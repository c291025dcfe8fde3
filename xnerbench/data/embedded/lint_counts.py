"""Minimum counts and balance of a frame file, and a one-line summary of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import fmean

from xnerbench.data.embedded import frames
from xnerbench.data.embedded.frames import FrameFile, Line, Slot
from xnerbench.data.embedded.partition import is_test_frame, is_test_name

MINIMUM_FRAMES = 124
MINIMUM_LISTS, MINIMUM_LIST_ENTRIES = 5, 6
MINIMUM_ENTRIES = {
    "ORG.company": 8,
    "ORG.club": 6,
    "ORG.university": 4,
    "ORG.paper": 12,
    "ORG.party": 8,
    "ORG.ministry": 10,
    "ORG.body": 12,
    "LOC.region": 25,
    "LOC.city": 50,
}
MINIMUM_SHARE_OF_TYPE = 0.25
MINIMUM_SHARE_OF_TWO, MINIMUM_SHARE_OF_NONE = 0.40, 0.22
SHORTEST, LONGEST = 6, 35
FEWEST_VARIANTS = 40  # a frame with fewer different sentences runs dry in a corpus of 1,500

_MEAN_WORDS = {"PER": 1.9, "LOC": 1.2, "ORG": 2.4}
_VARIANTS = {"small": 18, "num": 9980, "percent": 97, "year": 76, "day": 28, "month": 12}


def count_problems(file: FrameFile) -> Iterator[tuple[int, str, str]]:
    """Yields `(line, level, message)` for the rules about numbers."""
    heading = file.section_lines.get("frames", 1)
    if len(file.frames) < MINIMUM_FRAMES:
        yield (heading, "error", f"{len(file.frames)} frames; at least {MINIMUM_FRAMES} are needed")
    for section, minimum in MINIMUM_ENTRIES.items():
        have = len(file.sections.get(section, []))
        if have < minimum:
            where = file.section_lines.get(section, 1)
            yield (where, "error", f"[{section}] has {have} entries; at least {minimum} are needed")
    yield from _balance(file, heading)
    yield from _lists(file)
    yield from _partitions(file)
    for line in file.frames:
        length = expected_length(file, line)
        if not SHORTEST <= round(length) <= LONGEST:
            message = f"about {length:.0f} words; {SHORTEST} to {LONGEST} are wanted"
            yield (line.number, "error", message)
        variants = count_variants(file, line)
        if variants < FEWEST_VARIANTS:
            message = f"makes only {variants} different sentences; at least {FEWEST_VARIANTS} are"
            message += " needed: vary it with {=one|two words|three}, [list ...]s, {num}"
            yield (line.number, "error", message)


def entity_counts(line: Line) -> Counter[str]:
    """Entities of a frame by type."""
    return Counter(slot.head for slot in frames.slots_of(line.text) if slot.head in frames.TYPES)


def expected_length(file: FrameFile, line: Line) -> float:
    """Words of an average sentence of the frame."""
    return len(frames.tokens_of(line.text)) + sum(
        _mean_words(file, slot) - 1 for slot in frames.slots_of(line.text)
    )


def _mean_words(file: FrameFile, slot: Slot) -> float:
    if slot.head == frames.CHOICE:
        return fmean(len(option.split()) for option in slot.forms)
    entries = file.lists.get(slot.head)
    if entries:
        return fmean(len(entry.text.split()) for entry in entries)
    return _MEAN_WORDS.get(slot.head, 1.0)


def count_variants(file: FrameFile, line: Line) -> int:
    """A lower bound of the different sentences a frame can make (capped at 10,000)."""
    product = 1
    for slot in frames.slots_of(line.text):
        listed = len(slot.forms if slot.head == frames.CHOICE else file.lists.get(slot.head, ()))
        named = 50 if slot.head in frames.TYPES else _VARIANTS.get(slot.head, 7)
        product = min(product * (listed or named), 10_000)
    return product


def _balance(file: FrameFile, heading: int) -> Iterator[tuple[int, str, str]]:
    counts = [entity_counts(line) for line in file.frames]
    slots = sum(counts, Counter())
    for kind in frames.TYPES:
        share = slots[kind] / max(slots.total(), 1)
        if share < MINIMUM_SHARE_OF_TYPE:
            message = f"{kind} is {share:.0%} of the slots; at least {MINIMUM_SHARE_OF_TYPE:.0%}"
            yield (heading, "error", f"{message} are needed")
    two = sum(c.total() >= 2 for c in counts) / len(counts)
    none = sum(c.total() == 0 for c in counts) / len(counts)
    if two < MINIMUM_SHARE_OF_TWO:
        message = f"{two:.1%} of the frames have two or more entities"
        yield (heading, "error", f"{message}; at least {MINIMUM_SHARE_OF_TWO:.0%} are needed")
    if none < MINIMUM_SHARE_OF_NONE:
        message = f"{none:.1%} of the frames have no entity"
        yield (heading, "error", f"{message}; at least {MINIMUM_SHARE_OF_NONE:.0%} are needed")


def _lists(file: FrameFile) -> Iterator[tuple[int, str, str]]:
    texts = [line.text for line in file.frames]
    for lines in (*file.sections.values(), *file.lists.values()):
        texts += [line.text for line in lines]
    used = {slot.head for text in texts for slot in frames.slots_of(text)}
    subtypes = {f"{s.head}.{s.subtype}" for t in texts for s in frames.slots_of(t) if s.subtype}
    for name in file.lists:
        if name not in used:
            yield (file.section_lines[f"list {name}"], "error", f"[list {name}] is never used")
    for section in file.sections:
        if section[:3] in ("LOC", "ORG") and section not in subtypes:
            message = f"[{section}] is used by no slot of its own"
            yield (file.section_lines[section], "warning", message)
    in_frames = {slot.head for line in file.frames for slot in frames.slots_of(line.text)}
    long = [n for n, ls in file.lists.items() if len(ls) >= MINIMUM_LIST_ENTRIES and n in in_frames]
    if len(long) < MINIMUM_LISTS:
        message = f"{len(long)} lists with {MINIMUM_LIST_ENTRIES} or more entries used in frames"
        yield (1, "error", f"{message}; at least {MINIMUM_LISTS} are needed")


def _partitions(file: FrameFile) -> Iterator[tuple[int, str, str]]:
    for section, lines in file.sections.items():
        fixed = [is_test_name(line.text) for line in lines if "{" not in line.text]
        nested = len(lines) > len(fixed)
        if lines and not nested and not section.startswith("drop ") and len(set(fixed)) < 2:
            part = "test" if not any(fixed) else "training"
            message = f"no entry of [{section}] falls into the {part} part: add or reword some"
            yield (file.section_lines[section], "error", message)


def summary(file: FrameFile) -> str:
    """Frames, shares and types in one line."""
    if not file.frames:
        return "no frames"
    counts = [entity_counts(line) for line in file.frames]
    slots = sum(counts, Counter())
    kinds = " ".join(f"{k} {slots[k] / max(slots.total(), 1):.0%}" for k in frames.TYPES)
    two = sum(c.total() >= 2 for c in counts) / len(counts)
    none = sum(c.total() == 0 for c in counts) / len(counts)
    test = sum(is_test_frame(line.text) for line in file.frames)
    words = fmean(expected_length(file, line) for line in file.frames)
    return (
        f"{len(counts)} frames ({len(counts) - test} train/pool, {test} test), "
        f"{two:.0%} with two or more entities, {none:.0%} with none, {kinds}, {words:.1f} words"
    )
