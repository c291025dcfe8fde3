"""Commands of Snakemake that a person is told to run do run, in the folder that they are read in."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from snakemake.common import SNAKEFILE_CHOICES

from tests import small_study
from xnerbench.commands.models import distil
from xnerbench.errors import InputError
from xnerbench.pipeline import advice, snakemake_api

ROOT = Path(__file__).parent.parent


def run(command: str) -> subprocess.CompletedProcess[str]:
    """As a shell would, but for the name of the program."""
    program, *arguments = shlex.split(command)
    assert program == "snakemake"
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds a study, and no workflow."""
    (tmp_path / "my study.yaml").write_text(yaml.safe_dump(small_study.write(tmp_path)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_printed_outside_a_checkout_runs(folder: Path) -> None:
    teacher = "work/small/teachers/eng.s0.safetensors"
    planned = run(f"{advice.to_run('my study.yaml', teacher)} --dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "source_corpus, teacher" in planned.stdout
    locks = Path(".snakemake/locks")
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.output.lock").write_text(f"{folder}/{teacher}\n")
    unlocked = run(advice.to_unlock("--configfile", "my study.yaml"))
    assert unlocked.returncode == 0, unlocked.stderr
    assert not list(locks.glob("*.lock"))


def test_a_workflow_of_the_folder_is_found_as_snakemake_finds_it(folder: Path) -> None:
    assert [Path(name) for name in snakemake_api.SNAKEFILES] == list(SNAKEFILE_CHOICES)
    assert advice.to_run("a.yaml").endswith(f" --configfile a.yaml --snakefile {ROOT}/Snakefile")
    (folder / "workflow").mkdir()
    (folder / "workflow" / "Snakefile").touch()
    assert advice.to_run("a.yaml", Path("b c")) == "snakemake --cores 2 'b c' --configfile a.yaml"


def test_without_a_workflow_beside_the_package_none_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "SNAKEFILE", folder / "none")
    assert advice.to_run("a.yaml") == "snakemake --cores 2 --configfile a.yaml"


def test_distil_says_how_to_run_what_is_there_already(folder: Path) -> None:
    file = Path("my study.yaml")
    with pytest.raises(InputError) as told:
        distil._write(file, "study: another\n")
    assert told.value.remedy == f"run it (`{advice.to_run(file)}`), or move it"
    assert "--cores 2 --configfile 'my study.yaml' --snakefile" in told.value.remedy
