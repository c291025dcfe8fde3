"""The warm process: same results, exit statuses passed on, no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.pipeline import warm
from xnerbench.storage.artifacts import read_parquet, write_json

COMMAND = ["corpus", "prepare", "--config", "study.json", "--language", "eng", "--role", "source"]
OUTPUT = "work/small/corpora/eng/train.parquet"


def wait_for(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the latter when it ends while being read
        return False


def children(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server without torch, so that it is ready at once; the tests' parent is its parent."""
    with tempfile.TemporaryDirectory(prefix="xner-") as folder:
        address = f"{folder}/warm"
        code = (
            "import sys; from xnerbench import warm; warm.PRELOAD = (); "
            "warm._modules = lambda: {'xnerbench.commands.corpus'}; warm.serve(sys.argv[1])"
        )
        process = subprocess.Popen([sys.executable, "-c", code, address])
        wait_for(Path(address).exists)
        yield process, address
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    loaded = small_study.load(small_study.write(tmp_path), tmp_path)
    write_json(tmp_path / "study.json", loaded.to_dict())
    return tmp_path


def start(folder: Path, address: str, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "xnerbench", *command],
        cwd=folder,
        env={**os.environ, warm.VARIABLE: address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_command_runs_in_the_callers_folder_with_the_callers_files(server, study) -> None:
    process, address = server
    assert start(study, address, *COMMAND).communicate()[0].startswith("eng (source): ")
    warm_table = read_parquet(study / OUTPUT)[0]
    (study / OUTPUT).unlink()
    client = start(study, "", *COMMAND)
    client.communicate()
    assert client.returncode == 0
    assert read_parquet(study / OUTPUT)[0].equals(warm_table)
    assert process.poll() is None


def test_messages_and_exit_status_come_back(server, study) -> None:
    client = start(study, server[1], *COMMAND[:-3], "xxx", "--role", "source")
    _, error = client.communicate()
    assert client.returncode == 2
    assert error.startswith("xnerbench: --language: `xxx` is not in `sources`")


def test_without_a_server_the_command_runs_in_its_own_process(study) -> None:
    client = start(study, str(study / "nobody"), *COMMAND)
    output, error = client.communicate()
    assert (client.returncode, error) == (0, "")
    assert output.startswith("eng (source): ")


def test_commands_outside_the_list_are_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(warm.VARIABLE, "/nowhere")
    assert warm.call(["report"]) is None
    assert warm.call([]) is None


def fifo_job(server: tuple[subprocess.Popen[bytes], str], folder: Path) -> tuple:
    """A job that waits for ever: its configuration is a pipe that nobody writes."""
    process, address = server
    os.mkfifo(folder / "pipe")
    client = start(folder, address, *COMMAND[:3], "pipe", *COMMAND[4:])
    wait_for(lambda: children(process.pid))
    return client, children(process.pid)[0]


def test_a_killed_client_takes_its_child_with_it(server, study) -> None:
    client, child = fifo_job(server, study)
    client.kill()
    client.communicate()
    wait_for(lambda: not alive(child))
    wait_for(lambda: not children(server[0].pid))


def test_a_killed_child_is_reported_as_killed(server, study) -> None:
    client, child = fifo_job(server, study)
    os.kill(child, signal.SIGKILL)
    client.communicate(timeout=60)
    assert client.returncode == 128 + signal.SIGKILL


def test_the_client_loads_next_to_nothing() -> None:
    code = "import xnerbench.__main__, sys; print(len([m for m in sys.modules if m.startswith('xnerbench')]))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(out.stdout) == 3


def test_the_server_ends_with_its_parent() -> None:
    """The parent dies without a word, as under SIGKILL."""
    with tempfile.TemporaryDirectory(prefix="xner-") as folder:
        code = (
            "import os, subprocess, sys, time, pathlib\n"
            f"address = {folder!r} + '/deep/warm'\n"
            "os.mkdir(os.path.dirname(address))\n"
            "server = 'import sys; from xnerbench import warm; warm.PRELOAD = (); '\\\n"
            "    'warm._modules = set; warm.serve(sys.argv[1])'\n"
            "child = subprocess.Popen([sys.executable, '-c', server, address])\n"
            "while not os.path.exists(address): time.sleep(0.05)\n"
            "print(child.pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        wait_for(lambda: not alive(int(out.stdout)))
        wait_for(lambda: not Path(folder, "deep").exists())
