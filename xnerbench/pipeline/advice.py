"""Commands of Snakemake that a person is told to run: complete, and as they work in the folder they are read in."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from xnerbench.pipeline import snakemake_api

SNAKEFILE = Path(__file__).parents[2] / "Snakefile"
"""The suite's own; there is none beside a package that was installed without it."""

CORES = "2"


def to_run(file: Path | str | Sequence[Path], *targets: Path | str) -> str:
    """The command that makes everything of a study, or these files of it.

    Args:
        file: The study's configuration, or its files, the one that lies over all last.
        *targets: Files to make.
    """
    files = [file] if isinstance(file, (Path, str)) else file
    return _command("--cores", CORES, *targets, "--configfile", *files)


def to_unlock(*study: str, snakefile: str = "") -> str:
    """The command that takes away the lock of a killed run.

    Args:
        *study: The options that name the study.
        snakefile: That of the run; by default as in `to_run`.
    """
    return _command("--unlock", *study, snakefile=snakefile)


def _command(*given: Path | str, snakefile: str = "") -> str:
    """With `--snakefile`, unless Snakemake finds the one that is meant in the current folder by itself."""
    here = snakemake_api.snakefile_here()
    if here is not None and (not snakefile or here.resolve() == Path(snakefile).resolve()):
        named = ""
    else:
        named = snakefile or (str(SNAKEFILE) if SNAKEFILE.is_file() else "")
    options = ["--snakefile", named] if named else []
    return shlex.join(["snakemake", *map(str, given), *options])
