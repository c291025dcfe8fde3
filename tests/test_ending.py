"""The last words of a run in which jobs failed."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

import pytest

from tests import small_study
from xnerbench.pipeline.ends import ending, failures
from xnerbench.study.layout import Layout

SNAKEMAKE = """Execute 1 jobs...
RuleException:
CalledProcessError in file "rules/analysis.smk", line 21:
Command 'set -euo pipefail;  python -m xnerbench fit --config work/small/config.json --scores \
results/small/scores.csv 2>&1 | tee work/small/logs/analysis/fit.log' returned non-zero exit status 2.
CalledProcessError in file "rules/students.smk", line 9:
Command '[ 3 -le 2 ] && python -m xnerbench cell --cell X 2> work/small/logs/cells/ts/eng/deu/steps/n2/s0.log
 || python -m xnerbench fail' died with <Signals.SIGKILL: 9>.
Exiting because a job execution failed. Look above for error messages
"""


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.chdir(tmp_path)
    Path("snakemake.log").write_text(SNAKEMAKE)
    return Layout(small_study.load(small_study.write(tmp_path), tmp_path))


def told(layout: Layout, before: ending.Before = MappingProxyType({})) -> list[str]:
    return list(ending.lines(layout, ["snakemake.log", "none.log"], before))


def test_a_job_and_the_last_line_of_its_log(layout: Layout) -> None:
    log = layout.log("analysis", "fit")
    log.parent.mkdir(parents=True)
    log.write_text("Reading\nxnerbench: scores.csv: no column f1. Add it.\n\n")
    assert told(layout) == [
        "xnerbench: analysis fit failed: xnerbench: scores.csv: no column f1. Add it.\n"
        "  its log: work/small/logs/analysis/fit.log",
        "xnerbench: cells ts/eng/deu/steps/n2/s0 failed: it left no log\n"
        "  its log: work/small/logs/cells/ts/eng/deu/steps/n2/s0.log",
    ]


def test_failures_of_this_run_only(layout: Layout) -> None:
    Path("snakemake.log").write_text("Complete log(s)\n")
    failures.record(layout, "cell", "ts/eng/deu/steps/n0/s0", "the loss is nan")
    before = failures.all_of(layout)
    for number in range(1, 7):
        failures.record(layout, "cell", f"ts/eng/deu/steps/n{number}/s0", "the loss is nan")
    log = layout.log("cells", "ts/eng/deu/steps/n1/s0")
    log.parent.mkdir(parents=True)
    log.write_text("nan")
    for path in layout.work.rglob("*.json"):
        os.utime(path, (100, 100))  # a clock that was set back while the run went on
    lines = told(layout, before)
    assert len(lines) == ending.SHOWN + 1
    name = "cell ts/eng/deu/steps/n1/s0"
    assert lines[0] == f"xnerbench: {name} failed: the loss is nan\n  its log: {log}"
    assert lines[-1] == "xnerbench: and 1 more, which `xnerbench status` lists"
    failures.record(layout, "cell", "ts/eng/deu/steps/n0/s0", "again")
    assert any(
        line.startswith("xnerbench: cell ts/eng/deu/steps/n0/s0") for line in told(layout, before)
    )


def test_what_failed_for_want_of_another_is_counted(layout: Layout) -> None:
    Path("snakemake.log").write_text("Complete log(s)\n")
    failures.record(layout, "encoder", "encoder", "the hub cannot be reached")
    for kind, name in (("activations", "eng.train"), ("teacher", "eng.s0")):
        why = "the encoder failed: the hub cannot be reached"
        failures.record(layout, kind, name, f"the activations failed: {why}")
    failures.record(layout, "cell", "ts/eng/deu/steps/n2/s0", "the encoder failed: it is gated")
    assert told(layout) == [
        "xnerbench: cell ts/eng/deu/steps/n2/s0 failed: the encoder failed: it is gated",
        "xnerbench: encoder encoder failed: the hub cannot be reached",
        "xnerbench: 2 more failed for want of what failed above, which `xnerbench status` lists",
    ]
