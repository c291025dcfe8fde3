"""The weights of the sources for a target."""

from __future__ import annotations

import dataclasses

import numpy as np

from xnerbench.jobs.parts.upstream import succeeded
from xnerbench.learning.layers.tensors import map_tensors, read_record
from xnerbench.learning.teachers import neighbours, similarity
from xnerbench.learning.training import process
from xnerbench.learning.training.seeding import stream
from xnerbench.storage.artifacts import write_json
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, joined, split_sources


def run(config: Config, layout: Layout, target: str, sources: str, seed: str) -> None:
    """`weights/<target>/<sources>.s<seed>.json`."""
    languages, number = split_sources(sources), int(seed)
    process.one_thread()
    inputs, features, words = {}, [], []
    for language, split in [*((s, "train") for s in languages), (target, "pool")]:
        file = layout.features(language, split)
        record = succeeded(read_record(file), f"the sentence features of {language} {split}")
        inputs[f"{language}.{split}"] = record["digest"]
        tensors = map_tensors(file)
        features.append(np.array(tensors["features"]))
        words.append(tensors["words"])
    values = dataclasses.asdict(config.similarity)
    per_sentence = values.pop("alpha") == "sentence"
    recipe = similarity.SimilarityRecipe(**values)
    purpose = stream(number, "similarity", joined(languages))
    model = similarity.identify(features[:-1], recipe, purpose)
    alpha = similarity.weights(model, features[-1])
    result = {
        "status": "ok",
        "target": target,
        "sources": list(languages),
        "seed": number,
        "alpha": alpha.mean(axis=0).tolist(),
        "alpha_per_sentence": alpha.tolist() if per_sentence else None,
        "neighbours": neighbours.shares(words[:-1], words[-1]).tolist(),
    }
    write_json(layout.weights(target, languages, number), result | stamp(inputs, values))
