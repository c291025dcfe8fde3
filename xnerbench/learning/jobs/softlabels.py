"""A teacher's soft labels for a pool."""

from __future__ import annotations

from typing import Any

from xnerbench.learning import labels, process, tagger
from xnerbench.learning.activations import write_tensors
from xnerbench.learning.jobs.guard import failing
from xnerbench.learning.jobs.trained import load_teacher
from xnerbench.learning.jobs.upstream import encoder_spec, open_activations
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, joined


def run(config: Config, layout: Layout, target: str, sources: tuple[str, ...], seed: int) -> None:
    """`softlabels/<target>/<sources>.s<seed>.safetensors`."""
    path = layout.softlabels(target, sources, seed)

    def failed(record: dict[str, Any]) -> None:
        write_tensors(path, {}, record)

    with failing(layout, "softlabels", f"{target}/{joined(sources)}.s{seed}", failed):
        process.one_thread()
        spec = encoder_spec(config, layout)
        model, teacher_record = load_teacher(layout, spec, sources, seed)
        pool = open_activations(layout, target, "pool")
        probabilities = tagger.probabilities(model.to(spec.device), pool, spec.precision)
        inputs = {"teacher": teacher_record["digest"], "pool": pool.record["digest"]}
        labels.write_soft(path, probabilities, {"status": "ok"} | stamp(inputs, {}))
