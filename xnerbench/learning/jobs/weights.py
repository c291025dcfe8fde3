"""The weights of the sources for a target."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from xnerbench.learning import process, similarity
from xnerbench.learning.activations import map_tensors, read_record
from xnerbench.learning.jobs.guard import failing, succeeded
from xnerbench.learning.seeding import stream
from xnerbench.storage.artifacts import write_json
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, joined


def run(config: Config, layout: Layout, target: str, sources: tuple[str, ...], seed: int) -> None:
    """`weights/<target>/<sources>.s<seed>.json`."""
    path = layout.weights(target, sources, seed)

    def failed(record: dict[str, Any]) -> None:
        write_json(path, record)

    with failing(layout, "weights", f"{target}/{joined(sources)}.s{seed}", failed):
        process.one_thread()
        inputs, features = {}, []
        for language, split in [*((s, "train") for s in sources), (target, "pool")]:
            file = layout.features(language, split)
            record = succeeded(read_record(file), f"the sentence features of {language} {split}")
            inputs[f"{language}.{split}"] = record["digest"]
            features.append(np.array(map_tensors(file)["features"]))
        values = dataclasses.asdict(config.similarity)
        per_sentence = values.pop("alpha") == "sentence"
        recipe = similarity.SimilarityRecipe(**values)
        purpose = stream(seed, "similarity", joined(sources))
        model = similarity.identify(features[:-1], recipe, purpose)
        alpha = similarity.weights(model, features[-1])
        result = {
            "status": "ok",
            "target": target,
            "sources": list(sources),
            "seed": seed,
            "alpha": alpha.mean(axis=0).tolist(),
            "alpha_per_sentence": alpha.tolist() if per_sentence else None,
        }
        write_json(path, result | stamp(inputs, values))
