"""A teacher's soft labels for a target's pool and test set, and what they say of its chances there."""

from __future__ import annotations

from xnerbench.jobs.parts.upstream import encoder_spec, load_teacher, open_activations
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels
from xnerbench.learning.training import process
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, split_sources


def run(config: Config, layout: Layout, target: str, sources: str, seed: str) -> None:
    """`softlabels/<target>/<sources>.s<seed>.safetensors`."""
    process.one_thread()
    names, number = split_sources(sources), int(seed)
    spec = encoder_spec(config, layout)
    model, teacher_record = load_teacher(layout, spec, names, number)
    model.to(spec.device)
    inputs, found = {"teacher": teacher_record["digest"]}, {}
    for split in labels.TEXTS:
        text = open_activations(layout, target, split)
        inputs[split] = text.record["digest"]
        found[split] = tagger.probabilities(model, text, spec.precision)
    record = {"status": "ok"} | stamp(inputs, {})
    labels.write_soft(layout.softlabels(target, names, number), found, record)
