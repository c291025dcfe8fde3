"""The warm process: same results, exit statuses passed on, no process left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_study
from xnerbench.pipeline import warm
from xnerbench.storage.artifacts import read_parquet, write_json

COMMAND = ["corpus", "prepare", "--config", "study.json", "--language", "eng", "--role", "source"]
OUTPUT = "work/small/corpora/eng/train.parquet"


@contextlib.contextmanager
def changed_server(changes: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that imports nothing beforehand and whose parts were changed, and its address."""
    code = (
        "import os, sys, time; from xnerbench.pipeline import warm; warm.PRELOAD = (); "
        f"{changes}; warm.serve(sys.argv[1])"
    )
    with tempfile.TemporaryDirectory(prefix="xner-") as folder:
        address = f"{folder}/warm"
        process = subprocess.Popen([sys.executable, "-c", code, address])
        try:
            wait_for(Path(address).exists)
            yield process, address
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


STARTED = "started"
"""File that an endless job writes into its folder."""


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
    with changed_server(
        "run = warm._run; "
        f"endless = lambda: (open('{STARTED}', 'w').close(), time.sleep(600)); "
        "warm._run = lambda argv: endless() if 'forever' in argv else run(argv); "
        "warm._modules = lambda: {'xnerbench.commands.corpora.corpus'}"
    ) as running:
        yield running


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


def test_the_first_jobs_wait_for_what_the_server_imports(study) -> None:
    changes = (
        "warm._modules = lambda: (time.sleep(2), set())[1]; "
        "warm._run = lambda argv: print('forked', argv[0]) or sys.stdout.flush() or 0"
    )
    with changed_server(changes) as (_, address):
        clients = [start(study, address, *COMMAND) for _ in range(2)]
        assert [client.communicate()[0] for client in clients] == ["forked corpus\n"] * 2


