"""How hostile files are tried: every example ends as one sentence of `InputError` or as values that mean something.

`tried` makes a test of a function that opens one example. Hypothesis draws the examples from a fixed seed, so the
numbers of what was refused, repaired and accepted are facts of the code: `tests/tried.py` writes them into
docs/reliability.md, and each test compares its own with that page.
"""

from __future__ import annotations

import contextlib
import importlib
import resource
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from tests import tried as page
from xnerbench.errors import InputError

SECONDS = 20
"""Of the processor's time that one example may take; the slowest take some tenths."""
PATIENCE = 300
"""Seconds by the clock, for what waits and does nothing; far more, as machines that are busy are slow."""
MEGABYTES = 600
"""By which the process may grow over all examples of a group."""
LONGEST = 2000
"""Characters of one sentence; a path and a list of names are among them."""

REFUSED, REPAIRED, ACCEPTED = page.OUTCOMES
Opens = Callable[[Path, Any], str | None]


class Hung(BaseException):
    """An example took longer than `SECONDS`; no `except Exception` on the way may swallow it."""


@dataclass(frozen=True)
class Group:
    """A kind of file and the examples of it.

    Attributes:
        name: In the table of docs/reliability.md.
        opens: Opens one example in an empty folder; returns `REPAIRED`, `ACCEPTED` or None for the latter.
        content: Where examples come from.
        examples: How many are tried.
    """

    name: str
    opens: Opens
    content: SearchStrategy[Any]
    examples: int


GROUPS: dict[str, Group] = {}


def tried(name: str, content: SearchStrategy[Any], examples: int = 60) -> Callable[[Opens], Any]:
    """Makes a test of a function that opens one example; see `Group`."""

    def register(opens: Opens) -> Callable[[], None]:
        group = GROUPS[name] = Group(name, opens, content, examples)

        def test() -> None:
            page.found(group.name, run(group), opens.__code__.co_filename)

        test.__name__, test.__doc__ = opens.__name__, opens.__doc__
        return pytest.mark.drawn(test)

    return register


def run(group: Group, examples: int | None = None, fixed: bool = True) -> Counter[str]:
    """Tries a group's examples.

    Args:
        group: The group.
        examples: How many; the group's own number by default.
        fixed: Whether they are the same each time; otherwise Hypothesis remembers what failed.

    Returns:
        How many were refused, repaired and accepted.
    """
    outcomes: Counter[str] = Counter()
    more: dict[str, Any] = {"derandomize": True, "database": None} if fixed else {}

    @settings(
        max_examples=examples or group.examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate) if fixed else tuple(Phase),
        **more,
    )
    @given(group.content)
    def one(content: Any) -> None:
        outcomes[outcome(group.opens, content)] += 1

    before = _megabytes()
    with _without_local_constants() if fixed else contextlib.nullcontext():
        one()
    grown = _megabytes() - before
    assert grown < MEGABYTES, f"the examples of {group.name} took {grown:.0f} MB"
    return outcomes


@contextlib.contextmanager
def _without_local_constants() -> Iterator[None]:
    """Draws nothing that Hypothesis finds in the modules of the process: they differ with what else has run."""
    drawn_by = importlib.import_module("hypothesis.internal.conjecture.providers")
    none = drawn_by.Constants()
    with mock.patch.object(drawn_by, "_get_local_constants", lambda: none):
        drawn_by.CONSTANTS_CACHE.cache.clear()
        yield
    drawn_by.CONSTANTS_CACHE.cache.clear()


def outcome(opens: Opens, content: Any) -> str:
    """How one example ends; anything but the three ways is a failure."""
    with tempfile.TemporaryDirectory() as folder, limited():
        try:
            return opens(Path(folder), content) or ACCEPTED
        except InputError as error:
            is_sentence(error)
            return REFUSED


def is_sentence(error: InputError) -> None:
    """A message names the place and the remedy, in lines that a terminal can show."""
    for one in getattr(error, "errors", [error]):
        assert one.what and one.where and one.remedy, repr(one)
        text = str(one)
        assert text.isprintable() and len(text) < LONGEST, repr(text)


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Ends what takes longer."""

    def hung(number: int, *_: object) -> None:
        raise Hung(f"ended by {signal.Signals(number).name}")

    timers = {
        signal.SIGPROF: (signal.ITIMER_PROF, SECONDS),
        signal.SIGALRM: (signal.ITIMER_REAL, PATIENCE),
    }
    before = {number: signal.signal(number, hung) for number in timers}
    for timer, seconds in timers.values():
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for number, (timer, _) in timers.items():
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
