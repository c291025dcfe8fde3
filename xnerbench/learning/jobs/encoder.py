"""The encoder folder."""

from __future__ import annotations

from typing import Any

from xnerbench.learning import encoder
from xnerbench.learning.jobs.guard import failing
from xnerbench.storage.artifacts import write_json
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout) -> None:
    """`work/encoders/<digest>/`."""

    def failed(record: dict[str, Any]) -> None:
        write_json(layout.encoder_record, record)

    with failing(layout, "encoder", layout.encoder.name, failed):
        wanted = config.encoder
        encoder.prepare(
            layout.encoder, wanted.name, wanted.layers, wanted.revision, wanted.allow_pickle
        )
