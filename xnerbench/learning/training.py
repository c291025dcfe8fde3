"""The training loop: AdamW, linear warm-up and decay, gradient clipping; seeded and deterministic."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from xnerbench.errors import JobFailed
from xnerbench.learning.activations import Activations
from xnerbench.learning.batch import Batch, gather, shuffled
from xnerbench.learning.dropout import Dropout
from xnerbench.learning.process import peak_memory_mb
from xnerbench.learning.tagger import Tagger, trained

ADAM_EPSILON = 1e-8


class TrainingFailed(JobFailed):
    """Training cannot go on: the loss is not a number, or there is nothing to train on."""


@dataclass(frozen=True)
class Recipe:
    """How a tagger is trained; the defaults are the suite's, docs/configuration.md lists the keys.

    Attributes:
        learning_rate: Peak rate, reached after the warm-up.
        epochs: Passes over the data.
        batch_size: Sentences an update.
        dropout: Probability at every dropout site of the trainable layers and before the head.
        weight_decay: Of matrices; biases and layer norms have none.
        clip: Largest global gradient norm.
        warmup: Share of the updates in which the rate rises linearly; then it falls linearly to 0.
        min_steps: Least number of updates under the budget `steps`; 0 under the budget `epochs`.
    """

    learning_rate: float = 3e-4
    epochs: int = 3
    batch_size: int = 32
    dropout: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    warmup: float = 0.1
    min_steps: int = 0

    def steps(self, n: int) -> int:
        """The number of updates on n sentences: whole epochs, or more to reach `min_steps`."""
        return max(self.epochs * math.ceil(n / self.batch_size), self.min_steps)


@dataclass(frozen=True)
class Outcome:
    """What a training run cost.

    Attributes:
        steps: Updates made.
        seconds: Wall time of the loop.
        final_loss: Mean loss of the last tenth of the updates.
        words: Labelled words seen, repeats counted.
        peak_mb: Largest resident memory of the process so far.
    """

    steps: int
    seconds: float
    final_loss: float
    words: int
    peak_mb: float


def train(
    tagger: Tagger,
    activations: Activations,
    sentences: np.ndarray,
    loss: Callable[[torch.Tensor, Batch], torch.Tensor],
    recipe: Recipe,
    seed: np.random.SeedSequence,
    device: str = "cpu",
    precision: str = "fp32",
) -> Outcome:
    """Trains a tagger in place.

    Args:
        tagger: Its trainable parameters are updated.
        activations: The text.
        sentences: Which sentences of it to train on (indices).
        loss: Maps (logits (W, labels), batch) to a scalar.
        recipe: Optimiser and schedule.
        seed: Decides the order of sentences and dropout.
        device: `cpu` or `cuda`.
        precision: `fp32`, or `bf16` for autocast.

    Raises:
        TrainingFailed: The loss became NaN or infinite, or no sentence has a labelled word.
    """
    order_seed, dropout_seed = seed.spawn(2)
    sentences = sentences[np.diff(activations.word_offsets)[sentences] > 0]
    if len(sentences) == 0:
        raise TrainingFailed("no sentence of the training subset has a word with a subword")
    steps = recipe.steps(len(sentences))
    where = torch.device(device)
    tagger.to(where).train()
    dropout = Dropout(recipe.dropout, dropout_seed)
    # Of use to what draws from torch's generator: a GPU, and the layers of `stack.py`.
    torch.manual_seed(int(dropout_seed.generate_state(1)[0]))
    optimiser = _optimiser(tagger, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _rate(steps, recipe.warmup))
    losses: list[float] = []
    words = 0
    start = time.perf_counter()
    batches = shuffled(sentences, recipe.batch_size, steps, np.random.default_rng(order_seed))
    for step, rows in enumerate(batches, start=1):
        batch = gather(activations, rows).to(where)
        with torch.autocast(where.type, torch.bfloat16, enabled=precision == "bf16"):
            logits = tagger(batch, dropout)
        value = loss(logits, batch)
        losses.append(value.item())
        if not math.isfinite(losses[-1]):
            raise TrainingFailed(f"the loss became {losses[-1]} at update {step} of {steps}")
        value.backward()
        torch.nn.utils.clip_grad_norm_(tagger.parameters(), recipe.clip)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        words += len(batch.entries)
    last = losses[-max(1, steps // 10) :]
    return Outcome(
        steps, time.perf_counter() - start, float(np.mean(last)), words, peak_memory_mb()
    )


def _optimiser(tagger: Tagger, recipe: Recipe) -> torch.optim.AdamW:
    parameters = [value for _, value in trained(tagger)]
    bare = [p for p in parameters if p.ndim < 2]  # biases and norms
    matrices = [p for p in parameters if p.ndim >= 2]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": bare, "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
        eps=ADAM_EPSILON,
        fused=True,
    )


def _rate(steps: int, warmup: float) -> Callable[[int], float]:
    """Linear warm-up over a share of the steps, then linear decay to zero."""
    rising = max(1, math.ceil(steps * warmup))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return max(0.0, (steps - step) / max(1, steps - rising))

    return factor
