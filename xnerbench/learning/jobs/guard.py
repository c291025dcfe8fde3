"""What every job shares: reading upstream artifacts, and ending with a whole artifact whatever happens.

A job that fails writes its artifact with `status: failed` and a reason, so that one bad cell never stops the
others and shows up in the scores.
"""

from __future__ import annotations

import dataclasses
import errno
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from xnerbench import failures
from xnerbench.artifacts import read_json
from xnerbench.config import Config, Recipe
from xnerbench.errors import InputError
from xnerbench.layout import Layout, joined
from xnerbench.learning import tagger, training
from xnerbench.learning.activations import Activations, read_record
from xnerbench.learning.teacher import EncoderSpec


class UpstreamFailed(Exception):
    """Something that this job needs failed before."""


@contextmanager
def failing(
    layout: Layout, kind: str, name: str, write_failed: Callable[[dict[str, Any]], None]
) -> Iterator[None]:
    """Turns an exception into a failed artifact with a reason, and counts it for the next call.

    A full disk or a read-only folder cannot even take that: it ends the job with one sentence.

    Raises:
        InputError: Nothing can be written.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EACCES):
            raise _cannot_write(error) from error
        if not isinstance(error, (UpstreamFailed, training.TrainingFailed, InputError)):
            traceback.print_exc()
        reason = " ".join(str(error).split()) or type(error).__name__
        print(f"xnerbench: {kind} {name} failed: {reason}", file=sys.stderr)
        try:
            write_failed({"status": "failed", "reason": reason[:500]})
            failures.record(layout, kind, name, reason[:500])
        except OSError as second:
            raise _cannot_write(second) from second


def _cannot_write(error: OSError) -> InputError:
    return InputError(
        f"cannot write: {error.strerror}",
        str(error.filename or ""),
        "Free some space or mend the folder's permissions, and run again; finished files are kept",
    )


def succeeded(record: dict[str, Any], what: str) -> dict[str, Any]:
    """Returns the record of an artifact that succeeded, or raises `UpstreamFailed` with its reason."""
    if record.get("status") != "ok":
        raise UpstreamFailed(f"{what} failed: {record.get('reason', 'no record')}")
    return record


def open_activations(layout: Layout, language: str, split: str) -> Activations:
    """Opens an activation file; raises `UpstreamFailed` when making it failed."""
    activations = Activations(layout.activations(language, split))
    succeeded(activations.record, f"the encoding of {language} {split}")
    return activations


def encoder_spec(config: Config, layout: Layout) -> EncoderSpec:
    """The study's encoder folder, freezing, device, and the precision in force."""
    record = succeeded(read_json(layout.encoder_record), "the encoder")
    freeze = config.encoder.freeze
    if freeze >= record["layers"]:
        raise InputError(
            f"{freeze} of {record['layers']} layers frozen leaves nothing to train",
            "encoder.freeze",
            f"Choose 0 to {record['layers'] - 1}",
        )
    precision = config.compute.precision
    if precision == "auto":
        precision = record["faster_precision"]
    return EncoderSpec(layout.encoder, freeze, precision, config.compute.device)


def training_recipe(recipe: Recipe, min_steps: int) -> training.Recipe:
    """The configuration's recipe as the training loop's, with the budget's least number of updates."""
    values = dataclasses.asdict(recipe) | {"min_steps": min_steps}
    return training.Recipe(**values)


def load_teacher(
    layout: Layout, spec: EncoderSpec, sources: tuple[str, ...], seed: int
) -> tuple[tagger.Tagger, dict[str, Any]]:
    """Loads a teacher and its record; raises `UpstreamFailed` when training it failed."""
    path = layout.teacher(sources, seed)
    record = succeeded(read_record(path), f"the teacher {joined(sources)} (seed {seed})")
    return tagger.load(path, spec.folder, spec.freeze)[0], record
