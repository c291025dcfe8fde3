"""What a study's teachers say of raw text that is none of its corpora."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.analysis.confidence.panel import OPTIONAL, SIGNALS
from xnerbench.errors import InputError
from xnerbench.jobs.parts.upstream import encoder_spec, load_teacher
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers.activations import run_trunk, tokenise
from xnerbench.learning.taggers import tagger, tagging
from xnerbench.learning.training import process
from xnerbench.pipeline import advice
from xnerbench.scoring import signals
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout

NAMES = ("entity_words", *(name for name in SIGNALS if name not in OPTIONAL))
"""Signals that raw text and its teachers suffice for."""


def trained(
    config: Config, layout: Layout, file: Path | str | Sequence[Path]
) -> dict[str, list[int]]:
    """Sources whose teachers are there, with their seeds, in the order of the configuration.

    Args:
        config: The study.
        layout: Its paths.
        file: Its configuration file, or several that lie over each other, for the message.

    Raises:
        InputError: There is none; the message says how to make one.
    """
    seeds = tuple(dict.fromkeys(config.teacher_seed(seed) for seed in config.seeds))
    found = {
        source: [seed for seed in seeds if layout.teacher((source,), seed).is_file()]
        for source in config.sources
    }
    found = {source: own for source, own in found.items() if own}
    if not found or not layout.encoder_record.is_file():
        first = layout.teacher((config.sources[0],), seeds[0])
        raise InputError(
            "the study has no trained teacher here",
            str(first),
            f"Train it, in some minutes: `{advice.to_run(file, first)}`; or name an exported one with --teacher",
        )
    return found


def probabilities(
    config: Config,
    layout: Layout,
    teachers: Sequence[tuple[str, int]],
    spaced: bool,
    sentences: list[list[str]],
) -> tuple[list[np.ndarray], dict[str, int]]:
    """What each teacher says of every word, float32 (W, labels), and the tokenizer's counts.

    Args:
        config: The study.
        layout: Its paths.
        teachers: Source and seed of each.
        spaced: Whether the language is written with spaces between words.
        sentences: Words of each sentence.
    """
    process.one_thread()
    spec = encoder_spec(config, layout)
    tokenised = tokenise(load_tokenizer(spec.folder, spaced), sentences, config.max_subwords)
    hidden = run_trunk(encoder.load_trunk(spec.folder, spec.freeze), tokenised.ids, spec.precision)
    text = tagging.encoded(tokenised, hidden)
    said = []
    for source, seed in teachers:
        model, _ = load_teacher(layout, spec, (source,), seed)
        model.to(spec.device)
        said.append(tagger.probabilities(model, text, spec.precision))
    return said, tokenised.statistics


def signals_of(
    probabilities: Mapping[str, Sequence[np.ndarray]], types: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The signals that a calibration may read, by source and for the mean of all: means over seeds.

    Args:
        probabilities: Source -> one array (W, labels) a seed.
        types: Entity types.
    """
    found: dict[str, dict[str, Any]] = {}
    for source, arrays in probabilities.items():
        own = [signals.of_text(array, types)[signals.ALL] for array in arrays]
        known = [one for one in own if "begin_mean" in one]
        found[source] = {
            name: float(np.mean([float(one[name] or 0.0) for one in known])) if known else 0.0
            for name in NAMES
        }
        choices = [array.argmax(axis=1) for array in arrays]
        if len(choices) > 1:
            apart = signals.disagreement(choices[0], choices[1], types)[signals.ALL]
            if apart is not None:
                found[source]["disagreement_seeds"] = apart
    if len(found) > 1:
        firsts = [arrays[0].astype(np.float64) for arrays in probabilities.values()]
        mixed = signals.of_text(np.mean(firsts, axis=0), types)[signals.ALL]
        found["+".join(probabilities)] = dict(mixed)
    return found
