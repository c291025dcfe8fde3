"""A process that has imported torch already and forks one child a job.

Importing torch and the learning modules takes seconds, training a small cell hardly more, and
Snakemake starts a process for every job. While Snakemake runs on this machine, a server imports
everything once, single-threaded; a job's `python -m xnerbench` then only hands over its
arguments, folder, environment and open files, and waits for the exit status. The child is a fork,
so it starts from the same state as a fresh process and computes the same bytes (a test compares).

Whatever goes wrong on the way to the server, the command runs in its own process as usual. The server only
accepts and forks: it is the child that reads the request, so nothing that a client sends, or does not send,
reaches the others. Both sides look at the other's user; secrets in the environment are not sent at all (the
child has the server's own). A client that is killed takes its child with it (the server sees the connection
close); the server ends with Snakemake.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import struct
import sys
from pathlib import Path
from typing import Any

VARIABLE = "XNERBENCH_WARM"
ARROW = ("pyarrow.parquet", "pyarrow.dataset", "pyarrow.pandas_compat")
PRELOAD = ("numpy", *ARROW, "torch", "safetensors.numpy", "yaml", "jsonschema")
SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|(?:API|ACCESS|PRIVATE)_?KEY", re.IGNORECASE)
"""Environment variables that stay where they are; a job's own are those of the Snakemake that started it."""
LONGEST = 2**24
"""Bytes of a request."""
PATIENCE = 10.0
"""Seconds that the server waits for a client's request, and a client for a connection."""
LOADING = 60.0
"""Seconds that a client waits for the first word of a server, which may still be importing."""
_server: Any = None


def call(argv: list[str]) -> int | None:
    """Runs a command in the warm process.

    Args:
        argv: Arguments of `python -m xnerbench`.

    Returns:
        Its exit status, or None where the command has to run here.
    """
    address = os.environ.get(VARIABLE)
    if not address or not argv:
        return None
    environ = {name: value for name, value in os.environ.items() if not SECRET.search(name)}
    request = {"argv": argv, "cwd": str(Path.cwd()), "environ": environ}
    connection = socket.socket(socket.AF_UNIX)
    with connection:
        try:
            connection.settimeout(PATIENCE)
            connection.connect(address)
            if not _is_mine(connection, address):
                return None
            socket.send_fds(connection, [b"\n"], [0, 1, 2])
            connection.sendall(json.dumps(request).encode() + b"\n")
            connection.settimeout(LOADING)
            if connection.recv(1) != b"+":
                return None
        except (OSError, ValueError):
            return None
        # The child runs by now: if no status ever comes it was killed, which is no reason to repeat it.
        with contextlib.suppress(OSError, ValueError):
            connection.settimeout(None)
            if answer := connection.recv(8):
                return int(answer)
    return 137


def _is_mine(connection: socket.socket, address: str) -> bool:
    """Whether the other end is of this user, and the socket in a folder that only this user can enter."""
    folder = Path(address).parent.stat()
    if folder.st_uid != os.getuid() or folder.st_mode & 0o077:
        return False
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return bool(struct.unpack("3i", told)[1] == os.getuid())


