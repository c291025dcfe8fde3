"""Failed artifacts: counted, written whole, and explained."""

from __future__ import annotations

import json
import signal
from argparse import Namespace
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.commands.study import fail
from xnerbench.pipeline.ends import failures
from xnerbench.pipeline.stages import STAGES
from xnerbench.scoring.collect import safetensors_record
from xnerbench.storage.artifacts import read_json, read_parquet, write_json
from xnerbench.study.layout import Layout

CELL = "ts/eng/deu/steps/n2/s0"
NAMES = {
    "encoder": "encoder",
    "subset": "deu.s0",
    "activations": "deu.pool",
    "features": "eng.train",
    "teacher": "eng+deu.s0",
    "reliability": "eng.s0",
    "softlabels": "deu/eng.s0",
    "weights": "deu/eng+spa.s0",
    "confidence": "deu/eng+spa.s0",
    "cell": CELL,
    "branches": "ts/eng/deu/updates/n2/s0",
}


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.chdir(tmp_path)
    raw = {**small_study.write(tmp_path), "budgets": ["steps"], "updates": [5, 10]}
    loaded = small_study.load(raw, tmp_path)
    write_json(Layout(loaded).config_file, loaded.to_dict())
    return Layout(loaded)


def test_failures_are_counted_and_the_latest_reason_kept(layout: Layout) -> None:
    assert failures.count(layout, "cell", CELL) == 0
    assert failures.record(layout, "cell", CELL, "NaN") == 1
    assert failures.record(layout, "cell", CELL, "disk full") == 2
    assert failures.record(layout, "teacher", "eng.s0", "NaN") == 1
    assert failures.count(layout, "cell", CELL) == 2
    assert failures.all_of(layout) == {
        ("cell", CELL): (2, "disk full"),
        ("teacher", "eng.s0"): (1, "NaN"),
    }


def test_a_damaged_count_starts_again(layout: Layout) -> None:
    failures.record(layout, "cell", CELL, "NaN")
    layout.failure("cell", CELL).write_text("{")
    assert failures.count(layout, "cell", CELL) == 0
    assert failures.record(layout, "cell", CELL, "NaN") == 1


@pytest.mark.parametrize("kind", NAMES)
def test_a_settled_failure_leaves_whole_files_with_the_reason(layout: Layout, kind: str) -> None:
    failures.settle(layout.config, layout, kind, NAMES[kind], "a <reason>, ünïcode")
    paths = STAGES[kind].files(layout, NAMES[kind])
    assert paths
    for path in paths:
        match path.suffix:
            case ".json":
                record = read_json(path)
            case ".parquet":
                record = read_parquet(path)[1]
            case _:
                record = safetensors_record(path)
        assert (record["status"], record["reason"]) == ("failed", "a <reason>, ünïcode")
    assert failures.count(layout, kind, NAMES[kind]) == 1


@pytest.mark.parametrize(
    ("role", "files"), [("source", 2), ("target", 3), ("gold", 1), ("heldout", 1)]
)
def test_a_failed_corpus_has_every_file_of_its_role(layout: Layout, role: str, files: int) -> None:
    assert len(STAGES["corpus"].files(layout, f"deu.{role}")) == files


def test_every_kind_of_artifact_is_known() -> None:
    assert set(failures.KINDS) == {*NAMES, "corpus"}


def ended(layout: Layout, status: int, attempt: int, log: str = "") -> int:
    path = Path("job.log")
    path.write_text(log)
    return fail.run(
        Namespace(
            config=layout.config_file,
            kind="cell",
            name=CELL,
            status=status,
            attempt=attempt,
            log=path,
        )
    )


def test_a_killed_job_is_tried_again_and_then_counts_as_failed(layout: Layout) -> None:
    killed = 128 + signal.SIGKILL
    assert ended(layout, killed, attempt=1) == killed
    assert not layout.cell(CELL).exists()
    assert ended(layout, killed, attempt=2) == 0
    assert "killed by signal 9" in read_parquet(layout.cell(CELL))[1]["reason"]


def test_a_job_that_the_scheduler_ended_with_its_shell_counts_as_failed_in_the_end(
    layout: Layout,
) -> None:
    """Its `fail` never ran in the first attempts; the last attempt does nothing else."""
    assert ended(layout, 1, attempt=3) == 0
    assert "ended by the system in 2 attempts" in read_parquet(layout.cell(CELL))[1]["reason"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_is_no_failure(layout: Layout, number: int) -> None:
    assert ended(layout, 128 + number, attempt=2) == 128 + number
    assert failures.count(layout, "cell", CELL) == 0


def test_bad_input_fails_at_once_with_its_message(layout: Layout) -> None:
    log = "a warning\nxnerbench: deu.conll:3: no tag column. Set tag_column.\n\n"
    assert ended(layout, 2, attempt=1, log=log) == 0
    reason = read_parquet(layout.cell(CELL))[1]["reason"]
    assert reason == "deu.conll:3: no tag column. Set tag_column."
    assert json.loads(layout.failure("cell", CELL).read_text())["reason"] == reason
