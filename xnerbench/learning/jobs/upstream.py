"""Opening what earlier jobs made, or failing with their reason.

Apart from `guard`, so that a job depends on the code of what it opens and of nothing else: an edit
re-plans every job that can reach the edited module.
"""

from __future__ import annotations

from xnerbench.errors import InputError
from xnerbench.learning.activations import Activations
from xnerbench.learning.jobs.guard import succeeded
from xnerbench.learning.spec import EncoderSpec
from xnerbench.storage.artifacts import read_json
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


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
