"""What a method is: a row of facts, its options, and its objective."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xnerbench.methods.options import Option

Need = Literal[
    "soft", "gold", "second", "words", "dictionary", "names", "source", "teacher", "pairs"
]
Role = Literal["baseline", "student", "ablation", "mixture", "control", "ceiling", "arm"]
"""What a method is in a study. Messages, pages, legends and tables go by this order, then by name."""


_UNDIGESTED = {
    *("name", "summary", "role", "label", "look"),  # what it is called
    *("options", "values", "objective"),  # told apart
    "cost",
}


def _number(value: Any, option: Option | None) -> Any:
    """A whole number as a float where the option's values are floats, so that `2` and `2.0` are one."""
    floats = option is not None and (option.kind or type(option.default)) is float
    return float(value) if floats and isinstance(value, int) else value


@dataclass(frozen=True)
class Method:
    """What a method needs and how it learns.

    Attributes:
        name: Name in the configuration, in paths and in tables.
        summary: One sentence for the report and the command line.
        multi_source: Uses every source at once; otherwise one cell per entry of `single_sources`.
        trains_student: A tagger is trained for each target, on the target's text: it has sizes and budgets.
        weights: How the teachers are combined: one `single` teacher, a `uniform` mixture, one by `similarity` of the
            languages or by the teachers' `confidence`, one source's teachers of all `seeds`, one teacher on the union
            of the sources (`concat`), or `none`.
        applies: What is applied to the test set where no student is trained: the `teacher`, or the `mixture`
            of the teachers' probabilities.
        needs: What the objective reads beside the output: `soft` labels, `gold` tags of the pool, a `second`
            view of the same sentences (other dropout), their `words`, a `dictionary`, a list of `names`; and what its
            trainer reads: the `source` text with its gold tags, the `teacher` itself, sentence `pairs`.
        objective: What a student is trained with: a function `(context) -> Objective`, or its place as
            `module:function`. See `learning.objectives.objective`.
        trainer: What trains the student, as the `module:function` of a
            `learning.students.student.Trainer`, where `train_student` is not enough (rounds, further text). Such a
            method has no cells of `updates`.
        options: What a variant may set, by name.
        values: What this one sets; options that are absent have their defaults.
        cost: Time of its training as a multiple of a plain student's of as many updates, for the forecast.
        role: What it is in a study: the `baseline` that all are measured against, the `student` that a study is
            about, an `ablation` of it, a `mixture` of several sources, a `control`, the `ceiling`, or one `arm` more.
        label: Its name in words, for text, legends and tables; its name unless given.
        look: Hue and marker in figures, as in `blue o`; by default what its place in the figure gives.
    """

    name: str
    summary: str
    multi_source: bool = False
    trains_student: bool = True
    weights: Literal["single", "uniform", "similarity", "confidence", "seeds", "concat", "none"] = (
        "single"
    )
    applies: Literal["teacher", "mixture"] = "teacher"
    needs: tuple[Need, ...] = ("soft",)
    objective: str | Callable[..., Any] = "xnerbench.learning.objectives.objective:distil"
    trainer: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    cost: float = 1.0
    role: Role = "arm"
    label: str = ""
    look: str = ""

    def __post_init__(self) -> None:
        if not self.trains_student:
            object.__setattr__(self, "needs", ())

    def option(self, name: str) -> Any:
        """The value in force; None for an option that the method does not have."""
        if name in self.values:
            return self.values[name]
        return self.options[name].default if name in self.options else None

    @property
    def chosen(self) -> dict[str, Any]:
        """Every option with the value in force."""
        return {name: self.option(name) for name in self.options}

    @property
    def init(self) -> str:
        """Where a student's trainable layers start: `pretrained` or `teacher`; `none` without a student."""
        return (self.option("init") or "pretrained") if self.trains_student else "none"

    @property
    def reads_gold(self) -> bool:
        """Whether the pool's gold tags are read in training."""
        return "gold" in self.needs

    @property
    def reads_annotations(self) -> bool:
        """Whether soft labels come from a file, too."""
        return "soft" in self.needs and (self.option("teacher") or "source") != "source"

    @property
    def reads_words(self) -> bool:
        """Whether the words of the pool's sentences are read."""
        return "words" in self.needs or self.reads_annotations

    @property
    def mixes(self) -> bool:
        """Whether the cell reads teachers' probabilities rather than a teacher."""
        return "soft" in self.needs or (not self.trains_student and self.applies == "mixture")

    def variant(self, name: str, values: Mapping[str, Any]) -> Method:
        """This method under another name with some options set; role and needs are the same."""
        own = {key: _number(value, self.options.get(key)) for key, value in values.items()}
        values = {**self.values, **own}
        return dataclasses.replace(self, name=name, values=values, label="", look="")

    def facts(self) -> dict[str, Any]:
        """What decides a cell beside the code: facts that are not the default, and options without their first one.

        The name is in the path, and the code of the objective is digested with what it imports; so a new fact
        or option changes nothing as long as it has its default.
        """
        told: dict[str, Any] = {}
        for fact in dataclasses.fields(self):
            value = getattr(self, fact.name)
            if fact.name in _UNDIGESTED:
                continue
            if value != fact.default:
                told[fact.name] = list(value) if isinstance(value, tuple) else value
        told["objective"] = self.objective_name
        in_force = {**self.chosen, **self.values}
        told["values"] = {
            key: value
            for key, value in in_force.items()
            if key not in self.options or value != self.options[key].first
        }
        return told

    @property
    def objective_name(self) -> str:
        """The objective as `module:function`; empty where no student is trained."""
        if not self.trains_student:
            return ""
        if isinstance(self.objective, str):
            return self.objective
        return f"{self.objective.__module__}:{self.objective.__qualname__}"

    def modules(self) -> tuple[str, ...]:
        """Modules (or a plug-in's file) that the objective's code starts in, for `pipeline.digests`."""
        if not self.trains_student:
            return ()
        own = (self.trainer.partition(":")[0],) if self.trainer else ()
        if isinstance(self.objective, str):
            return (self.objective.partition(":")[0], *own)
        module = self.objective.__module__
        if module.startswith("xnerbench."):
            return (module, *own)
        return (str(inspect.getsourcefile(self.objective)), *own)
