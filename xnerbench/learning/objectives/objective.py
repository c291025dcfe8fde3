"""Objectives: what a student is trained with, on everything that it may see of a batch.

A method names a function `(context) -> Objective`. An objective is called with the student's output and
with what the method asked for (`Method.needs`), and returns a scalar. It may have parameters of its own,
which are trained with the student and thrown away with it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import torch

from xnerbench.data.gazetteer import Names
from xnerbench.learning.layers.batch import Batch
from xnerbench.learning.objectives import losses
from xnerbench.learning.training.loop import Remembering
from xnerbench.methods import Method

Dictionary = Mapping[str, Sequence[str]]
UNLABELLED = -100
"""Gold label of a word that has none, as torch's cross-entropy ignores it."""


@dataclass(frozen=True)
class Output:
    """What a tagger says about the labelled words (first subwords) of a batch.

    Attributes:
        logits: float (W, L), one score per label.
        hidden: (W, d), the top layer's states before dropout and head; with gradient.
    """

    logits: torch.Tensor
    hidden: torch.Tensor


@dataclass(frozen=True)
class Seen:
    """What an objective is shown beside the output, for the same W words in the same order.

    Attributes:
        batch: The sentences; its `entries`, int64 (W,), are the words' positions in the pool.
        soft: float (W, L), the teachers' probabilities; None unless the method needs `soft`.
        gold: int64 (W,), gold labels; None unless it needs `gold`.
        second: Output of a second pass with other dropout; None unless it needs `second`.
        words: The W words; None unless it needs `words`.
    """

    batch: Batch
    soft: torch.Tensor | None = None
    gold: torch.Tensor | None = None
    second: Output | None = None
    words: list[str] | None = None

    @property
    def sentence(self) -> torch.Tensor:
        """int64 (W,), which sentence of the batch each word is in, from 0."""
        counts = torch.cat([block.real.sum(dim=1) for block in self.batch.first_blocks])
        return torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)


class Draws(np.random.Generator):
    """The generator that `numpy.random.default_rng` makes, with a state that is saved as a torch module's is."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        super().__init__(np.random.PCG64(seed))

    def state_dict(self) -> dict[str, Any]:
        """Where it is."""
        return dict(self.bit_generator.state)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes back there."""
        self.bit_generator.state = state


@dataclass(frozen=True)
class Context:
    """What an objective is built from.

    Attributes:
        options: Every option of the method with the value in force.
        labels: The L label names, `O` first.
        width: d, size of the hidden states.
        seed: For the objective's own initial values; the cell's, and of nothing else.
        dictionary: Word of a source -> words of the target; None unless the method needs `dictionary`.
        names: Names as words -> entity type; None unless it needs `names`.
    """

    options: Mapping[str, Any]
    labels: list[str]
    width: int
    seed: np.random.SeedSequence
    dictionary: Dictionary | None = None
    names: Names | None = None

    @cached_property
    def draws(self) -> Draws:
        """For what the objective draws at updates, from `seed`; students of several `updates` take it back."""
        return Draws(self.seed)


class Objective(Protocol):
    """The scalar that a student's updates lower; may also have `parameters()`, an iterable of tensors.

    One that remembers something from update to update offers `state_dict()` and `load_state_dict(state)`.
    """

    def __call__(self, output: Output, seen: Seen) -> torch.Tensor:
        """The loss of one batch."""
        ...


def objective_of(method: Method, context: Context) -> Objective:
    """Builds the objective that a method names."""
    build = method.objective
    if isinstance(build, str):
        module, _, function = build.partition(":")
        build = getattr(importlib.import_module(module), function)
    return build(context)


def parameters_of(objective: Any) -> list[torch.nn.Parameter]:
    """The objective's own trainable tensors; most have none."""
    named: Callable[[], Iterable[torch.nn.Parameter]] | None = getattr(
        objective, "parameters", None
    )
    return list(named()) if named is not None else []


def remembering(objective: Any, context: Context) -> list[Remembering]:
    """What has to go back with the tagger where updates are undone: the draws, and an objective with a state."""
    return [context.draws, *([objective] if isinstance(objective, Remembering) else [])]


_LOSSES = {
    "squared-error": losses.mean_squared_error,
    "kl": losses.kl_divergence,
    "hard": losses.hard,
}


def distil(context: Context) -> Objective:
    """Teacher-student learning: the options `loss`, `temperature` and `confidence`."""
    options = context.options
    compare = _LOSSES[options["loss"]]
    temperature, confidence = options["temperature"], options["confidence"]

    def objective(output: Output, seen: Seen) -> torch.Tensor:
        logits, soft = output.logits, seen.soft
        assert soft is not None
        if confidence > 0:
            sure = soft.max(dim=1).values >= confidence
            logits, soft = logits[sure], soft[sure]
        if temperature == 1.0:
            return compare(logits, soft)
        warm = soft.pow(1.0 / temperature)
        value = compare(logits / temperature, warm / warm.sum(dim=1, keepdim=True))
        return value * temperature**2

    return objective


def gold(context: Context) -> Objective:
    """Cross-entropy on gold tags: the supervised control."""

    def objective(output: Output, seen: Seen) -> torch.Tensor:
        assert seen.gold is not None
        return losses.gold(output.logits, seen.gold)

    return objective
