"""The training loop: AdamW, warm-up and decay, gradient clipping; seeded and deterministic.

One loop serves teachers, students and controls. `train_branches` gives students of several numbers of updates
from one training: a constant rate, and at each number a short decay that branches off.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch

from xnerbench.errors import JobFailed
from xnerbench.learning.layers.batch import Batch, gather, shuffled
from xnerbench.learning.layers.dropout import Dropout
from xnerbench.learning.layers.text import Sentences
from xnerbench.learning.taggers.tagger import Tagger, trained
from xnerbench.learning.training.process import peak_memory_mb
from xnerbench.learning.training.recipe import Recipe, constant, decay_begins, linear

ADAM_EPSILON = 1e-8
WARMUP_UPDATES = 10
"""Updates of the linear warm-up where decays branch off, the same for every number of updates."""


@runtime_checkable
class Remembering(Protocol):
    """What further updates depend on beside weights and dropout, saved and restored as a torch module is."""

    def state_dict(self) -> Mapping[str, Any]:
        """What it remembers; may share memory with it."""
        ...

    def load_state_dict(self, state: Mapping[str, Any], /) -> Any:
        """Goes back to it."""
        ...


Step = Callable[[Tagger, Batch, Dropout], torch.Tensor]
"""From tagger, batch and dropout to the scalar that an update lowers."""


class TrainingFailed(JobFailed):
    """Training cannot go on: the loss is not a number, or there is nothing to train on."""


@dataclass(frozen=True)
class Outcome:
    """What a training run cost.

    Attributes:
        steps: Updates made.
        seconds: Wall time of the loop.
        final_loss: Mean loss of the last tenth of the updates.
        words: Labelled words seen, repeats counted.
        peak_mb: Largest resident memory of the process so far.
        told: What else a trainer has to say for the record, by name.
    """

    steps: int
    seconds: float
    final_loss: float
    words: int
    peak_mb: float
    told: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """What is trained, and on what: all that the loop is given.

    Attributes:
        tagger: Its trainable parameters are updated in place.
        activations: The text.
        sentences: Which sentences of it to train on (indices).
        loss: Maps (tagger, batch, dropout) to a scalar; `logit_loss` makes one from a loss of logits.
        recipe: Optimiser and schedule.
        seed: Decides the order of sentences and dropout.
        device: `cpu` or `cuda`.
        precision: `fp32`, or `bf16` for autocast.
        also: Further parameters that are trained with the tagger, those of an objective.
        remembering: What an objective's value depends on besides: its generator, its buffers.
    """

    tagger: Tagger
    activations: Sentences
    sentences: np.ndarray
    loss: Step
    recipe: Recipe
    seed: np.random.SeedSequence
    device: str = "cpu"
    precision: str = "fp32"
    also: Sequence[torch.nn.Parameter] = ()
    remembering: Sequence[Remembering] = ()

    def with_words(self) -> Task:
        """The same without sentences that have no labelled word.

        Raises:
            TrainingFailed: None is left.
        """
        counts = np.diff(self.activations.word_offsets)
        sentences = self.sentences[counts[self.sentences] > 0]
        if len(sentences) == 0:
            raise TrainingFailed("no sentence of the training subset has a word with a subword")
        return dataclasses.replace(self, sentences=sentences)


def train(task: Task) -> Outcome:
    """Trains a tagger in place.

    Raises:
        TrainingFailed: The loss became NaN or infinite, or no sentence has a labelled word.
    """
    task, recipe = task.with_words(), task.recipe
    steps = recipe.steps(len(task.sentences))
    run = _Run(task, steps)
    if recipe.schedule == "linear":
        factor = linear(steps, recipe.warmup)
    else:
        factor = constant(steps, max(1, math.ceil(recipe.warmup * steps)))
    run.go_on(steps, factor)
    run.apply_average()
    return run.outcome()


def train_branches(task: Task, updates: Sequence[int]) -> Iterator[tuple[int, Outcome]]:
    """Trains once at a constant rate and lets a decay branch off for each number of updates.

    After each `yield` the tagger is the student of that many updates, until the next one is asked for. The
    sentences of a branch's decay are those that the trunk sees next, too, and the warm-up is a fixed number of
    updates: a student does not depend on which other numbers are asked for.

    Args:
        task: Of its recipe, `epochs`, `min_steps`, `warmup` and `schedule` are not read.
        updates: Numbers of updates, ascending.

    Yields:
        The number of updates, and what this student cost: its share of the trunk, and its decay.

    Raises:
        TrainingFailed: As of `train`.
    """
    longest = updates[-1]
    run = _Run(task.with_words(), longest)
    for number in updates:
        factor = constant(number, WARMUP_UPDATES)
        run.go_on(decay_begins(number), factor)
        trunk = run.state()
        run.go_on(number, factor)
        run.apply_average()
        yield number, run.outcome()
        if number != longest:
            run.restore(trunk)


def logit_loss(value: Callable[[torch.Tensor, Batch], torch.Tensor]) -> Step:
    """A loss of (logits (W, labels), batch) as `train` wants it."""

    def step(tagger: Tagger, batch: Batch, dropout: Dropout) -> torch.Tensor:
        return value(tagger(batch, dropout), batch)

    return step


class _Run:
    """A training that can be continued, and taken back to an earlier state."""

    def __init__(self, task: Task, steps: int) -> None:
        order_seed, dropout_seed = task.seed.spawn(2)
        self.task, recipe = task, task.recipe
        self.device, self.also = torch.device(task.device), list(task.also)
        tagger = task.tagger.to(self.device).train()
        self.dropout = Dropout(recipe.dropout, dropout_seed)
        # Of use to what draws from torch's generator: a GPU, and the layers of `stack.py`.
        torch.manual_seed(int(dropout_seed.generate_state(1)[0]))
        self.optimiser = _optimiser(tagger, recipe, self.also)
        self.rates = [group["lr"] for group in self.optimiser.param_groups]
        self.parameters = [value for _, value in trained(tagger)]
        self.trained = [*self.parameters, *self.also]
        rng = np.random.default_rng(order_seed)
        self.batches = list(shuffled(task.sentences, recipe.batch_size, steps, rng))
        self.losses: list[float] = []
        self.words, self.seconds = 0, 0.0
        self.averaged = [p.detach().clone() for p in self.parameters] if recipe.average else []

    def go_on(self, end: int, factor: Callable[[int], float]) -> None:
        """Makes the updates up to number `end`."""
        task, bf16 = self.task, self.task.precision == "bf16"
        start = time.perf_counter()
        task.tagger.train()
        for step in range(len(self.losses), end):
            for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
                group["lr"] = rate * factor(step)
            batch = gather(task.activations, self.batches[step]).to(self.device)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=bf16):
                value = task.loss(task.tagger, batch, self.dropout)
            self.losses.append(value.item())
            if not math.isfinite(self.losses[-1]):
                raise TrainingFailed(
                    f"the loss became {self.losses[-1]} at update {step + 1} of {end}"
                )
            value.backward()
            torch.nn.utils.clip_grad_norm_(self.trained, task.recipe.max_grad_norm)
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
            self.words += len(batch.entries)
            if self.averaged:
                # Early averages follow the weights closely, so the start is soon forgotten.
                decay = min(task.recipe.average, (step + 1) / (step + 10))
                with torch.no_grad():
                    for mean, own in zip(self.averaged, self.parameters, strict=True):
                        mean.lerp_(own, 1 - decay)
        self.seconds += time.perf_counter() - start

    def apply_average(self) -> None:
        """Puts the averaged weights in place, where the recipe has an average."""
        with torch.no_grad():
            for own, averaged in zip(self.parameters, self.averaged, strict=False):
                own.copy_(averaged)

    def state(self) -> dict:
        """Everything that further updates depend on."""
        kept = {
            "tagger": self.task.tagger.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "dropout": self.dropout.bits.state,
            "also": [p.detach() for p in self.also],
            "remembered": [each.state_dict() for each in self.task.remembering],
            "averaged": self.averaged,
            "losses": self.losses,
            "words": self.words,
            "seconds": self.seconds,
        }
        kept = copy.deepcopy(kept)
        if self.device.type == "cpu":
            kept["generator"] = torch.get_rng_state()
        else:
            kept["generator"] = torch.cuda.get_rng_state(self.device)
        return kept

    def restore(self, state: dict) -> None:
        """Goes back to a state, which must not be used again."""
        self.task.tagger.load_state_dict(state["tagger"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.dropout.bits.state = state["dropout"]
        with torch.no_grad():
            for own, earlier in zip(self.also, state["also"], strict=True):
                own.copy_(earlier)
        for each, remembered in zip(self.task.remembering, state["remembered"], strict=True):
            each.load_state_dict(remembered)
        self.averaged, self.losses = state["averaged"], state["losses"]
        self.words, self.seconds = state["words"], state["seconds"]
        if self.device.type == "cpu":
            torch.set_rng_state(state["generator"])
        else:
            torch.cuda.set_rng_state(state["generator"], self.device)

    def outcome(self) -> Outcome:
        """What the updates so far cost."""
        last = self.losses[-max(1, len(self.losses) // 10) :]
        mean = float(np.mean(last))
        return Outcome(len(self.losses), self.seconds, mean, self.words, peak_memory_mb())


def _optimiser(tagger: Tagger, recipe: Recipe, also: list[torch.nn.Parameter]) -> torch.optim.AdamW:
    """AdamW; the head has groups of its own only where it has a rate of its own."""
    named = trained(tagger)
    separate = recipe.head_learning_rate is not None
    parts: list[tuple[float | None, list[tuple[str, torch.nn.Parameter]]]]
    parts = [(recipe.learning_rate, named)]
    if separate:
        head = [(name, p) for name, p in named if name.startswith("head.")]
        layers = [(name, p) for name, p in named if not name.startswith("head.")]
        parts = [(recipe.learning_rate, layers), (recipe.head_learning_rate, head)]
    groups = []
    for rate, members in parts:
        bare = [p for _, p in members if p.ndim < 2]  # biases and norms
        matrices = [p for _, p in members if p.ndim >= 2]
        groups.append({"params": matrices, "weight_decay": recipe.weight_decay, "lr": rate})
        groups.append({"params": bare, "weight_decay": 0.0, "lr": rate})
    if also:
        groups.append({"params": also, "weight_decay": 0.0, "lr": parts[-1][0]})
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, eps=ADAM_EPSILON, fused=True)
