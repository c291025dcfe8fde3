"""A process that has imported torch already and forks one child a job.

Importing torch and the learning modules takes seconds, training a small cell hardly more, and
Snakemake starts a process for every job. While Snakemake runs on this machine, a server imports
everything once, single-threaded; a job's `python -m xnerbench` then only hands over its
arguments, folder, environment and open files, and waits for the exit status. The child is a fork,
so it starts from the same state as a fresh process and computes the same bytes (a test compares).

Whatever goes wrong on the way to the server, the command runs in its own process as usual. A
client that is killed takes its child with it (the server sees the connection close); the server
ends with Snakemake.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

VARIABLE = "XNERBENCH_WARM"
COMMANDS = frozenset(
    {"corpus", "subset", "activations", "features", "teacher", "softlabels", "weights", "cell"}
    | {"score"}
)
"""Commands worth a fork: those of the rules that run many times."""

PRELOAD = ("numpy", "pyarrow.parquet", "torch", "safetensors.numpy", "yaml", "jsonschema")
_server: Any = None


def call(argv: list[str]) -> int | None:
    """Runs a command in the warm process.

    Args:
        argv: Arguments of `python -m xnerbench`.

    Returns:
        Its exit status, or None where the command has to run here.
    """
    address = os.environ.get(VARIABLE)
    if not address or not argv or argv[0] not in COMMANDS:
        return None
    request = {"argv": argv, "cwd": str(Path.cwd()), "environ": dict(os.environ)}
    try:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address)
        socket.send_fds(connection, [b"\n"], [0, 1, 2])
        connection.sendall(json.dumps(request).encode() + b"\n")
        if connection.recv(1) != b"+":
            return None
    except OSError:
        return None
    # The child runs by now: if no status ever comes it was killed, which is no reason to repeat it.
    with connection, contextlib.suppress(OSError):
        if answer := connection.recv(8):
            return int(answer)
    return 137


def start(workflow: Any) -> None:
    """Starts the server for a run on this machine, and tells the jobs where it is.

    Args:
        workflow: Snakemake's workflow; with a cluster's executor nothing is started.
    """
    global _server
    if not workflow.local_exec or os.environ.get(VARIABLE) == "" or not hasattr(socket, "send_fds"):
        return
    import subprocess
    import tempfile

    # A short path of its own: the name of a Unix socket has at most about 100 characters.
    folder = tempfile.mkdtemp(prefix="xner-")
    address = f"{folder}/warm"
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    _server = subprocess.Popen(
        [sys.executable, "-m", "xnerbench.pipeline.warm", address],
        env={**os.environ, **single},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ[VARIABLE] = address


def stop() -> None:
    """Ends the server of this run, if there is one."""
    global _server
    if _server is not None:
        _server.terminate()
        _server.wait()
        _server = None
        os.environ.pop(VARIABLE, None)


def serve(address: str) -> None:
    """Serves until the parent process ends or SIGTERM comes; children then end, too."""
    import gc
    import importlib
    import select
    import shutil
    import signal

    parent = os.getppid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _die_with_parent(signal.SIGTERM)
    children: dict[int, socket.socket] = {}
    try:
        for name in [*PRELOAD, *sorted(_modules())]:
            with contextlib.suppress(Exception):  # the command that needs it will say so
                importlib.import_module(name)
        gc.collect()
        gc.freeze()  # what is loaded by now stays shared between the children
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen(64)
        while os.getppid() == parent:
            waiting = [listener, woken, *children.values()]
            ready, _, _ = select.select(waiting, [], [], 1.0)
            if woken in ready:
                os.read(woken, 4096)
            if listener in ready:
                connection, _ = listener.accept()
                if (child := _fork(connection, [listener, *children.values()])) is not None:
                    children[child] = connection
            for child in [c for c, connection in children.items() if connection in ready]:
                os.kill(child, signal.SIGKILL)  # its client is gone
            _reap(children)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        shutil.rmtree(Path(address).parent, ignore_errors=True)


def _reap(children: dict[int, socket.socket]) -> None:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            connection = children.pop(child)
            with connection, contextlib.suppress(OSError):
                connection.send(str(code if code >= 0 else 128 - code).encode())


def _fork(connection: socket.socket, others: list[socket.socket]) -> int | None:
    """Reads one request and forks its child; None when the client went away."""
    try:
        connection.settimeout(10)
        _, files, _, _ = socket.recv_fds(connection, 1, 3)
        with connection.makefile("rb") as lines:
            request = json.loads(lines.readline())
        connection.send(b"+")
    except (OSError, ValueError):
        connection.close()
        return None
    child = os.fork()
    if child:
        for file in files:
            os.close(file)
        return child
    status = 1
    try:
        for other in [connection, *others]:
            other.close()
        status = _run(request, files)
    finally:
        os._exit(status)


def _run(request: dict[str, Any], files: list[int]) -> int:
    """The child: takes over the client's files, folder and environment and runs the command."""
    import signal
    import traceback

    from xnerbench.cli import main

    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _die_with_parent(signal.SIGKILL)
    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environ"])
    status = 0
    try:
        main(request["argv"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _modules() -> set[str]:
    """The modules behind the warm commands."""
    from xnerbench.pipeline.digests import INERT, modules_of

    return {name for command in COMMANDS for name in modules_of(command)} | set(INERT)


def _die_with_parent(number: int) -> None:
    """Asks Linux for a signal when the parent ends; elsewhere the server looks once a second."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, number)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    serve(sys.argv[1])
