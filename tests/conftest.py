"""Settings of the whole suite."""

import pytest
from hypothesis import settings

# Machines that run several things at once are slow at random: a deadline would fail at random too.
settings.register_profile("xnerbench", deadline=None)
settings.load_profile("xnerbench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: a process that begins them last would be waited for by all others."""
    items.sort(key=lambda item: "tests/workflow/" not in item.nodeid)
