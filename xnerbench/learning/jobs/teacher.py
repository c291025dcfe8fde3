"""A teacher."""

from __future__ import annotations

import dataclasses
from typing import Any

from xnerbench.learning import process, tagger, teacher
from xnerbench.learning.activations import write_tensors
from xnerbench.learning.jobs.guard import failing
from xnerbench.learning.jobs.trained import training_recipe
from xnerbench.learning.jobs.upstream import encoder_spec, open_activations
from xnerbench.storage.artifacts import read_parquet
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, joined


def run(config: Config, layout: Layout, sources: tuple[str, ...], seed: int) -> None:
    """`teachers/<sources>.s<seed>.safetensors`."""
    path = layout.teacher(sources, seed)

    def failed(record: dict[str, Any]) -> None:
        write_tensors(path, {}, record)

    with failing(layout, "teacher", f"{joined(sources)}.s{seed}", failed):
        process.one_thread()
        spec = encoder_spec(config, layout)
        texts, inputs = [], {}
        for source in sources:
            activations = open_activations(layout, source, "train")
            table, _ = read_parquet(layout.train(source))
            texts.append((activations, table["tags"].to_pylist()))
            inputs[source] = activations.record["digest"]
        names = tagger.label_names(config.labels)
        recipe = training_recipe(config.teacher, config.teacher.min_steps)
        model, outcome = teacher.train_teacher(spec, names, texts, recipe, sources, seed)
        settings = {"recipe": dataclasses.asdict(recipe), "labels": names, "seed": seed}
        settings |= {"precision": spec.precision, "freeze": spec.freeze}
        record = {"status": "ok"} | dataclasses.asdict(outcome) | stamp(inputs, settings)
        tagger.save(path, model, record)
