"""Options of methods: default, meaning and bounds, stated once for validation and the reference page."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
"""Python types of values, and their names in JSON Schema."""


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        default: Its value where a configuration does not say.
        meaning: One sentence for the reference page.
        kind: Python type of its values; that of the default unless given.
        choices: The only values, where they are few.
        minimum: Least value.
        above: The value must be larger than this.
        maximum: Largest value.
        below: The value must be smaller than this.
        registry: Its values are names of registered things: the place, `module:function`, of what gives every
            name with what a method must need to use it. Names of plug-ins are among them when it is asked.
        before: The default that it had first, where that was changed: a cell's digest leaves out options that
            have their first value, so cells of the old default are made again, and a new option re-plans nothing.
    """

    default: Any
    meaning: str
    kind: type | None = None
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    registry: str = ""
    before: Any = None

    @property
    def first(self) -> Any:
        """The default that it had first."""
        return self.default if self.before is None else self.before

    def registered(self) -> Mapping[str, tuple[str, ...]]:
        """The names that are its values, each with what a method must need; for an option with a registry."""
        module, _, function = self.registry.partition(":")
        found: Mapping[str, tuple[str, ...]] = getattr(importlib.import_module(module), function)()
        return found

    def schema(self) -> dict[str, Any]:
        """The option as JSON Schema, so that its mistakes are told like every other key's."""
        kind = KINDS[self.kind or type(self.default)]
        part: dict[str, Any] = {"description": self.meaning, "default": self.default}
        part["type"] = [kind, "null"] if self.default is None else kind
        if self.choices:
            part["enum"] = [*self.choices, *([None] if self.default is None else [])]
        bounds = {
            "minimum": self.minimum,
            "exclusiveMinimum": self.above,
            "maximum": self.maximum,
            "exclusiveMaximum": self.below,
        }
        return part | {name: value for name, value in bounds.items() if value is not None}


STUDENT: dict[str, Option] = {
    "loss": Option(
        "squared-error",
        "How a student's probabilities are compared with its teacher's: squared error (Wu et al., 2020), "
        "Kullback-Leibler divergence, or cross-entropy on the most likely tags.",
        choices=("squared-error", "kl", "hard"),
    ),
    "temperature": Option(
        1.0,
        "Both sides' probabilities are raised to 1/temperature and normalised before they are compared; the "
        "loss is multiplied by its square (Hinton et al., 2015).",
        above=0.0,
    ),
    "confidence": Option(
        0.0,
        "Words on which the teacher's highest probability is below this are left out of the loss.",
        minimum=0.0,
        below=1.0,
    ),
    "init": Option(
        "pretrained",
        "Where the student's trainable layers start: at the pretrained encoder's, or at the teacher's.",
        choices=("pretrained", "teacher"),
    ),
    "teacher": Option(
        "source",
        "Whose labels the student learns: those of the source's teacher; those of a `file` (`annotations`) on the "
        "sentences that it has, and the teacher's elsewhere; or the mean of `both`.",
        choices=("source", "file", "both"),
    ),
    "learning_rate": Option(
        None, "Peak rate; that of `student` unless given.", kind=float, above=0.0
    ),
    "head_learning_rate": Option(
        None,
        "Peak rate of the linear layer; that of the layers unless given.",
        kind=float,
        above=0.0,
    ),
    "schedule": Option(
        "linear",
        "The rate after the warm-up: falling linearly to zero, or constant with a short decay at the end. "
        "Cells of `updates` always have the second.",
        choices=("linear", "constant"),
    ),
    "average": Option(
        0.0,
        "Decay of the exponential moving average of the weights that is applied in the end; 0 for the last "
        "weights.",
        minimum=0.0,
        below=1.0,
    ),
}
"""What every student may set."""

OPTIMISER = {
    name: STUDENT[name] for name in ("learning_rate", "head_learning_rate", "schedule", "average")
}
"""What every training may set, whatever it learns from."""
