"""`make` where the installation fails: the last words say what it takes and that it can be repeated."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize(
    ("broken", "said"), [("pip", "install the packages"), ("venv", "make .venv")]
)
def test_a_failed_installation_says_how_to_go_on(broken: str, said: str, tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    scripts = {
        ".venv/bin/python": 'case "$*" in *install*) echo "ERROR: no network" >&2; exit 1;; esac'
        if broken == "pip" else "exit 1",
        "python3": 'case "$*" in *"venv .venv"*) echo "ERROR: no space" >&2; exit 1;; esac',
    }  # fmt: skip
    for name, lines in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{lines}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "install", f"PYTHON={tmp_path}/python3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and lines[0].startswith("ERROR: no ")
    assert lines[1].startswith(f"xnerbench could not {said}: the reason stands above.")
    assert "make again goes on" in lines[1]
    assert not list(tmp_path.glob(".venv/.installed-*"))
