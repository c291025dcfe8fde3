"""Opening what earlier jobs made, or failing with their reason.

Apart from `running`, so that a job depends on the code of what it opens and of nothing else: an edit re-plans
every job that can reach the edited module.
"""

from __future__ import annotations

from typing import Any

from xnerbench.errors import InputError, JobFailed
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.layers.tensors import read_record
from xnerbench.learning.taggers import tagger
from xnerbench.storage.artifacts import read_json
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, joined


class UpstreamFailed(JobFailed):
    """Something that this job needs failed before."""


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


def load_teacher(
    layout: Layout, spec: EncoderSpec, sources: tuple[str, ...], seed: int
) -> tuple[tagger.Tagger, dict[str, Any]]:
    """Loads a teacher and its record; raises `UpstreamFailed` when training it failed."""
    path = layout.teacher(sources, seed)
    record = succeeded(read_record(path), f"the teacher {joined(sources)} (seed {seed})")
    return tagger.load(path, spec.folder, spec.freeze)[0], record
