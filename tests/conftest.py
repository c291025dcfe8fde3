"""Settings of the whole suite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests import tried

# Tests start hundreds of processes: the modules that these import are compiled once, whatever this shell wants.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Machines that run several things at once are slow at random: a deadline would fail at random too.
settings.register_profile("xnerbench", deadline=None)
settings.load_profile("xnerbench")

TRIED = pytest.StashKey[dict[str, tried.Row]]()
"""Groups of marked tests of hostile input, as collected, before anything is deselected."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Counts what is marked `tried`; the longest come first, so that no process begins them last."""
    config.stash[TRIED] = tried.marked(items)
    items.sort(key=lambda item: "tests/workflow/" not in item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Reports a marked case once it has passed."""
    report = yield
    if call.when == "call" and report.passed:
        tried.passed(item)
    return report
