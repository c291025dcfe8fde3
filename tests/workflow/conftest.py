"""One finished tiny study for all tests of the workflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.project import Project, create


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A finished study, run with two cores and the warm process. Not to be changed."""
    project = create(tmp_path_factory.mktemp("finished") / "project")
    project.run(cores=2)
    return project


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished study, to be changed."""
    return finished.copy(tmp_path / "project")
