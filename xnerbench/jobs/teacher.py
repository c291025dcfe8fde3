"""A teacher."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from xnerbench.errors import InputError
from xnerbench.jobs.parts.upstream import encoder_spec, open_activations
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.taggers import exported, tagger
from xnerbench.learning.teachers import teacher
from xnerbench.learning.training import process
from xnerbench.learning.training.recipe import Recipe
from xnerbench.storage.artifacts import read_parquet, sha256_file
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout, split_sources


def run(config: Config, layout: Layout, sources: str, seed: str) -> None:
    """`teachers/<sources>.s<seed>.safetensors`."""
    languages, number = split_sources(sources), int(seed)
    process.one_thread()
    spec = encoder_spec(config, layout)
    if config.given_teacher is not None:
        _take(config, layout.teacher(languages, number), spec)
        return
    texts, inputs = [], {}
    for source in languages:
        activations = open_activations(layout, source, "train")
        table, _ = read_parquet(layout.train(source))
        texts.append((activations, table["tags"].to_pylist()))
        inputs[source] = activations.record["digest"]
    names = tagger.label_names(config.labels)
    recipe = Recipe.of(config.teacher)
    model, outcome = teacher.train_teacher(spec, names, texts, recipe, languages, number)
    settings = {"recipe": dataclasses.asdict(recipe), "labels": names, "seed": number}
    settings |= {"precision": spec.precision, "freeze": spec.freeze}
    record = {"status": "ok"} | dataclasses.asdict(outcome) | stamp(inputs, settings)
    tagger.save(layout.teacher(languages, number), model, record)


def _take(config: Config, path: Path, spec: EncoderSpec) -> None:
    """The layers and the head of an exported tagger, whose folder is the encoder, as a teacher's file."""
    folder = config.path(config.given_teacher or "")
    names = tagger.label_names(config.labels)
    model = exported.upper_part(folder, spec.freeze)
    if exported.names_of(folder) != names:
        raise InputError(
            f"the given teacher has the labels {', '.join(exported.names_of(folder))}",
            "given_teacher",
            "set `labels` to its types, in its order",
        )
    inputs = {"tagger": sha256_file(folder / "model.safetensors")}
    record = {"status": "ok", "steps": 0} | stamp(inputs, {"labels": names, "freeze": spec.freeze})
    tagger.save(path, model, record)