def test_commands_that_run_once_are_not_taken(
    server, study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(warm.VARIABLE, server[1])
    monkeypatch.chdir(study)
    for command in ("report", "status", "nonsense"):
        assert warm.call([command]) is None
    assert warm.call([]) is None
    assert warm.call(COMMAND) == 0
    wait_for(lambda: not children(server[0].pid))


def endless_job(server: tuple[subprocess.Popen[bytes], str], folder: Path) -> tuple:
    """A job that does not end by itself."""
    process, address = server
    before = set(children(process.pid))
    client = start(folder, address, *COMMAND[:3], "forever", *COMMAND[4:])
    # One that is killed before it has answered is no killed job: its client runs the command itself.
    wait_for((folder / STARTED).exists)
    (child,) = set(children(process.pid)) - before
    return client, child


def test_a_killed_client_takes_its_child_with_it(server, study) -> None:
    client, child = endless_job(server, study)
    client.kill()
    client.communicate()
    wait_for(lambda: not alive(child))
    wait_for(lambda: not children(server[0].pid))


def test_a_killed_child_is_reported_as_killed(server, study) -> None:
    client, child = endless_job(server, study)
    os.kill(child, signal.SIGKILL)
    client.communicate(timeout=60)
    assert client.returncode == 128 + signal.SIGKILL


def test_the_client_loads_next_to_nothing() -> None:
    code = (
        "import xnerbench.__main__, sys; from xnerbench.pipeline import warm; warm.call(['cell']); "
        "print(len([m for m in sys.modules if m.startswith('xnerbench')]))"
    )
    environ = {**os.environ, warm.VARIABLE: "/nowhere"}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    assert int(out.stdout) == 4


def test_the_server_ends_with_its_parent() -> None:
    """The parent dies without a word, as under SIGKILL."""
    with tempfile.TemporaryDirectory(prefix="xner-") as folder:
        code = (
            "import os, subprocess, sys, time, pathlib\n"
            f"address = {folder!r} + '/deep/warm'\n"
            "os.mkdir(os.path.dirname(address))\n"
            "server = 'import sys; from xnerbench.pipeline import warm; warm.PRELOAD = (); '\\\n"
            "    'warm._modules = set; warm.serve(sys.argv[1])'\n"
            "child = subprocess.Popen([sys.executable, '-c', server, address])\n"
            "while not os.path.exists(address): time.sleep(0.05)\n"
            "print(child.pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        wait_for(lambda: not alive(int(out.stdout)))
        wait_for(lambda: not Path(folder, "deep").exists())


def files_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def connected(address: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    return connection


GARBAGE = {
    "nothing": b"",
    "no JSON": b"garbage\n",
    "deep JSON": b"[" * 200_000 + b"\n",
    "a list": b"[]\n",
    "no folder": b'{"argv": ["corpus"], "environ": {}, "cwd": "/nowhere/at/all"}\n',
    "numbers": b'{"argv": 7, "environ": {"a": 7}, "cwd": 7}\n',
    "no end": b"x" * 100_000,
    "not UTF-8": b"\xff\xfe\n",
}


@pytest.mark.tried("Garbage for the warm process", "refused")
@pytest.mark.parametrize("garbage", GARBAGE, ids=str)
@pytest.mark.parametrize("files", [0, 3, 9])
def test_garbage_kills_nothing_and_leaks_nothing(server, study, garbage, files) -> None:
    process, address = server
    wait_for(lambda: not children(process.pid))
    before = files_of(process.pid)
    client, _ = endless_job(server, study)
    with connected(address) as connection, Path(os.devnull).open() as null:
        if files:
            socket.send_fds(connection, [b"\n"], [null.fileno()] * files)
        with contextlib.suppress(OSError):
            connection.sendall(GARBAGE[garbage])
    assert client.poll() is None and process.poll() is None, "another job went on"
    client.kill()
    client.communicate()
    wait_for(lambda: not children(process.pid))
    wait_for(lambda: files_of(process.pid) == before)


def test_a_silent_client_holds_nobody_up(server, study) -> None:
    with connected(server[1]):
        begun = time.monotonic()
        client = start(study, server[1], *COMMAND)
        client.communicate()
        assert client.returncode == 0
        assert time.monotonic() - begun < warm.PATIENCE - 1


def test_where_no_fork_is_to_be_had_the_client_runs_the_command(study) -> None:
    changes = "warm._modules = set; os.fork = lambda: (_ for _ in ()).throw(OSError(11, 'no'))"
    with changed_server(changes) as (process, address):
        client = start(study, address, *COMMAND)
        output, error = client.communicate()
        assert (client.returncode, error) == (0, "") and output.startswith("eng (source): ")
        assert process.poll() is None


@pytest.mark.parametrize("why", ["another user", "a folder that others can enter"])
def test_nothing_is_handed_to_somebody_else(why, tmp_path, monkeypatch) -> None:
    """A socket that is not this user's, or could be anybody's, gets not a byte."""
    folder = tmp_path / "s"
    folder.mkdir(mode=0o700 if why == "another user" else 0o755)
    folder.chmod(0o700 if why == "another user" else 0o755)
    monkeypatch.setenv(warm.VARIABLE, str(folder / "warm"))
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("warm")
        listener.listen(1)
        monkeypatch.setenv(warm.VARIABLE, "warm")
        monkeypatch.setattr(warm.Path, "cwd", lambda: folder)
        if why == "another user":
            monkeypatch.setattr(warm.struct, "unpack", lambda *_: (1, os.getuid() + 1, 1))
        assert warm.call(COMMAND) is None
        other, _ = listener.accept()
        with other:
            assert other.recv(10) == b""


def test_tokens_stay_at_home(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o700)
    monkeypatch.setenv(warm.VARIABLE, "warm")
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "MY_API_KEY"):
        monkeypatch.setenv(name, "hush")
    got = []

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            _, files, _, _ = socket.recv_fds(connection, 1, 3)
            got.append(connection.makefile("rb").readline())
            for file in files:
                os.close(file)
            connection.sendall(b"+0")

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("warm")
        listener.listen(1)
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        assert warm.call(COMMAND) == 0
        thread.join()
    assert b"PATH" in got[0] and b"hush" not in got[0]


def test_stopping_leaves_no_folder(monkeypatch) -> None:
    class Workflow:
        local_exec = True

    monkeypatch.delenv(warm.VARIABLE, raising=False)
    warm.start(Workflow())
    folder = Path(os.environ[warm.VARIABLE]).parent
    assert folder.stat().st_mode & 0o077 == 0
    warm.stop()  # at once, before the server has loaded anything
    assert not folder.exists() and warm.VARIABLE not in os.environ
