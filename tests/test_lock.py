"""The conda environment and the lock file name the same versions."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

import xnerbench

ROOT = Path(xnerbench.__file__).parent.parent
CONDA_NAMES = {
    "pytorch": "torch",
    "matplotlib-base": "matplotlib",
    "snakemake-minimal": "snakemake",
}
NOT_LOCKED = {"python", "pip"}


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {plain(name): version for name, version in pairs}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_environment_and_lock_file_name_the_same_versions() -> None:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = [entry.split("=", 1) for entry in entries if isinstance(entry, str) and "=" in entry]
    nested = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    pip = [entry.split("==") for entry in nested[0]]
    versions = locked()
    named = {CONDA_NAMES.get(name, name): version for name, version in [*conda, *pip]}
    assert len(named) > 20
    for name, version in named.items():
        if name not in NOT_LOCKED:
            assert versions[plain(name)] == version, name


def test_every_direct_dependency_is_locked_and_in_the_environment() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {plain(re.split(r"[<>=]", entry)[0]) for entry in project["dependencies"]}
    assert direct <= set(locked())
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    for name in direct:
        conda = {value: key for key, value in CONDA_NAMES.items()}.get(name, name)
        assert re.search(rf"- {re.escape(conda)}=", environment), name
