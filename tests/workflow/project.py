"""A copy of the suite with a tiny study, to be run, edited and broken."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from safetensors.numpy import load_file

import xnerbench
from xnerbench.storage.artifacts import read_parquet_record
from xnerbench.study import config, grid

ROOT = Path(xnerbench.__file__).parent.parent
SCORES = "results/tiny/scores.csv"
PARTS = ("Snakefile", "rules", "captions", "profiles", "environment.yml", "xnerbench")
TIMES = ["train_seconds", "seconds", "peak_mb"]
STUDY: dict[str, Any] = {
    "study": "tiny",
    "sources": ["eng", "deu"],
    "targets": ["nld", "fin"],
    "sizes": [10, 20],
    "seeds": [0],
    "methods": ["direct", "ts", "multi-avg", "multi-sim"],
    "only": {"multi-avg": {"sizes": [20]}, "multi-sim": {"sizes": [20]}},
    "encoder": {"name": "bert", "freeze": 2},
    "max_subwords": 48,
    "teacher": {"learning_rate": 0.01, "epochs": 2},
    "student": {"learning_rate": 0.01, "epochs": 1, "min_steps": 4},
    "similarity": {"epochs": 1},
    "compute": {"precision": "fp32"},
    "analysis": {"bootstrap": 100},
    "corpora": {
        "languages": {
            "eng": {"format": "embedded", "train": 60},
            "deu": {"format": "embedded", "train": 60},
            "nld": {"format": "embedded", "pool": 30, "test": 20},
            "fin": {"format": "embedded", "pool": 30, "test": 20},
            "tur": {"format": "embedded", "pool": 30, "test": 20},
        }
    },
}


unfinished = shutil.ignore_patterns("*.pyc.*", ".*.partial")
"""What is gone when another process has finished it; times of modules are kept, so that what is compiled is of use."""


@dataclass(frozen=True)
class Project:
    """A folder with the suite's code and one study."""

    folder: Path

    def copy(self, folder: Path, without: tuple[str, ...] = ()) -> Project:
        """The same in another folder; file times are kept, as Snakemake looks at them.

        Args:
            folder: The new one.
            without: Names at its top that are left out; the package has folders of the same names.
        """

        def left_out(place: str, names: list[str]) -> set[str]:
            top = set(without) if Path(place) == self.folder else set()
            return (top & set(names)) | unfinished(place, names)

        shutil.copytree(self.folder, folder, ignore=left_out)
        return Project(folder)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Starts Snakemake in the project, in a process group of its own."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("XNER", "SLURM"))}
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--configfile", "study.json", *arguments],
            cwd=self.folder,
            env={**inherited, "PYTHONPATH": ".", "OMP_NUM_THREADS": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def xnerbench(self, *arguments: str) -> str:
        """Runs a subcommand of the suite's copy and returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "xnerbench", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": ".", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def snakemake(self, *arguments: str, status: int = 0, **environment: str) -> str:
        """Runs Snakemake to its end and returns what it printed."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate(timeout=900)
        assert process.returncode == status, output
        return output

    def run(self, *targets: str, cores: int = 2, **environment: str) -> str:
        """Runs the whole study, or up to some targets."""
        return self.snakemake("--cores", str(cores), *targets, **environment)

    def plan(self, *targets: str) -> set[tuple[str, str]]:
        """The jobs that a dry run plans, as rule and wildcards."""
        output = self.snakemake("--quiet", "host", "-n", *targets)
        planned: list[tuple[str, str]] = []
        rule = ""
        for line in output.splitlines():
            if found := re.fullmatch(r" *(?:local)?rule (\w+):", line):
                rule = found[1]
                planned.append((rule, ""))
            elif found := re.fullmatch(r" +wildcards: (.*)", line):
                planned[-1] = (rule, found[1])
        return set(planned)

    def planned_rules(self, *targets: str) -> set[str]:
        """The rules among the planned jobs, without the final `all`."""
        return {rule for rule, _ in self.plan(*targets)} - {"all"}

    def configure(self, **changes: Any) -> None:
        """Changes top-level keys of the study."""
        path = self.folder / "study.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    def cell_ids(self) -> set[str]:
        """The ids of the study's cells."""
        raw = json.loads((self.folder / "study.json").read_text())
        return {cell.id for cell in grid.cells(config.from_dict(raw, self.folder))}

    def append(self, module: str, text: str) -> None:
        """Appends text to a module of the suite's copy."""
        path = self.folder / "xnerbench" / module
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def scores(self) -> pd.DataFrame:
        """The scores without the columns that hold times."""
        frame = pd.read_csv(self.folder / SCORES, keep_default_na=False)
        return frame.drop(columns=TIMES)

    def learned(self) -> dict[str, Any]:
        """Every cell's tags and last loss, and every byte of the soft labels.

        The tiny encoder learns next to nothing, so F1 alone could hardly tell two runs apart; the
        losses and probabilities differ in their last digits as soon as anything differs.
        """
        cells = self.folder / "work/tiny/cells"
        found: dict[str, Any] = {}
        for path in sorted(cells.rglob("*.parquet")):
            record = read_parquet_record(path)
            tags = pq.read_table(path)["tags"].to_pylist()
            found[str(path.relative_to(cells))] = (record.get("final_loss"), tags)
        for path in sorted((self.folder / "work/tiny/softlabels").rglob("*.safetensors")):
            tensors = load_file(path)
            found[f"{path.parent.name}/{path.name}"] = {k: v.tobytes() for k, v in tensors.items()}
        return found


def create(folder: Path) -> Project:
    """A new project with the tiny study and a tiny encoder, nothing run yet.

    Its figures are SVG only, to save time: PNG and PDF are for the tests of figures and the demonstration.
    """
    from tests.learning.conftest import small_bert

    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=unfinished)
        else:
            shutil.copy(source, folder / part)
    small_bert(folder / "bert")
    (folder / "study.json").write_text(json.dumps(STUDY))
    project = Project(folder)
    project.append("report/figures/writing.py", '\n\nFORMATS = {"svg": FORMATS["svg"]}\n')
    return project
