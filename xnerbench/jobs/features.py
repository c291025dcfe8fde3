"""Sentence features for language identification, and words for a ranking by neighbours."""

from __future__ import annotations

from xnerbench.jobs.parts.upstream import encoder_spec, open_activations
from xnerbench.learning.layers.tensors import write_tensors
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.learning.teachers import neighbours, similarity
from xnerbench.learning.training import process
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, language: str, split: str) -> None:
    """`features/<language>.<split>.safetensors`: one vector a sentence for language identification, and some words'."""
    path = layout.features(language, split)
    process.one_thread()
    spec = encoder_spec(config, layout)
    activations = open_activations(layout, language, split)
    features = similarity.sentence_features(load_upper(spec.folder, spec.freeze), activations)
    few = neighbours.TARGET_SENTENCES if split == "pool" else neighbours.SOURCE_SENTENCES
    found = {"features": features, "words": neighbours.words(activations, few)}
    record = stamp({"activations": activations.record["digest"]}, {"freeze": spec.freeze})
    write_tensors(path, found, {"status": "ok"} | record)
