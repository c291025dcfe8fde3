"""Floors do not import upwards, planning a study loads nothing heavy, and rooms stay small enough to read."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import xnerbench
from xnerbench.pipeline import digests

PACKAGE = Path(xnerbench.__file__).parent
ROOT = PACKAGE.parent
HEAVY = {"torch", "transformers", "datasets"}
LATER = ("xnerbench.scoring", "xnerbench.analysis", "xnerbench.report")
FORBIDDEN = {
    "data": {"torch", "transformers", "xnerbench.learning", *LATER},
    "learning": set(LATER),
    "methods": {*HEAVY, "xnerbench.data", "xnerbench.learning", *LATER},
    "augment": {*HEAVY, "xnerbench.learning", "xnerbench.study", *LATER},
    "scoring": {*HEAVY, "xnerbench.learning", "xnerbench.analysis.inference", "xnerbench.report"},
    "analysis": {*HEAVY, "xnerbench.learning", "xnerbench.scoring", "xnerbench.report"},
    "report": {*HEAVY, "xnerbench.learning", "xnerbench.scoring"},
    "catalogue": {*HEAVY, "pandas", "matplotlib", "xnerbench.data", "xnerbench.learning", *LATER},
    "study": {*HEAVY, "pandas", "xnerbench.learning", *LATER},
    "pipeline": {*HEAVY, "pandas", "xnerbench.learning", *LATER},
    "storage": {*HEAVY, "pandas", "xnerbench.data", "xnerbench.learning", *LATER},
    "": {*HEAVY, "pandas", "xnerbench.learning", *LATER},
}


def imports_of(path: Path) -> set[str]:
    """Every module that a file names in an import, those inside functions included."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            named.add(node.module or "")
            named.update(f"{node.module}.{alias.name}" for alias in node.names)
    return named


def floor_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


MODULES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if floor_of(path) not in ("commands", "jobs")
]


def test_every_module_belongs_to_a_known_floor() -> None:
    assert {floor_of(path) for path in MODULES} == set(FORBIDDEN)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_floor_imports_nothing_above_it(path: Path) -> None:
    wrong = {
        name
        for name in imports_of(path)
        for forbidden in FORBIDDEN[floor_of(path)] | {"xnerbench.commands", "xnerbench.jobs"}
        if (name + ".").startswith(forbidden + ".")
    }
    assert not wrong


def test_the_workflow_imports_nothing_heavy() -> None:
    for path in [ROOT / "Snakefile", *sorted(ROOT.glob("rules/*.smk"))]:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"^\s*(?:from|import)\s+([\w.]+)", text, re.MULTILINE))
        assert not {name.split(".")[0] for name in named} & HEAVY, path


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("xnerbench.pipeline.workflow", HEAVY | {"pandas", "pyarrow", "scipy", "matplotlib"}),
        ("xnerbench.commands.study.status", HEAVY | {"pandas", "scipy", "matplotlib"}),
        ("xnerbench.commands.study.fail", HEAVY | {"pandas", "scipy", "matplotlib"}),
        ("xnerbench.commands.results.fit", HEAVY),
        ("xnerbench.commands.results.figures", HEAVY),
        ("xnerbench.commands.results.report", HEAVY),
        ("xnerbench.report.text.summary", HEAVY | {"matplotlib"}),
        ("xnerbench.report.views", HEAVY | {"matplotlib"}),
        ("xnerbench.catalogue.pages", HEAVY | {"pandas", "numpy", "matplotlib"}),
        ("xnerbench.analysis.fit", HEAVY),
        ("xnerbench.pipeline.warm", HEAVY | {"numpy", "yaml", "argparse", "subprocess"}),
    ],
)
def test_importing_loads_nothing_heavy(module: str, unwanted: set[str]) -> None:
    code = f"import {module}, sys; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not unwanted & set(out.stdout.split())


def test_inert_modules_are_few_and_compute_nothing() -> None:
    """Inert modules re-plan nothing when they change, so each needs a reason and no arithmetic."""
    assert len(digests.INERT) <= 6
    numeric = {"numpy", "scipy", "pandas", "torch", "statsmodels"}
    for name, reason in digests.INERT.items():
        assert reason
        path = PACKAGE / name.removeprefix("xnerbench.")
        files = sorted(path.rglob("*.py")) or [path.with_suffix(".py")]
        for file in files:
            assert file.is_file(), f"{name} is gone: take it off the list"
            assert not {imported.split(".")[0] for imported in imports_of(file)} & numeric, file


LONGEST = 300
"""Lines of a module."""

LARGEST = 15
"""Modules of a folder, without its `__init__`."""


def test_a_module_can_be_read_at_one_go() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    long = {name: n for name, n in lines.items() if n > LONGEST}
    assert not long, "split them by what they do"


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    modules = Counter(path.parent for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    assert len(modules) > 40
    large = {str(folder.relative_to(ROOT)): n for folder, n in modules.items() if n > LARGEST}
    assert not large, "group them by what a stranger would look for"
