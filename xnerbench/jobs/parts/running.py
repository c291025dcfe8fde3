"""Runs a stage's job so that it ends with whole files, whatever happens.

A job that fails leaves its files with `status: failed` and a reason, so that one bad cell never stops the
others and shows up in the scores.
"""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

from xnerbench.errors import InputError, JobFailed, refused
from xnerbench.pipeline.ends import failures, progress
from xnerbench.pipeline.stages import STAGES
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, stage: str, arguments: Mapping[str, Any]) -> None:
    """Runs one job of a stage and tells how it ended.

    Args:
        config: The study.
        layout: Its paths.
        stage: A name in `STAGES`.
        arguments: The stage's arguments, as text.

    Raises:
        InputError: The job was given something wrong, or the file system refuses a file: a full disk cannot even
            take a failed artifact.
    """
    known = STAGES[stage]
    job = importlib.import_module(known.entry)
    name, start = known.name_of(**arguments), time.monotonic()
    status = "ok"
    if not known.fails_alone:
        job.run(config, layout, **arguments)
        return
    try:
        job.run(config, layout, **arguments)
    except InputError:
        raise  # a mistake to be mended: nothing is written here, and `fail` notes it for a run
    except Exception as error:
        if isinstance(error, OSError) and (told := refused(error)) is not None:
            raise told from error
        if not isinstance(error, JobFailed):
            traceback.print_exc()
        reason = (" ".join(str(error).split()) or type(error).__name__)[:500]
        print(f"xnerbench: {stage} {name} failed: {reason}", file=sys.stderr)
        failures.settle(config, layout, stage, name, reason)
        status = "failed"
    ended = known.cells(config, **arguments)
    for cell in ended:
        seconds = (time.monotonic() - start) / len(ended)
        progress.finish(config, layout, cell, seconds, status)
