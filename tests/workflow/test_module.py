"""A study in a repository of its own, which has this workflow as a module (what snakedeploy writes)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.learning.conftest import small_bert
from tests.workflow.project import PARTS, ROOT, STUDY

SNAKEFILE = """
configfile: "config/config.yaml"


onstart:
    print("the own beginning")


module xnerbench:
    snakefile:
        "SUITE/workflow/Snakefile"
    config:
        config


use rule * from xnerbench


rule broken:
    output:
        "broken.txt",
    log:
        "work/tiny/logs/own/broken.log",
    shell:
        "echo no such thing | tee {log}; false"
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's repository; the suite is a checkout that lies elsewhere and is not installed."""
    folder = tmp_path_factory.mktemp("module")
    (folder / "suite").mkdir()
    for part in (*PARTS, "workflow"):
        (folder / "suite" / part).symlink_to(ROOT / part)
    own = folder / "own"
    (own / "workflow").mkdir(parents=True)
    (own / "config").mkdir()
    small_bert(own / "bert")
    study = STUDY | {"sources": ["eng"], "targets": ["nld"], "methods": ["direct"], "sizes": [10]}
    del study["only"]
    (own / "config/config.yaml").write_text(yaml.safe_dump(study))
    text = SNAKEFILE.replace("SUITE", str(folder / "suite"))
    (own / "workflow/Snakefile").write_text(text)
    return own


def snakemake(folder: Path, *arguments: str, status: int = 0) -> str:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("XNER", "SLURM", "PYTHONPATH"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--quiet", "host", *arguments],
        cwd=folder, env={**kept, "OMP_NUM_THREADS": "1"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout
    return done.stdout


def test_a_study_that_has_the_suite_as_a_module(repository: Path) -> None:
    planned = snakemake(repository, "-n")
    assert "rule report:" in planned and "broken" not in planned  # the module's goal is the default
    printed = snakemake(repository, "--cores", "2", "results/tiny/scores.csv")
    scores = (repository / "results/tiny/scores.csv").read_text()
    assert scores.count("\n") == 2 and ",ok," in scores
    # What the suite's own `onstart` and `onsuccess` do, beside the repository's.
    assert "the own beginning" in printed
    assert "cell 1 of 1" in printed
    assert (repository / "work/tiny/config.json").is_file()
    assert not (repository / "work/tiny/run.json").exists()
    printed = snakemake(repository, "--cores", "1", "broken.txt", status=1)
    assert "xnerbench: own broken failed: no such thing" in printed
    assert not (repository / "work/tiny/run.json").exists()
