"""Simulated studies that several test modules look at, made once a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.analysis import simulated, simulated_tables
from xnerbench.report import page, reading
from xnerbench.report.figures import writing
from xnerbench.report.results import Results


@pytest.fixture(scope="session")
def simulated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven languages, two budgets, with tables; tests must not change it."""
    folder = tmp_path_factory.mktemp("simulated")
    simulated.write(
        folder,
        targets=simulated.SMALL[3:],
        budgets=("epochs", "steps"),
        corpus_format="embedded",
    )
    return simulated_tables.write(folder)


@pytest.fixture(scope="session")
def simulated_study(simulated_folder: Path) -> Results:
    return reading.load(simulated_folder)


@pytest.fixture(scope="session")
def reported_folder(simulated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with figures and report; tests must not change it."""
    folder = tmp_path_factory.mktemp("reported") / "study"
    shutil.copytree(simulated_folder, folder)
    with pytest.MonkeyPatch.context() as patch:  # the page needs no PDF and no PNG
        patch.setattr(writing, "FORMATS", {"svg": writing.FORMATS["svg"]})
        page.write(reading.load(folder))
    return folder
