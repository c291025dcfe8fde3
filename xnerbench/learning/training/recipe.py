"""How a tagger is trained: optimiser, schedule, and the number of updates."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from xnerbench.data.passes import updates_of

DECAY = 0.2
"""Share of the updates in which a `constant` schedule falls to zero (Haegele et al., 2024, use 0.1 to 0.2)."""


@dataclass(frozen=True)
class Recipe:
    """How a tagger is trained; the defaults are the suite's, docs/configuration.md lists the keys.

    Attributes:
        learning_rate: Peak rate, reached after the warm-up.
        epochs: Passes over the data.
        batch_size: Sentences an update.
        dropout: Probability at every dropout site of the trainable layers and before the head.
        weight_decay: Of matrices; biases and layer norms have none.
        max_grad_norm: Largest global gradient norm.
        warmup: Share of the updates in which the rate rises linearly.
        min_steps: Least number of updates under the budget `steps`; 0 under the budget `epochs`.
        head_learning_rate: Peak rate of the linear layer and of an objective's own parameters; None for the
            layers' rate.
        schedule: After the warm-up the rate falls linearly to 0 (`linear`), or stays and falls to 0 in the
            last fifth (`constant`).
        average: Decay of the exponential moving average of the weights; 0 for none.
    """

    learning_rate: float = 3e-4
    epochs: int = 3
    batch_size: int = 32
    dropout: float = 0.1
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    warmup: float = 0.1
    min_steps: int = 0
    head_learning_rate: float | None = None
    schedule: Literal["linear", "constant"] = "linear"
    average: float = 0.0

    @classmethod
    def of(cls, keys: Any, **changes: Any) -> Recipe:
        """From the configuration's keys of a teacher or student, with some values changed."""
        return cls(**{**dataclasses.asdict(keys), **changes})

    def steps(self, n: int) -> int:
        """The number of updates on n sentences: whole epochs, or more to reach `min_steps`."""
        return updates_of(n, self.epochs, self.batch_size, self.min_steps)


def linear(steps: int, warmup: float) -> Callable[[int], float]:
    """The rate's factor at update 0, 1, ...: linear warm-up over a share of the steps, then linear decay to zero."""
    rising = max(1, math.ceil(steps * warmup))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return max(0.0, (steps - step) / max(1, steps - rising))

    return factor


def decay_begins(updates: int) -> int:
    """The first update of the decay at the end of a training with a constant rate."""
    return updates - max(1, math.ceil(DECAY * updates))


def constant(updates: int, warmup_updates: int) -> Callable[[int], float]:
    """Linear warm-up, constant rate, linear decay to zero over the last `DECAY` of the updates."""
    begin = decay_begins(updates)

    def factor(step: int) -> float:
        rise = min(1.0, (step + 1) / warmup_updates)
        return rise if step < begin else rise * (updates - step) / (updates - begin)

    return factor
