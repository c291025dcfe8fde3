"""Which encoder a tagger stands on, and which of the two paths computes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Post-norm BERT layers under `encoder.layer`, which `transformer.py` computes without padding.
PACKED_TYPES = ("bert", "roberta", "xlm-roberta", "camembert")


def is_packed(config: dict[str, Any]) -> bool:
    """Whether the suite's own layers compute the encoder of a config.json; `stack.py` runs the others."""
    return (
        config.get("model_type") in PACKED_TYPES
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
    )


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
