"""Trained taggers between jobs: the recipe to train one, and a teacher that was."""

from __future__ import annotations

import dataclasses
from typing import Any

from xnerbench.learning import tagger, training
from xnerbench.learning.activations import read_record
from xnerbench.learning.jobs.guard import succeeded
from xnerbench.learning.spec import EncoderSpec
from xnerbench.study.layout import Layout, joined
from xnerbench.study.sections import Recipe


def training_recipe(recipe: Recipe, min_steps: int) -> training.Recipe:
    """The configuration's recipe as the training loop's, with the budget's least number of updates."""
    values = dataclasses.asdict(recipe) | {"min_steps": min_steps}
    return training.Recipe(**values)


def load_teacher(
    layout: Layout, spec: EncoderSpec, sources: tuple[str, ...], seed: int
) -> tuple[tagger.Tagger, dict[str, Any]]:
    """Loads a teacher and its record; raises `UpstreamFailed` when training it failed."""
    path = layout.teacher(sources, seed)
    record = succeeded(read_record(path), f"the teacher {joined(sources)} (seed {seed})")
    return tagger.load(path, spec.folder, spec.freeze)[0], record
