"""A full disk and a read-only folder: one sentence, and nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests import small_study
from tests.learning.conftest import small_bert
from xnerbench.errors import InputError
from xnerbench.jobs import subset
from xnerbench.jobs.parts import running
from xnerbench.learning.encoders import checkpoint
from xnerbench.learning.layers.tensors import write_tensors
from xnerbench.pipeline.beforehand import workspace
from xnerbench.pipeline.ends import failures
from xnerbench.storage import artifacts
from xnerbench.storage.artifacts import write_json
from xnerbench.study.layout import Layout


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    with pytest.raises(OSError), (disk / "ballast").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()


@pytest.mark.parametrize("kind", ["tensors", "parquet", "text"])
def test_a_full_disk_leaves_no_file_and_no_part_of_one(kind: str, disk: Path) -> None:
    import pyarrow as pa

    noise = np.random.default_rng(0).random(200_000)
    path = disk / "made" / "file"
    with pytest.raises(OSError, match="No space left") as caught:
        match kind:
            case "tensors":
                write_tensors(path, {"noise": noise}, {"status": "ok"})
            case "parquet":
                artifacts.write_parquet(path, pa.table({"noise": noise}))
            case "text":
                artifacts.write_text(path, "x" * 400_000)
    assert caught.value.errno == 28
    assert list(path.parent.iterdir()) == []


def test_a_job_on_a_full_disk_ends_with_a_sentence(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*_: object, **__: object) -> None:
        write_tensors(disk / "file.safetensors", {"noise": np.zeros(200_000)}, {})

    def never(*_: object) -> None:
        raise AssertionError("a full disk takes no failed artifact either")

    study = small_study.load({**small_study.RAW}, disk)
    monkeypatch.setattr(subset, "run", make)
    monkeypatch.setattr(failures, "settle", never)
    with pytest.raises(InputError, match=r"cannot write: No space left.*Free some space"):
        running.run(study, Layout(study), "subset", {"target": "deu", "seed": "0"})


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_run_is_told_before_it_trains(state, disk, monkeypatch) -> None:
    monkeypatch.chdir(disk)
    layout = Layout(small_study.load({**small_study.RAW}, disk))
    workspace.check(layout)
    assert list(disk.iterdir()) == []
    if state == "full":
        fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    before = sorted(disk.iterdir())
    with pytest.raises(InputError, match="cannot write"):
        workspace.check(layout)
    assert sorted(disk.iterdir()) == before


@pytest.mark.skipif(os.getuid() != 0, reason="to be another user needs root")
@pytest.mark.parametrize("mode", [0o755, 0o700])
@pytest.mark.parametrize(
    "place",
    [
        ".",
        ".snakemake",
        ".snakemake/metadata/@x",
        ".snakemake/metadata/file",
        "work",
        "work/small",
        "work/small/cells/ts",
        "results/small/tables",
    ],
)
def test_another_users_folder_is_told_before_it_trains(place: str, mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        if place.endswith("file"):
            (folder / place).touch()
        else:
            (folder / place).mkdir(exist_ok=True)
        for path in (folder, *folder.rglob("*")):
            path.chmod(mode if path == folder / place else 0o777)
        layout = Layout(small_study.load({**small_study.RAW}, folder))

        def told() -> bool:
            os.chdir(folder)
            os.setuid(65534)
            try:
                workspace.check(layout)
            except InputError as error:
                whose = "" if place == "." else ", it is root's"  # a folder that cannot be entered
                return f"no access: Permission denied{whose}" in str(error)
            return False

        assert in_a_child(told)


def in_a_child(true: Callable[[], bool]) -> bool:
    """Whether something holds in a process of its own, which may give up its rights."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if true() else 2
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(os.getuid() != 0, reason="to be another user needs root")
def test_weights_that_may_not_be_read_are_not_called_absent() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        small_bert(folder / "bert")
        (folder / "bert/model.safetensors").chmod(0o600)
        checkpoint.check_folder(folder / "bert", False)  # what it imports may be root's, too

        def told() -> bool:
            os.setuid(65534)
            try:
                checkpoint.check_folder(folder / "bert", False)
            except InputError as error:
                return "model.safetensors: no access: Permission denied" in str(error)
            return False

        assert in_a_child(told)


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o077])
def test_others_may_read_what_the_umask_lets_them(umask: int, tmp_path: Path) -> None:
    """Also what safetensors writes, which is for the owner alone: a failed teacher, an encoder's folder."""
    before = os.umask(umask)
    try:
        write_tensors(tmp_path / "a.safetensors", {"x": np.zeros(1)}, {})
        failures.write_failed(tmp_path / "b.safetensors", {"status": "failed"})
        artifacts.write_text(tmp_path / "c.json", "{}")
        small_bert(tmp_path / "partial")
        artifacts.replace_folder(tmp_path / "partial", tmp_path / "encoder")
    finally:
        os.umask(before)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert {path.stat().st_mode & 0o777 for path in written} == {0o666 & ~umask}


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_the_command_says_it_in_one_line(state: str, disk: Path) -> None:
    study = small_study.load(small_study.write(disk), disk)
    write_json(disk / "study.json", study.to_dict())
    if state == "full":
        fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    command = ["corpus", "prepare", "--config", "study.json", "--language", "eng"]
    run = subprocess.run(
        [sys.executable, "-m", "xnerbench", *command, "--role", "source"],
        cwd=disk,
        env={**os.environ, "XNERBENCH_WARM": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2, run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    said = {"full": "No space left on device", "read-only": "Read-only file system"}[state]
    assert f"cannot write: {said}. Free some space" in run.stderr


def test_files_of_the_future_are_of_now_in_the_order_of_their_making(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock ran ahead by a day while a study was made; then it was set right."""
    monkeypatch.chdir(tmp_path)
    layout = Layout(small_study.load({**small_study.RAW}, tmp_path))
    now = time.time()
    times = {"old": now - 5000, "fresh": now + 5, "made": now + 90_000, "input": now + 86_400}
    for name, written in times.items():
        artifacts.write_text(layout.work / "cells" / name, name)
        os.utime(layout.work / "cells" / name, (written, written))
    (layout.work / "cells/link").symlink_to("nowhere")
    assert workspace.settle_times(layout) == 2
    found = {name: (layout.work / "cells" / name).stat().st_mtime for name in times}
    assert found["old"] == pytest.approx(times["old"])
    assert found["fresh"] == pytest.approx(times["fresh"])
    assert now <= found["input"] < found["made"] < now + 60
    assert workspace.settle_times(layout) == 0