def start(workflow: Any) -> None:
    """Starts the server for a run on this machine, and tells the jobs where it is.

    Args:
        workflow: Snakemake's workflow; with a cluster's executor nothing is started.
    """
    global _server
    from xnerbench.pipeline.snakemake_api import runs_here

    if not runs_here(workflow) or os.environ.get(VARIABLE) == "" or not hasattr(socket, "send_fds"):
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
    """Ends the server of this run, if there is one, and removes its folder."""
    import shutil

    global _server
    if _server is not None:
        _server.terminate()
        _server.wait()
        _server = None
        if address := os.environ.pop(VARIABLE, ""):
            shutil.rmtree(Path(address).parent, ignore_errors=True)


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
    woken, wake = os.pipe()  # before anybody can connect, who may count what is open
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen(64)  # the first jobs wait for what each would have to import by itself
        for name in [*PRELOAD, *sorted(_modules())]:
            with contextlib.suppress(Exception):  # the command that needs it will say so
                importlib.import_module(name)
        gc.collect()
        gc.freeze()  # what is loaded by now stays shared between the children
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while os.getppid() == parent:
            # Of a connection only its end matters here: what comes in is for the child.
            poll = select.poll()
            for waiting in (listener.fileno(), woken):
                poll.register(waiting, select.POLLIN)
            for connection in children.values():
                poll.register(connection, getattr(select, "POLLRDHUP", 0))
            ready = {descriptor for descriptor, _ in poll.poll(1000)}
            if woken in ready:
                os.read(woken, 4096)
            if listener.fileno() in ready:
                _accept(listener, address, children, [woken, wake])
            for child in [c for c, connection in children.items() if connection.fileno() in ready]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)  # its client is gone
            _reap(children)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        # Otherwise the folder is `stop`'s: nobody else may take its name.
        if os.getppid() != parent:
            shutil.rmtree(Path(address).parent, ignore_errors=True)


def _reap(children: dict[int, socket.socket]) -> None:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            connection = children.pop(child)
            with connection, contextlib.suppress(OSError):
                connection.send(str(code if code >= 0 else 128 - code).encode())


def _accept(
    listener: socket.socket, address: str, children: dict[int, socket.socket], pipe: list[int]
) -> None:
    """Forks a child for one client; a client that cannot have one sees its connection end."""
    import time

    try:
        connection, _ = listener.accept()
    except OSError:
        time.sleep(0.1)  # out of descriptors, say: they come back as children end
        return
    try:
        child = os.fork() if _is_mine(connection, address) else None
    except OSError:
        child = None
    if child is None:
        connection.close()
        return
    if child:
        children[child] = connection
        return
    status = 1
    try:
        for other in [listener, *children.values()]:
            other.close()
        for end in pipe:
            os.close(end)
        status = _serve_one(connection)
    finally:
        os._exit(status)


def _serve_one(connection: socket.socket) -> int:
    """The child: reads its request and runs it; without one it ends, and the client runs the command."""
    files: list[int] = []
    try:
        connection.settimeout(PATIENCE)
        _, files, _, _ = socket.recv_fds(connection, 1, 3)
        with connection.makefile("rb") as lines:
            request = json.loads(lines.readline(LONGEST))
        if len(files) != 3 or not _is_served(request["argv"][0]):
            return 1
        _become(request, files)
        connection.sendall(b"+")
        connection.close()
    except Exception:
        return 1
    return _run([str(argument) for argument in request["argv"]])


def _is_served(command: str) -> bool:
    """Whether it is a stage that is forked; the server knows, so that a client need not import the stages."""
    from xnerbench.pipeline.stages import STAGES

    return command in STAGES and STAGES[command].forked


def _become(request: dict[str, Any], files: list[int]) -> None:
    """Takes over the client's files, folder and environment."""
    import signal

    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _die_with_parent(signal.SIGKILL)
    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    os.chdir(request["cwd"])
    own = {name: value for name, value in os.environ.items() if SECRET.search(name)}
    os.environ.clear()
    os.environ.update({**request["environ"], **own})


def _run(argv: list[str]) -> int:
    """Runs the command and returns its exit status."""
    import traceback

    from xnerbench.cli import main

    status = 0
    try:
        main(argv)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _modules() -> set[str]:
    """The modules behind the commands that are forked."""
    from xnerbench.pipeline.digests import INERT, modules_of
    from xnerbench.pipeline.stages import STAGES

    entries = [stage.entry for stage in STAGES.values() if stage.forked]
    return {*modules_of(*entries), *INERT, "xnerbench.commands.corpora.corpus"}


def _die_with_parent(number: int) -> None:
    """Asks Linux for a signal when the parent ends; elsewhere the server looks once a second."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, number)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    serve(sys.argv[1])
