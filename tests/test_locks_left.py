"""The lock that a killed run leaves: one sentence says whose it is and how to go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.errors import InputError
from xnerbench.pipeline import snakemake_api
from xnerbench.pipeline.beforehand import lock
from xnerbench.study.layout import Layout

ROOT = Path(__file__).parent.parent
LOCKED = ["work/small/cells/ts/eng/deu/steps/n2/s0.parquet"]


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.chdir(tmp_path)
    return Layout(small_study.load(small_study.RAW, tmp_path))


def test_a_killed_run_leaves_a_command_to_go_on_with(layout: Layout) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    lock.begin(layout)
    note = json.loads(layout.run_note.read_text())
    layout.run_note.write_text(json.dumps({**note, "process": process.pid}))
    said = lock.told(layout, LOCKED, ["my study.yaml"], None)
    suite = f"--snakefile {ROOT}/Snakefile"
    assert "was killed" in said
    assert f"`snakemake --unlock --configfile 'my study.yaml' {suite}`" in said
    assert f"--config study=a.yaml {suite}`" in lock.told(layout, LOCKED, [], "a.yaml")
    Path("Snakefile").touch()
    assert "--configfile a.yaml`" in lock.told(layout, LOCKED, ["a.yaml"], None)
    own = lock.told(layout, LOCKED, ["a.yaml"], None, str(Path("Snakefile").absolute()))
    assert "--configfile a.yaml`" in own
    other = lock.told(layout, LOCKED, ["a.yaml"], None, "/other/Snakefile")
    assert "--configfile a.yaml --snakefile /other/Snakefile`" in other


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="start times are Linux's")
def test_another_process_of_the_same_number_is_not_the_run(layout: Layout) -> None:
    lock.begin(layout)
    note = json.loads(layout.run_note.read_text())
    layout.run_note.write_text(json.dumps({**note, "started": "1"}))
    assert "was killed" in lock.told(layout, LOCKED, [], None)


def test_a_living_run_is_named(layout: Layout) -> None:
    lock.begin(layout)
    said = lock.told(layout, LOCKED, ["a.yaml"], None)
    assert said.startswith(f"process {os.getpid()} is running this study here")
    lock.end(layout)
    assert not layout.run_note.exists()


@pytest.mark.parametrize(
    "note", [None, "{", "[]", '{"process": "x"}', '{"host": "elsewhere", "process": 1}']
)
def test_where_nobody_knows_both_are_said(layout: Layout, note: str | None) -> None:
    if note is not None:
        layout.run_note.parent.mkdir(parents=True)
        layout.run_note.write_text(note)
    said = lock.told(layout, LOCKED, ["a.yaml"], None)
    assert "another run has locked this study, or was killed" in said and "--unlock" in said


def test_another_studys_living_run_is_named(layout: Layout) -> None:
    """Studies share encoders, and Snakemake takes all locks of a folder away at once."""
    other = Layout(small_study.load({**small_study.RAW, "study": "other"}, Path.cwd()))
    locked = [str(other.scores("deu")), str(layout.encoder_record)]
    lock.begin(other)
    said = lock.told(layout, locked, ["a.yaml"], None)
    assert said.startswith(
        f"process {os.getpid()} is running work/other, and its lock is in the way"
    )
    assert "--unlock" not in said
    lock.end(other)


def test_a_second_run_is_refused_whatever_became_of_the_first_ones_lock(layout: Layout) -> None:
    code = (
        "import sys; from pathlib import Path; from tests import small_study; "
        "from xnerbench.pipeline.beforehand import lock; "
        "from xnerbench.study.layout import Layout; "
        "lock.begin(Layout(small_study.load(small_study.RAW, Path.cwd()))); print('begun', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"begun\n"
        before = layout.run_note.read_text()
        with pytest.raises(InputError, match=f"process {first.pid} on .* is running this study"):
            lock.begin(layout)
        assert layout.run_note.read_text() == before
        first.kill()
    lock.begin(layout)
    assert json.loads(layout.run_note.read_text())["process"] == os.getpid()
    lock.end(layout)


@pytest.mark.parametrize("begun", [False, True])
def test_a_run_that_never_began_says_at_its_end_what_was_in_its_way(
    begun: bool, layout: Layout, monkeypatch, capsys
) -> None:
    registered: list[Callable[[], None]] = []
    monkeypatch.setattr(lock.atexit, "register", registered.append)
    monkeypatch.setattr(lock, "_begun", begun)
    lock.watch(layout, lambda: LOCKED, ["a.yaml"], None)
    registered[0]()
    said = capsys.readouterr().err
    assert said == "" if begun else said.startswith("xnerbench: another run has locked this study")


def test_locks_of_other_studies_are_theirs(layout: Layout) -> None:
    assert lock.told(layout, ["work/other/x", "results/other/scores.csv"], [], None) == ""
    assert lock.told(layout, [], [], None) == ""


def test_locks_are_read_as_snakemake_writes_them(layout: Layout, monkeypatch) -> None:
    folder = Path(".snakemake/locks")
    folder.mkdir(parents=True)
    (folder / "0.output.lock").write_text("\n".join(LOCKED) + "\n")
    assert snakemake_api.locked_paths() == LOCKED
    monkeypatch.setattr(sys, "argv", ["snakemake", "--unlock"])
    assert snakemake_api.locked_paths() == []
