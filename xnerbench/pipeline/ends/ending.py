"""How a run that failed ends: for each job, what it was for and the last line of its log.

Snakemake ends with the shell line of a failed job, above which everything else has scrolled away.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from xnerbench.pipeline.ends import failures
from xnerbench.study.layout import Layout

Before = Mapping[tuple[str, str], tuple[int, str]]

SHOWN = 5
"""Jobs that are told of each kind."""
_COMMAND = re.compile(r"^Command '(.*?)' (?:returned|died)", re.MULTILINE | re.DOTALL)
_LOG = re.compile(r"(?:tee|--log|2>) (\S+\.log)\b")


def tell(layout: Layout, snakemake_logs: Iterable[str], before: Before) -> None:
    """Prints them on standard error; arguments as of `lines`."""
    for line in lines(layout, snakemake_logs, before):
        print(line, file=sys.stderr, flush=True)


def lines(layout: Layout, snakemake_logs: Iterable[str], before: Before) -> Iterator[str]:
    """What to print at the end of a run.

    Args:
        layout: The study's paths.
        snakemake_logs: The run's own log files.
        before: `failures.all_of` when it began: those are old news. Counts, as a clock may be set meanwhile.
    """
    jobs = [line for path in snakemake_logs for line in _failed_commands(layout, Path(path))]
    yield from _some(list(dict.fromkeys(jobs)))
    new = {
        (kind, name): reason
        for (kind, name), (times, reason) in failures.all_of(layout).items()
        if times > before.get((kind, name), (0, ""))[0]
    }
    reasons = set(new.values())
    alone = [
        f"xnerbench: {kind} {name} failed: {reason}{_beside(layout, kind, name)}"
        for (kind, name), reason in new.items()
        if not _is_told(reason, reasons)
    ]
    yield from _some(alone)
    if behind := len(new) - len(alone):
        yield f"xnerbench: {behind} more failed for want of what failed above, which `xnerbench status` lists"


def _is_told(reason: str, reasons: set[str]) -> bool:
    """Whether it is what failed before it, as `jobs.parts.upstream` words it: the reason is told there."""
    parts = reason.split(" failed: ")
    return any(" failed: ".join(parts[first:]) in reasons for first in range(1, len(parts)))


def _beside(layout: Layout, kind: str, name: str) -> str:
    """A line with the artifact's log; its folder is the kind's plural (`cells`, `corpora`)."""
    for log in sorted(layout.log("", "").parent.glob(f"*/{name}.log")):
        if log.relative_to(layout.work / "logs").parts[0].startswith(kind[:4]):
            return f"\n  its log: {log}"
    return ""


def _failed_commands(layout: Layout, snakemake_log: Path) -> Iterator[str]:
    try:
        text = snakemake_log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for command in _COMMAND.findall(text):
        if (found := _LOG.search(command)) is None:
            continue
        log = Path(found[1])
        yield f"xnerbench: {_job_of(layout, log)} failed: {last_line(log)}\n  its log: {log}"


def _job_of(layout: Layout, log: Path) -> str:
    """What a job was for, from its log: the inverse of `Layout.log`."""
    root = layout.log("", "").parent
    kind, *name = (
        log.relative_to(root).with_suffix("").parts if log.is_relative_to(root) else (str(log),)
    )
    return " ".join([kind, "/".join(name)]).strip()


def last_line(log: Path) -> str:
    """The last line with something on it."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "it left no log"
    found = [line.strip() for line in text.splitlines() if line.strip()]
    return found[-1][:500] if found else "its log is empty"


def _some(told: list[str]) -> Iterator[str]:
    yield from told[:SHOWN]
    if len(told) > SHOWN:
        yield f"xnerbench: and {len(told) - SHOWN} more, which `xnerbench status` lists"


def tidy(layout: Layout) -> None:
    """Takes a partial report away once the study has its final one."""
    partial = layout.partial / "report.html"
    with contextlib.suppress(OSError):
        if layout.report.stat().st_mtime >= partial.stat().st_mtime:
            shutil.rmtree(layout.partial)
