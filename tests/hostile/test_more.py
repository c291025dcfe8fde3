"""Ten times as many examples, other ones each time: what fails here is new."""

from __future__ import annotations

import pytest

from tests.hostile import test_page  # noqa: F401 - registers every group
from tests.hostile.trying import GROUPS, run


@pytest.mark.slow
@pytest.mark.parametrize("name", GROUPS)
def test_more(name: str) -> None:
    run(GROUPS[name], 10 * GROUPS[name].examples, fixed=False)
