"""Frames compiled into short programs that draw their own names.

A frame becomes a tuple of *steps*. Drawing a sentence runs them in order against a `Draw`, which
holds the random stream, the split's part of the names and the entities already named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from xnerbench.data.embedded import frames, wordlists
from xnerbench.data.embedded.cases import inflect
from xnerbench.data.embedded.frames import FrameFile, Slot
from xnerbench.data.embedded.names import LOCAL_CITIES_IN_NAMES, Names, Person, Random, cut, pick

_PIECES = re.compile(r"(\{[^{}]*\})")
_REDRAWS = 6  # of a name or list item that the sentence already has
_DECIMALS = 0.3  # of the percentages

Words = tuple[str, ...]


@dataclass
class Draw:
    """The state of one sentence being drawn."""

    random: Random
    test: bool
    entities: dict[tuple[str, int], Person | str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def fresh(self, draw: Callable[[], str]) -> str:
        """Draws until the sentence does not have the text yet, a few times at most."""
        text = draw()
        for _ in range(_REDRAWS):
            if text not in self.used:
                break
            text = draw()
        self.used.add(text)
        return text


Piece = str | Callable[[Draw, int], str]
Step = Callable[[Draw, list[str], list[str]], None]


class Compiler:
    """Compiles the frames of one language.

    Args:
        file: The frame file; it must be free of the linter's errors.
    """

    def __init__(self, file: FrameFile) -> None:
        self.file = file
        self.names = Names(file)
        self._case = inflect.inflector(file.language)
        self._lists = {
            name: tuple(self._pieces(line.text) for line in lines)
            for name, lines in file.lists.items()
        }
        self._patterns: dict[str, tuple[tuple[tuple[Piece, ...], ...], ...]] = {}
        for section in file.sections:
            if section[:3] in ("LOC", "ORG"):
                self._patterns[section] = self._compile_patterns(file.entries(section))
        self._organisations = tuple(s for s in self._patterns if s.startswith("ORG."))
        self._numbers = _numbers(file)

    def _compile_patterns(self, entries: list[str]) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
        open_ones = [self._pieces(entry) for entry in entries if "{" in entry]
        fixed = [entry for entry in entries if "{" not in entry]
        return tuple(
            (*(((text,)) for text in part), *open_ones)
            for part in (cut(fixed) if fixed else ((), ()))
        )

    def frame(self, text: str) -> tuple[Step, ...]:
        """Compiles a frame; neighbouring literal words become one step."""
        steps: list[Step] = []
        literal: list[str] = []
        for position, token in enumerate(frames.tokens_of(text)):
            if "{" not in token:
                literal.append(token)
                continue
            if literal:
                steps.append(_literal_step(tuple(literal)))
                literal = []
            slot = frames.parse_slot(token[1:-1]) if token.endswith("}") else None
            if slot is not None and slot.head in frames.TYPES:
                steps.append(self._entity_step(slot, position))
            else:
                steps.append(_untagged_step(self._pieces(token)))
        if literal:
            steps.append(_literal_step(tuple(literal)))
        return tuple(steps)

    def _entity_step(self, slot: Slot, position: int) -> Step:
        # An entity without an index is its own: no other slot can have a negative number.
        key = (slot.head, -1 - position if slot.index is None else slot.index)
        draw = self._entity(slot)
        form = next((f for f in slot.forms if f in ("first", "last")), "full")
        begin, inside = f"B-{slot.head}", f"I-{slot.head}"
        kind = f"{slot.head}.{slot.subtype}" if slot.subtype else slot.head

        def step(state: Draw, words: list[str], tags: list[str]) -> None:
            entity = state.entities.get(key)
            if entity is None:
                entity = state.entities[key] = draw(state)
            surface = entity if isinstance(entity, str) else getattr(entity, form)
            if slot.case:
                surface = self._case(surface, slot.case, kind)
            found = surface.split(" ")
            words += found
            tags.append(begin)
            tags.extend([inside] * (len(found) - 1))

        return step

    def _entity(self, slot: Slot) -> Callable[[Draw], Person | str]:
        if slot.head == "PER":
            gender = next((f for f in slot.forms if f in ("m", "f")), None)
            return lambda state: self._person(state, gender)
        return lambda state: state.fresh(
            lambda: self._name(state, slot, self.names.part(state.random, state.test))
        )

    def _person(self, state: Draw, gender: str | None) -> Person:
        for _ in range(_REDRAWS):
            part = self.names.part(state.random, state.test)
            person = self.names.person(state.random, part, gender)
            if person.last not in state.used and person.first not in state.used:
                break
        state.used.update((person.first, person.last))
        return person

    def _name(self, state: Draw, slot: Slot, part: int) -> str:
        section = f"{slot.head}.{slot.subtype}"
        if slot.head == "ORG" and slot.subtype is None:
            section = pick(state.random, self._organisations)
        elif section == "LOC.None":
            section = "LOC.city" if state.random() < 0.5 else "LOC.country"
        if section == "LOC.city":
            return self.names.city(state.random, part)
        if section == "LOC.country":
            return self.names.country(state.random, part)
        patterns = self._patterns[section][part]
        return _join(patterns[int(state.random() * len(patterns))], state, part)

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        return tuple(
            self._piece(part[1:-1]) if part.startswith("{") else part
            for part in _PIECES.split(text)
            if part
        )

    def _piece(self, text: str) -> Piece:
        slot = frames.parse_slot(text)
        if slot is None:
            raise ValueError(f"{{{text}}} is not a slot")
        if slot.head in frames.TYPES or slot.head == "surname":
            return self._nested(slot)
        if slot.head == frames.CHOICE:
            return lambda state, part: pick(state.random, slot.forms)
        if slot.head in self.file.lists:
            return lambda state, part: state.fresh(
                lambda: _join(_any(state.random, self._lists[slot.head]), state, part)
            )
        return lambda state, part: self._numbers[slot.head](state.random)

    def _nested(self, slot: Slot) -> Piece:
        def draw(state: Draw, part: int) -> str:
            if slot.head == "surname":
                name = self.names.surname(state.random, part)
            elif slot.head == "PER":
                person = self.names.person(state.random, part, None)
                form = next((f for f in slot.forms if f in ("first", "last")), "full")
                name = getattr(person, form)
            elif slot.subtype == "city":
                name = self.names.city(state.random, part, LOCAL_CITIES_IN_NAMES)
            else:
                name = self._name(state, slot, part)
            return self._case(name, slot.case, slot.head) if slot.case else name

        return draw


def _any(random: Random, options: tuple[tuple[Piece, ...], ...]) -> tuple[Piece, ...]:
    return options[int(random() * len(options))]


def _join(pieces: Iterable[Piece], state: Draw, part: int) -> str:
    return "".join(p if isinstance(p, str) else p(state, part) for p in pieces)


def _literal_step(literal: Words) -> Step:
    outside = ["O"] * len(literal)

    def step(state: Draw, words: list[str], tags: list[str]) -> None:
        words += literal
        tags += outside

    return step


def _untagged_step(pieces: tuple[Piece, ...]) -> Step:
    def step(state: Draw, words: list[str], tags: list[str]) -> None:
        found = _join(pieces, state, 0).split(" ")
        words += found
        tags += ["O"] * len(found)

    return step


def _numbers(file: FrameFile) -> dict[str, Callable[[Random], str]]:
    locale = file.meta["babel"]
    decimal, group = wordlists.separators(locale)
    months, weekdays = tuple(wordlists.months(locale)), tuple(wordlists.weekdays(locale))
    if file.meta.get("weekdays") == "lower":
        weekdays = tuple(day.lower() for day in weekdays)
    first, last = (int(y) for y in file.meta.get("years", "1950-2025").split("-"))
    digits = str.maketrans("0123456789", "०१२३४५६७८९") if file.meta.get("digits") == "Deva" else {}

    def shown(number: int) -> str:
        return f"{number:,}".replace(",", group).translate(digits)

    def percent(random: Random) -> str:
        whole = str(1 + int(97 * random() ** 2))  # small shares are the more frequent ones
        text = f"{whole}{decimal}{1 + int(random() * 9)}" if random() < _DECIMALS else whole
        return text.translate(digits)

    return {
        "year": lambda random: str(first + int(random() * (last - first + 1))).translate(digits),
        "small": lambda random: shown(2 + int(random() * 18)),
        # Small numbers are as likely as large ones: uniform on the logarithm from 20 to 9,999.
        "num": lambda random: shown(int(20 * 499.95 ** random())),
        "percent": percent,
        "day": lambda random: shown(1 + int(random() * 28)),
        "month": lambda random: pick(random, months),
        "weekday": lambda random: pick(random, weekdays),
    }
