"""What every job shares: it ends with a whole artifact, whatever happens.

A job that fails writes its artifact with `status: failed` and a reason, so that one bad cell never stops the
others and shows up in the scores.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from xnerbench.errors import InputError, JobFailed, refused
from xnerbench.pipeline import failures
from xnerbench.study.layout import Layout


class UpstreamFailed(JobFailed):
    """Something that this job needs failed before."""


@contextmanager
def failing(
    layout: Layout, kind: str, name: str, write_failed: Callable[[dict[str, Any]], None]
) -> Iterator[None]:
    """Turns an exception into a failed artifact with a reason, and counts it for the next call.

    A full disk or a read-only folder cannot even take that: it ends the job with one sentence.

    Raises:
        InputError: The file system refuses a file.
        OSError: The same, when it refuses the failed artifact; the command line tells it as such.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and (told := refused(error)) is not None:
            raise told from error
        if not isinstance(error, (JobFailed, InputError)):
            traceback.print_exc()
        reason = " ".join(str(error).split()) or type(error).__name__
        print(f"xnerbench: {kind} {name} failed: {reason}", file=sys.stderr)
        write_failed({"status": "failed", "reason": reason[:500]})
        failures.record(layout, kind, name, reason[:500])


def succeeded(record: dict[str, Any], what: str) -> dict[str, Any]:
    """Returns the record of an artifact that succeeded, or raises `UpstreamFailed` with its reason."""
    if record.get("status") != "ok":
        raise UpstreamFailed(f"{what} failed: {record.get('reason', 'no record')}")
    return record
