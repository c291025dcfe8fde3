"""Which encoder a tagger stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EncoderSpec:
    """The encoder folder and how much of it is trained.

    Attributes:
        folder: Written by `encoder.prepare`.
        freeze: Layers below this one are frozen; their output is in the activation files.
        precision: `fp32` or `bf16`.
        device: `cpu` or `cuda`.
    """

    folder: Path
    freeze: int
    precision: str = "fp32"
    device: str = "cpu"
