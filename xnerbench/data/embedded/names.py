"""The names a split may draw: persons, places and organisations of one language.

Every list is cut in two by content (`partition.is_test_name`). Training and pool text draw from the
first part only; test text draws from the second, but for a stated share
(`partition.SHARED_NAMES`) that it takes from the first on purpose.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xnerbench.data.embedded import frames, wordlists
from xnerbench.data.embedded.frames import FrameFile
from xnerbench.data.embedded.partition import SHARED_NAMES, is_test_name

FOREIGN_PERSONS = 0.15  # of the persons, from another locale of the same script, by default
INITIALS = 0.05  # of the full names in Latin script, `K. Weber`
LOCAL_CITIES = 0.65  # of the cities, from the file's own list
LOCAL_CITIES_IN_NAMES = 0.95  # of the cities inside an organisation's name
OFTEN_NAMED_COUNTRIES = 0.6  # of the countries, from wordlists.OFTEN_NAMED

Random = Callable[[], float]
Parts = tuple[tuple[str, ...], tuple[str, ...]]  # training part, test part


@dataclass(frozen=True)
class Person:
    """A person as drawn: every form a frame may ask for."""

    first: str
    last: str
    full: str


@dataclass(frozen=True)
class _Population:
    first: dict[str, Parts]
    middle: dict[str, Parts]
    last: dict[str, Parts]


def cut(names: Iterable[str]) -> Parts:
    """Cuts a list in its training and its test part; an empty part is replaced by the whole."""
    unique = tuple(dict.fromkeys(names))
    train = tuple(n for n in unique if not is_test_name(n))
    test = tuple(n for n in unique if is_test_name(n))
    return train or unique, test or unique


class Names:
    """The names of one language, ready to draw from.

    Args:
        file: The language's frame file.
    """

    def __init__(self, file: FrameFile) -> None:
        meta = file.meta
        self.script = meta["script"]
        self._order = meta.get("order", "first last").split()
        self._second_surname = float(meta.get("second_surname", 0))
        self._foreign = float(meta.get("foreign", FOREIGN_PERSONS))
        self._hyphenated = float(meta.get("hyphenated", 0))
        self._initials = INITIALS if self.script == "Latn" and len(self._order) == 2 else 0.0
        self._capital_alone = meta.get("surname_alone") == "capital"
        self.own = _own_population(file)
        foreign = [loc for loc in wordlists.FOREIGN_LOCALES[self.script] if loc != meta["faker"]]
        self.foreign = tuple(_population(locale, self.script) for locale in foreign)
        self._places(file)

    def _places(self, file: FrameFile) -> None:
        dropped = set(file.entries("drop LOC.city"))
        local = file.entries("LOC.city")
        world = wordlists.cities(file.meta["babel"], self.script)
        self.local_cities = cut(local)
        self.world_cities = cut(c for c in world if c not in dropped and c not in set(local))
        dropped = set(file.entries("drop LOC.country"))
        own = file.entries("LOC.country")
        often, seldom = wordlists.countries(file.meta["babel"], self.script)
        self.often = cut(own or [c for c in often if c not in dropped])
        self.seldom = cut(own or [c for c in seldom if c not in dropped])

    def part(self, random: Random, test: bool) -> int:
        """Which part of the lists the next name comes from."""
        return 1 if test and random() >= SHARED_NAMES else 0

    def city(self, random: Random, part: int, local: float = LOCAL_CITIES) -> str:
        """A city: the file's own with probability `local`, else one of CLDR's."""
        parts = self.local_cities if random() < local else self.world_cities
        return pick(random, parts[part])

    def country(self, random: Random, part: int) -> str:
        """A country of CLDR, or of the file where it brings its own list."""
        parts = self.often if random() < OFTEN_NAMED_COUNTRIES else self.seldom
        return pick(random, parts[part])

    def surname(self, random: Random, part: int) -> str:
        """A surname alone, as founders lend it to companies."""
        return self._alone(pick(random, self.own.last["m"][part]))

    def person(self, random: Random, part: int, gender: str | None) -> Person:
        """A person; `gender` is `m`, `f` or None for any."""
        gender = gender or ("m" if random() < 0.55 else "f")
        own = not self.foreign or random() >= self._foreign
        people = self.own if own else self.foreign[int(random() * len(self.foreign))]
        first = pick(random, people.first[gender][part])
        last = pick(random, people.last[gender][part])
        if not own:
            return Person(first, self._alone(last), f"{first} {last}")
        if self._hyphenated and random() < self._hyphenated and " " not in last:
            last = f"{last}-{pick(random, people.last[gender][part])}"
        if self._initials and random() < self._initials:
            return Person(first, self._alone(last), f"{first[0]}. {last}")
        if self._second_surname and random() < self._second_surname:
            second = pick(random, people.last[gender][part])
            return Person(first, self._alone(last), f"{first} {last} {second}")
        if self._order == ["first", "last"]:
            return Person(first, self._alone(last), f"{first} {last}")
        return Person(first, last, self._ordered(random, people, part, gender, first, last))

    def _ordered(
        self, random: Random, people: _Population, part: int, gender: str, first: str, last: str
    ) -> str:
        names = {"first": first, "last": last, "middle": ""}
        if people.middle[gender][part]:
            names["middle"] = pick(random, people.middle[gender][part])
        return " ".join(names[name] for name in self._order if names[name])

    def _alone(self, last: str) -> str:
        return last[0].upper() + last[1:] if self._capital_alone else last


def pick(random: Random, names: tuple[str, ...]) -> str:
    """One of `names`, all equally likely."""
    return names[int(random() * len(names))]


@functools.lru_cache(maxsize=64)
def _population(locale: str, script: str) -> _Population:
    for language in frames.languages():
        meta = frames.load(language).meta
        if meta.get("faker") == locale and meta.get("persons") == "own":
            return _own_population(frames.load(language))
    return _Population(
        {g: cut(wordlists.given_names(locale, g, script)) for g in "mf"},
        {g: ((), ()) for g in "mf"},
        {g: cut(wordlists.surnames(locale, g, script)) for g in "mf"},
    )


def _own_population(file: FrameFile) -> _Population:
    locale, script = file.meta["faker"], file.meta["script"]
    # `persons = own`: the file's lists replace faker's, whose spelling and genders are unreliable.
    only_own = file.meta.get("persons") == "own"

    def names(part: str, gender: str, listed: list[str]) -> list[str]:
        listed = [] if only_own else listed
        sections = (f"PER.{part}", f"PER.{part}.{gender}")
        dropped = {n for section in sections for n in file.entries(f"drop {section}")}
        extra = [n for section in sections for n in file.entries(section)]
        return [n for n in (*listed, *extra) if n not in dropped]

    return _Population(
        {g: cut(names("first", g, wordlists.given_names(locale, g, script))) for g in "mf"},
        {g: cut(names("middle", g, [])) for g in "mf"},
        {g: cut(names("last", g, wordlists.surnames(locale, g, script))) for g in "mf"},
    )
