"""The encoder folder."""

from __future__ import annotations

from xnerbench.learning.encoders import encoder
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout) -> None:
    """`work/encoders/<digest>/`."""
    wanted = config.encoder
    encoder.prepare(
        layout.encoder, wanted.name, wanted.layers, wanted.revision, wanted.allow_pickle
    )
