"""The table of docs/reliability.md holds what the suites hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import tried
from tests.conftest import TRIED
from tests.hostile import (
    test_beside,
    test_configurations,
    test_corpora,
    test_encoders,
    test_plugins,
    test_results,
    test_tables,
    test_taggers,
)
from tests.hostile.trying import GROUPS

SUITES = (
    test_beside,
    test_configurations,
    test_corpora,
    test_encoders,
    test_plugins,
    test_results,
    test_tables,
    test_taggers,
)


def test_every_group_is_in_the_table_and_nothing_else() -> None:
    rows, _ = tried.of_page()
    drawn = {name for name, row in rows.items() if "hostile" in row.test}
    assert drawn == set(GROUPS)
    for row in rows.values():
        assert (tried.ROOT / row.test).is_file()
        text = (tried.ROOT / row.test).read_text(encoding="utf-8")
        assert f'"{row.name}"' in text, "the test names its group"
    assert {Path(suite.__file__).name for suite in SUITES} == {
        Path(row.test).name for row in rows.values() if "hostile" in row.test
    }


def test_numbers_of_drawn_examples_are_those_declared() -> None:
    rows, _ = tried.of_page()
    for name, group in GROUPS.items():
        assert rows[name].total == group.examples, f"{name}: python -m tests.tried"


def test_numbers_of_marked_cases_are_those_collected(request: pytest.FixtureRequest) -> None:
    """Of the files that this run collects as a whole: all of them in `make test`."""
    if request.config.getoption("keyword") or any("::" in arg for arg in request.config.args):
        pytest.skip("a part of the suite is run")
    rows, _ = tried.of_page()
    for name, row in request.config.stash[TRIED].items():
        assert rows[name] == row, f"{name}: python -m tests.tried"


def test_there_are_enough() -> None:
    rows, _ = tried.of_page()
    assert sum(row.total for row in rows.values()) >= tried.LEAST
    assert tried.of_page(f"{tried.BEGIN}\n{tried.written(rows)}\n{tried.END}")[0] == rows


def test_every_test_and_file_that_the_page_names_is_there() -> None:
    text = tried.PAGE.read_text(encoding="utf-8")
    file, named = "", 0
    for path, test in re.findall(r"`(tests/[\w/]+\.py)?(?:::(test_\w+))?`", text):
        file = path or file
        if test:
            assert f"def {test}(" in (tried.ROOT / file).read_text(encoding="utf-8"), (
                f"{file}::{test}"
            )
        named += bool(path or test)
    assert named > 60
    for path in re.findall(r"`((?:xnerbench|tests)/[\w/]+\.py)", text):
        assert (tried.ROOT / path).is_file(), path
