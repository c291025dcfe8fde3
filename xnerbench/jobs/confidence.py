"""The weights of the sources for a target, by how sure their teachers are there."""

from __future__ import annotations

from xnerbench.jobs.parts.trust import trust_in
from xnerbench.jobs.parts.upstream import succeeded
from xnerbench.learning.layers.tensors import read_record
from xnerbench.learning.teachers import labels
from xnerbench.scoring import weighing
from xnerbench.storage.artifacts import write_json
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, split_sources


def run(config: Config, layout: Layout, target: str, sources: str, seed: str) -> None:
    """`confidences/<target>/<sources>.s<seed>.json`."""
    languages, number = split_sources(sources), int(seed)
    inputs, confidences, temperatures = {}, [], []
    for source in languages:
        path = layout.softlabels(target, (source,), number)
        record = succeeded(read_record(path), f"the soft labels of {source} for {target}")
        inputs[f"softlabels.{source}"] = record["digest"]
        trust = trust_in(config, layout, (source,), number)
        temperatures.append(1.0 if trust is None else trust.temperature)
        probabilities = labels.read_soft(path)[0]["pool"]
        confidences.append(weighing.confidence(probabilities, temperatures[-1], config.labels))
    result = {
        "status": "ok",
        "target": target,
        "sources": list(languages),
        "seed": number,
        "alpha": weighing.by_confidence(confidences).tolist(),
        "alpha_per_sentence": None,
        "confidence": confidences,
        "temperature": temperatures,
    }
    path = layout.weights(target, languages, number, "confidence")
    write_json(path, result | stamp(inputs, {"temperature": temperatures}))
