import re
from pathlib import Path

import pytest

from xnerbench.analysis import tables

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


def documented():
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {
        section.split("\n", 1)[0].strip(): tuple(re.findall(r"^\| `([^`]+)` \|", section, re.M))
        for section in sections
    }


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_table_is_documented_column_by_column(name):
    assert documented()[name] == tables.TABLES[name]


def test_files_of_the_study_are_documented():
    found = documented()
    assert list(found["scores"]) == tables.score_columns(["<TYPE>"])
    assert found["weights"] == tables.WEIGHTS
    assert found["corpora"] == tables.CORPORA
    assert set(found) == {*tables.TABLES, "scores", "weights", "corpora"}


def test_the_workflow_expects_these_tables():
    from xnerbench.pipeline import workflow

    assert set(workflow.TABLES) == set(tables.TABLES)
