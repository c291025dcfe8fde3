"""What a cell's trainer may read: the pool, its labels, and whatever else its method asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from xnerbench.data.dictionaries import Dictionary, read_dictionary
from xnerbench.data.dictionaries.cldr import gazetteer
from xnerbench.data.gazetteer import Names, read_names
from xnerbench.data.readers.annotations import for_pool, read_annotations
from xnerbench.data.readers.parallel import Pair, read_joined, read_pairs
from xnerbench.errors import InputError
from xnerbench.jobs.parts.upstream import load_teacher, open_activations
from xnerbench.learning.encoders.frozen import FrozenLayers
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.students import student
from xnerbench.learning.students.student import Text
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels
from xnerbench.storage.artifacts import read_parquet, sha256_file
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of

Inputs = dict[str, str]


def text_of(
    config: Config,
    layout: Layout,
    cell: Cell,
    spec: EncoderSpec,
    order: np.ndarray,
    soft: labels.Mixture | None,
    inputs: Inputs,
) -> Text:
    """Everything that training a cell's student reads.

    Args:
        config: The study.
        layout: Its paths.
        cell: Which cell.
        spec: The encoder.
        order: int (S,), the pool's permutation.
        soft: What the cell's teachers say about the pool; None where it has none.
        inputs: Gets the digests of everything read.

    Raises:
        InputError: A file that the user handed in cannot be read, or has nothing for this pool.
        UpstreamFailed: Something that it needs failed.
    """
    info, needs, target = cell.info, needs_of(cell), cell.target
    pool = open_activations(layout, target, "pool")
    inputs["pool"] = pool.record["digest"]
    words = None
    if needs.pools:
        words = read_parquet(layout.pool(target))[0]["words"].to_pylist()
    if needs.annotations and soft is not None and words is not None:
        soft = _annotated(config, cell, pool, words, soft, inputs)
    text = Text(
        pool,
        np.array(order[: cell.n]),
        soft=soft if "soft" in info.needs else None,
        gold=_gold(config, layout, cell, pool, inputs) if needs.gold else None,
        words=words,
        dictionary=_dictionary(config, target, inputs) if needs.dictionaries else None,
        names=_names(config, target, inputs) if needs.gazetteers else None,
        source=_source(config, layout, cell, inputs) if needs.trains else None,
        teacher=load_teacher(layout, spec, cell.sources, cell.teacher_seed)[0]
        if "teacher" in info.needs
        else None,
        pairs=_pairs(config, target, inputs) if needs.parallel else None,
        encode=FrozenLayers(
            spec,
            config.corpora.languages[target].spaced,
            config.max_subwords,
            layout.encoded,
        ),
        source_spaced=all(
            config.corpora.languages[each].spaced
            for each in cell.sources
            if each in config.corpora.languages  # a given teacher comes without text
        ),
        types=config.labels,
    )
    if (few := info.option("labelled")) is not None and text.gold is not None:
        text = student.with_few_labels(text, few)
    return text


def _gold(
    config: Config, layout: Layout, cell: Cell, pool: Activations, inputs: Inputs
) -> torch.Tensor:
    path = layout.gold(cell.target)
    tags = read_parquet(path)[0]["tags"].to_pylist()
    inputs["gold"] = sha256_file(path)
    return torch.from_numpy(labels.gold_labels(pool, tags, tagger.label_names(config.labels)))


def _annotated(
    config: Config,
    cell: Cell,
    pool: Activations,
    words: list[list[str]],
    soft: labels.Mixture,
    inputs: Inputs,
) -> labels.Mixture:
    """The soft labels with those of a file in their place, or the mean of the two, where the file has some."""
    where, path = f"annotations.{cell.target}", config.path(config.annotations[cell.target])
    inputs["annotations"] = sha256_file(path)
    found, count = for_pool(read_annotations(path, tagger.label_names(config.labels), where), words)
    if not count:
        raise InputError(
            f"{path} labels no sentence of the pool of {cell.target}",
            where,
            "label sentences of the pool, with the pool's own words",
        )
    rows = np.array(soft.at(np.arange(len(pool.first))))
    own = 1.0 if cell.info.option("teacher") == "file" else 0.5
    for sentence, given in enumerate(found):
        if given is not None:
            place = slice(int(pool.word_offsets[sentence]), int(pool.word_offsets[sentence + 1]))
            rows[place] = (1.0 - own) * rows[place] + own * given[pool.word[place]]
    return labels.Mixture([rows], labels.uniform(1))


def _dictionary(config: Config, target: str, inputs: Inputs) -> Dictionary:
    for path in config.dictionary_files(target):
        inputs[f"dictionary.{path.name}"] = sha256_file(path)
    return read_dictionary(config.dictionary(target), target, f"dictionaries.{target}")


def _names(config: Config, target: str, inputs: Inputs) -> Names:
    """Places as CLDR names them, and the user's list, which decides where both have a name."""
    where = f"gazetteers.{target}"
    own: dict[tuple[str, ...], str] = {}
    if target in config.gazetteers:
        path: Path = config.path(config.gazetteers[target])
        inputs["gazetteer"] = sha256_file(path)
        own = read_names(path, config.labels, where)
    try:
        places = gazetteer(target, where)
    except InputError:
        if not own:
            raise
        places = set()
    known = "LOC" in config.labels
    return {name: "LOC" for name in sorted(places) if known} | own


def _pairs(config: Config, target: str, inputs: Inputs) -> list[Pair]:
    files, where = config.parallel_files(target), f"parallel.{target}"
    for path in files:
        inputs[f"parallel.{path.name}"] = sha256_file(path)
    if len(files) == 1:
        return read_joined(files[0], where)
    source, translated = files
    return read_pairs(source, translated, where)


def _source(config: Config, layout: Layout, cell: Cell, inputs: Inputs) -> student.SourceText:
    (source,) = cell.sources
    encoded = open_activations(layout, source, "train")
    inputs["source"] = encoded.record["digest"]
    table = read_parquet(layout.train(source))[0]
    tags = table["tags"].to_pylist()
    gold = labels.gold_labels(encoded, tags, tagger.label_names(config.labels))
    return student.SourceText(encoded, torch.from_numpy(gold), table["words"].to_pylist(), tags)
