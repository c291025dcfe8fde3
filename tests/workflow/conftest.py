"""One finished tiny study for all tests of the workflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from tests.workflow.project import Project, create


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """A finished study, run with two cores and the warm process. Not to be changed.

    Processes of one test run share it: whichever asks first runs it, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "finished"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            project = create(folder.with_name("unfinished"))
            project.run(cores=2)
            project.folder.rename(folder)
    return Project(folder)


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished study, to be changed."""
    return finished.copy(tmp_path / "project")
