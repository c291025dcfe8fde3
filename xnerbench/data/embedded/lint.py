"""The linter of frame files: `python -m xnerbench.data.embedded.lint [lang ...]`.

Errors break a rule of `docs/embedded-corpus.md`; warnings are for a reader's second look.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xnerbench.data.embedded import frames, lint_counts, lint_text
from xnerbench.data.embedded.cases.inflect import CASES
from xnerbench.data.embedded.frames import FrameFile, Line, Slot
from xnerbench.errors import InputError


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: the file's line, `error` or `warning`, and the message."""

    line: int
    level: str
    message: str

    def show(self, path: Path) -> str:
        """The finding as `file:line: level: message`."""
        return f"{path.name}:{self.line}: {self.level}: {self.message}"


def lint(file: FrameFile) -> list[Problem]:
    """Checks one frame file, in the order of its lines."""
    problems = [Problem(*found) for found in _meta(file)]
    for line, where in _all_lines(file):
        problems += [Problem(line.number, "error", message) for message in _line(file, line, where)]
    problems += [Problem(*found) for found in _duplicates(file)]
    if file.frames:
        problems += [Problem(*found) for found in lint_counts.count_problems(file)]
    return sorted(set(problems))


def _meta(file: FrameFile) -> Iterator[tuple[int, str, str]]:
    for key in ("name", "script", "babel", "faker"):
        if not file.meta.get(key):
            yield (file.section_lines.get("meta", 1), "error", f"[meta] lacks '{key} = ...'")
    if not file.frames:
        yield (1, "error", "the file has no [frames]")


def _all_lines(file: FrameFile) -> Iterator[tuple[Line, str]]:
    for line in file.frames:
        yield line, "frame"
    for lines in file.lists.values():
        for line in lines:
            yield line, "list"
    for section, lines in file.sections.items():
        for line in lines:
            yield line, section


def _line(file: FrameFile, line: Line, where: str) -> Iterator[str]:
    yield from lint_text.text_problems(line.text, file.meta.get("script", ""))
    braces = list(lint_text.brace_problems(line.text))
    yield from braces
    if braces or where.startswith("drop "):
        return
    if where == "frame":
        yield from lint_text.token_problems(line.text)
        yield from lint_text.pairing_problems(line.text)
        yield from _identities(line.text)
    for token in lint_text.SLOT.findall(line.text):
        slot = frames.parse_slot(token[1:-1])
        if slot is None:
            yield f"{token} is not a slot"
        else:
            yield from (f"{token}: {message}" for message in _slot(file, slot, where))


def _slot(file: FrameFile, slot: Slot, where: str) -> Iterator[str]:
    if slot.case and slot.case not in CASES.get(file.language, ()):
        cases = " ".join(CASES.get(file.language, ())) or "none"
        yield f"case '{slot.case}' is not known (cases of this language: {cases})"
    tagged = slot.head in frames.TYPES
    if where == "list" and tagged:
        yield "a list may not hold entities"
    elif where[:3] in frames.TYPES and (slot.head == "ORG" or slot.index is not None):
        yield "an entity's pattern may hold {LOC...}, {PER...}, {surname} and lists, without index"
    if slot.head == "PER":
        if set(slot.forms) - set(frames.PERSON_FORMS) or {"m", "f"} <= set(slot.forms):
            yield f"a person's forms are {' '.join(frames.PERSON_FORMS)}"
    elif tagged:
        yield from _subtype(file, slot)
    elif slot.head == frames.CHOICE:
        if len(slot.forms) < 2 or any(option != option.strip() for option in slot.forms):
            yield "a choice is {=one|another}, without blanks at the ends of its options"
        elif len(set(slot.forms)) < len(slot.forms):
            yield "a choice's options differ from one another"
    elif slot.forms or slot.index is not None:
        yield "only PER, LOC and ORG take a subtype or an index"
    elif slot.head == "surname":
        if where[:3] not in frames.TYPES:
            yield "{surname} belongs in patterns; write {PER.last} in a frame"
    elif slot.head not in frames.UNTAGGED and slot.head not in file.lists:
        yield f"neither an untagged slot ({' '.join(frames.UNTAGGED)}) nor a [list ...] here"


def _subtype(file: FrameFile, slot: Slot) -> Iterator[str]:
    name = f"{slot.head}.{slot.subtype}"
    built_in = slot.head == "LOC" and slot.subtype in frames.LOC_FROM_CLDR
    if len(slot.forms) > 1:
        yield "one subtype at most"
    elif slot.subtype and not built_in and not file.sections.get(name):
        yield f"the file has no entries under [{name}]"


def _identities(text: str) -> Iterator[str]:
    first: dict[tuple[str, int], Slot] = {}
    for slot in frames.slots_of(text):
        if slot.index is None:
            continue
        earlier = first.setdefault((slot.head, slot.index), slot)
        genders = {"m", "f"} & (set(earlier.forms) | set(slot.forms))
        if slot.head == "PER" and len(genders) > 1:
            yield f"{{PER:{slot.index}}} has two genders"
        elif slot.head != "PER" and slot.subtype not in (None, earlier.subtype):
            yield f"{{{slot.head}:{slot.index}}} has two subtypes"


def _duplicates(file: FrameFile) -> Iterator[tuple[int, str, str]]:
    groups: Iterable[list[Line]] = (file.frames, *file.lists.values(), *file.sections.values())
    for group in groups:
        seen: dict[str, int] = {}
        for line in group:
            # A pattern with a slot may be repeated: then it is drawn more often.
            weighted = "{" in line.text and group is not file.frames
            if line.text in seen and not weighted:
                yield (line.number, "error", f"repeats line {seen[line.text]}")
            seen.setdefault(line.text, line.number)
    skeletons: dict[str, int] = {}
    for line in file.frames:
        skeleton = lint_text.SLOT.sub(lambda match: match[0][1:4], line.text).casefold()
        if skeletons.setdefault(skeleton, line.number) != line.number:
            message = f"differs from line {skeletons[skeleton]} in the slots' subtypes only"
            yield (line.number, "warning", message)


def main(arguments: list[str] | None = None) -> int:
    """Lints the languages named (all without names), prints the findings; 1 if there are errors."""
    names = (sys.argv[1:] if arguments is None else arguments) or list(frames.languages())
    errors = 0
    for language in names:
        try:
            file = frames.read(frames.path_of(language))
        except InputError as error:
            print(error)
            errors += 1
            continue
        problems = lint(file)
        for problem in problems:
            print(problem.show(file.path))
        levels = Counter(problem.level for problem in problems)
        errors += levels["error"]
        summary = lint_counts.summary(file)
        print(f"{language}: {summary}; {levels['error']} errors, {levels['warning']} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
