"""Sentence features for language identification."""

from __future__ import annotations

from xnerbench.jobs.parts.upstream import encoder_spec, open_activations
from xnerbench.learning.layers.activations import write_tensors
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.learning.teachers import similarity
from xnerbench.learning.training import process
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, language: str, split: str) -> None:
    """`features/<language>.<split>.safetensors`: one vector a sentence for language identification."""
    path = layout.features(language, split)
    process.one_thread()
    spec = encoder_spec(config, layout)
    activations = open_activations(layout, language, split)
    features = similarity.sentence_features(load_upper(spec.folder, spec.freeze), activations)
    record = stamp({"activations": activations.record["digest"]}, {"freeze": spec.freeze})
    write_tensors(path, {"features": features}, {"status": "ok"} | record)
