"""A SLURM cluster of one node on this machine, for as long as a test needs it.

It wants root and Debian's `slurm-wlm` and `munge`. The configuration has to stand in
/etc/slurm/slurm.conf, because the executor plugin clears SLURM_* from the environment; it is taken
away at the end, since every start of Snakemake waits for a controller while it is there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

CONFIGURATION = Path("/etc/slurm/slurm.conf")
GRES = Path("/etc/slurm/gres.conf")
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "sinfo")
SLURM = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
MinJobAge=300
KillWait=5
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} Gres=gpu:1
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def why_not() -> str:
    """Why no cluster can be started here; empty if one can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"SLURM is not installed ({', '.join(missing)}): apt install slurm-wlm munge"
    if os.geteuid() != 0:
        return "starting a cluster needs root"
    if CONFIGURATION.exists():
        return f"{CONFIGURATION} exists: a cluster of this machine's own is left alone"
    return ""


@contextmanager
def running(folder: Path, memory: int = 12_000) -> Iterator[None]:
    """Starts munged, slurmctld and slurmd, and ends them again.

    Args:
        folder: For state, spool and logs.
        memory: Megabytes that the node offers.
    """
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    text = SLURM.format(
        host=socket.gethostname(), folder=folder, cpus=os.cpu_count(), memory=memory
    )
    with ExitStack() as stack:
        stack.callback(CONFIGURATION.unlink, missing_ok=True)
        stack.callback(GRES.unlink, missing_ok=True)
        CONFIGURATION.write_text(text)
        GRES.write_text("Name=gpu File=/dev/null\n")  # a GPU to be asked for, not to be used
        if not Path("/run/munge/munge.socket.2").exists():
            subprocess.run(
                ["install", "-d", "-o", "munge", "-g", "munge", "/run/munge"], check=True
            )
            _daemon(stack, ["runuser", "-u", "munge", "--", "munged", "--foreground"], folder)
            _wait_for(["munge", "-n"])
        _daemon(stack, ["slurmctld", "-D"], folder)
        _daemon(stack, ["slurmd", "-D"], folder)
        _wait_for(["sh", "-c", "sinfo --noheader --format=%T | grep -q idle"])
        yield


def _daemon(stack: ExitStack, command: list[str], folder: Path) -> None:
    log = stack.enter_context((folder / f"{command[-2]}.out").open("wb"))
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _wait_for(command: list[str], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while subprocess.run(command, capture_output=True).returncode != 0:
        if time.monotonic() > end:
            raise TimeoutError(f"{' '.join(command)} did not succeed within {seconds:.0f} s")
        time.sleep(0.2)
