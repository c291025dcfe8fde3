"""Frame files: the hand-written half of the embedded corpus, one readable text file a language.

`docs/embedded-corpus.md` describes the format for writers. The reader here keeps line numbers, so
that the linter can point at what it means, and checks nothing but the file's outer shape.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

from xnerbench.errors import InputError

FOLDER = Path(__file__).parent / "frames"
TYPES = ("PER", "LOC", "ORG")

# Subtypes with a meaning of their own; a file may add others with a section [LOC.x] or [ORG.x].
LOC_FROM_CLDR = ("city", "country")
PERSON_FORMS = ("m", "f", "first", "last")
UNTAGGED = ("year", "small", "num", "percent", "day", "month", "weekday")
PERSON_SECTIONS = tuple(
    f"PER.{part}{gender}" for part in ("first", "middle", "last") for gender in ("", ".m", ".f")
)

CHOICE = "="  # head of an inline choice, {=today|this week}

_TOKEN = re.compile(r"(?:\{[^{}]*\}|[^ ])+")
_SECTION = re.compile(r"\[(?:list (?P<list>[a-z][a-z0-9_]*)|(?P<name>(?:drop )?[A-Za-z._]+))\]")
_SLOT = re.compile(
    r"(?P<head>[A-Za-z_][A-Za-z0-9_]*)(?P<before>(?:\.[a-z_]+)*)(?::(?P<index>\d+))?"
    r"(?P<after>(?:\.[a-z_]+)*)(?:\|(?P<case>[a-z]+))?"
)


@dataclass(frozen=True)
class Line:
    """One entry of a section: a frame, a pattern, a name or a list item."""

    number: int
    text: str


@dataclass(frozen=True)
class Slot:
    """A slot as written, `{LOC.city:1|gen}`: type or list name, subtype, identity and case.

    An inline choice `{=a|b}` has the head `=` and its options as `forms`.
    """

    head: str
    forms: tuple[str, ...]
    index: int | None
    case: str | None

    @property
    def subtype(self) -> str | None:
        """`city` of `{LOC.city}`; None for persons, plain types and untagged slots."""
        return self.forms[0] if self.head in ("LOC", "ORG") and self.forms else None


@dataclass
class FrameFile:
    """A language's frame file as sections of numbered lines."""

    language: str
    path: Path
    meta: dict[str, str] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    frames: list[Line] = field(default_factory=list)
    lists: dict[str, list[Line]] = field(default_factory=dict)
    sections: dict[str, list[Line]] = field(default_factory=dict)
    section_lines: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def entries(self, section: str) -> list[str]:
        """The texts of a section's lines; empty when the file has no such section."""
        return [line.text for line in self.sections.get(section, [])]


def languages() -> tuple[str, ...]:
    """ISO 639-3 codes of the languages that have a frame file, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("[a-z][a-z][a-z].txt")))


def path_of(language: str) -> Path:
    """The frame file of a language.

    Raises:
        InputError: The embedded corpus does not have the language.
    """
    path = FOLDER / f"{language}.txt"
    if not path.is_file():
        raise InputError(
            f"the embedded corpus has no language '{language}'",
            remedy=f"Choose among {', '.join(languages())}",
        )
    return path


@functools.lru_cache(maxsize=32)
def load(language: str) -> FrameFile:
    """Reads and keeps a language's frame file; callers must not change it."""
    return read(path_of(language))


def read(path: Path) -> FrameFile:
    """Reads a frame file.

    Raises:
        InputError: A line stands before the first section, or a section heading is not understood.
    """
    result = FrameFile(path.stem, path)
    current: list[Line] | None = None
    in_meta = False
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        text = raw.rstrip()
        if not text or text.startswith("#"):
            if text and not result.section_lines:
                result.notes.append(text.lstrip("#").strip())
            continue
        if text.startswith("[") and text.endswith("]"):
            current, in_meta = _open_section(result, text, number), text == "[meta]"
        elif in_meta:
            key, equals, value = text.partition("=")
            if not equals:
                raise _mistake(result, number, f"'{text}' is not 'key = value'")
            result.meta[key.strip()] = value.strip()
            result.meta_lines[key.strip()] = number
        elif current is None:
            raise _mistake(result, number, "text stands before the first section")
        else:
            current.append(Line(number, text))
    return result


def _open_section(result: FrameFile, text: str, number: int) -> list[Line]:
    match = _SECTION.fullmatch(text)
    if match is None:
        raise _mistake(result, number, f"'{text}' is not a section heading")
    if match["list"]:
        result.section_lines.setdefault(f"list {match['list']}", number)
        return result.lists.setdefault(match["list"], [])
    name = match["name"]
    target = name.removeprefix("drop ")
    known = name in ("meta", "frames") or target in PERSON_SECTIONS
    if not known and not re.fullmatch(r"(LOC|ORG)\.[a-z_]+", target):
        raise _mistake(result, number, f"'{text}' is not a section the engine knows")
    result.section_lines.setdefault(name, number)
    if name == "frames":
        return result.frames
    return [] if name == "meta" else result.sections.setdefault(name, [])


def parse_slot(text: str) -> Slot | None:
    """Reads what stands between braces; None when it has not the form of a slot."""
    if text.startswith(CHOICE):
        return Slot(CHOICE, tuple(text[1:].split("|")), None, None)
    match = _SLOT.fullmatch(text)
    if match is None:
        return None
    forms = tuple(part for part in (match["before"] + match["after"]).split(".") if part)
    index = int(match["index"]) if match["index"] else None
    return Slot(match["head"], forms, index, match["case"])


def tokens_of(text: str) -> list[str]:
    """The blank-separated tokens of a frame; a slot is one token even if blanks stand in it."""
    return _TOKEN.findall(text)


def slots_of(text: str) -> list[Slot]:
    """The slots of a frame or pattern in order; malformed ones are left out."""
    found = (parse_slot(inner) for inner in re.findall(r"\{([^{}]*)\}", text))
    return [slot for slot in found if slot is not None]


def _mistake(result: FrameFile, number: int, what: str) -> InputError:
    return InputError(what, f"{result.path.name}:{number}", "See docs/embedded-corpus.md")
