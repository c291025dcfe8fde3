"""A teacher on labelled text of its own source that it was not trained on: temperature and thresholds."""

from __future__ import annotations

import dataclasses

from xnerbench.jobs.parts.upstream import encoder_spec, load_teacher, open_activations
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels
from xnerbench.learning.training import process
from xnerbench.scoring import reliability
from xnerbench.storage.artifacts import read_parquet, write_json
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, split_sources


def run(config: Config, layout: Layout, sources: str, seed: str) -> None:
    """`teachers/<source>.s<seed>.json`."""
    (source,), number = split_sources(sources), int(seed)
    process.one_thread()
    spec = encoder_spec(config, layout)
    model, record = load_teacher(layout, spec, (source,), number)
    model.to(spec.device)
    text = open_activations(layout, source, "heldout")
    tags = read_parquet(layout.heldout(source))[0]["tags"].to_pylist()
    gold = labels.gold_labels(text, tags, tagger.label_names(config.labels))
    found = reliability.of_heldout(tagger.probabilities(model, text, spec.precision), gold)
    inputs = {"teacher": record["digest"], "heldout": text.record["digest"]}
    told = {"status": "ok", **dataclasses.asdict(found)} | stamp(inputs, {})
    write_json(layout.reliability((source,), number), told)
