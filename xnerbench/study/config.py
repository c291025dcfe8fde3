"""A study's configuration: one YAML file in, one frozen tree of dataclasses out.

`model.py` and `sections.py` declare the keys, `rules/` what must hold between them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from xnerbench.errors import InputErrors
from xnerbench.study import plugins, rules
from xnerbench.study.analysis import AnalysisConfig
from xnerbench.study.budgets import budget_of
from xnerbench.study.model import CLEARED, Config
from xnerbench.study.reading import keys, schema, yaml_source
from xnerbench.study.sections import (
    EMBEDDED,
    EMBEDDED_FREEZE,
    EMBEDDED_LAYERS,
    EMBEDDED_STUDENT_RATE,
    EMBEDDED_TEACHER_RATE,
    FREEZE,
    STUDENT_RATE,
    TEACHER_RATE,
    Recipe,
)
from xnerbench.study.variants import method_mistakes, split

AnyRecipe = TypeVar("AnyRecipe", bound=Recipe)

__all__ = ["Config", "from_dict", "load"]

RENAMED = {("teacher", "clip"): "max_grad_norm", ("student", "clip"): "max_grad_norm"}
"""Keys of earlier versions, which configurations beside committed results have, and what they are called now."""


def load(path: Path | str | Sequence[Path], base: Path | None = None) -> Config:
    """Reads and checks a configuration file; opens no corpus.

    Args:
        path: The YAML file, or the workflow's resolved copy of it (`.json`); or several, each lying over those before
            it, as Snakemake lays the files of `--configfile`.
        base: Where its relative paths start; the current folder unless given.

    Raises:
        InputErrors: With every mistake found, each naming file, line, key and remedy.
    """
    paths = [Path(path)] if isinstance(path, (Path, str)) else path
    raw, where = yaml_source.read_over(paths) if len(paths) > 1 else yaml_source.read(paths[0])
    return _checked(raw, base or Path.cwd(), where)


def from_dict(raw: Mapping[str, Any], base: Path, where: yaml_source.Where | None = None) -> Config:
    """As `load`, from a parsed mapping; messages name keys, with lines as far as it is said where they stand."""
    return _checked(raw, base, where or yaml_source.Where())


def _checked(raw: Any, base: Path, where: yaml_source.Where) -> Config:
    plugins.load(raw, base, where)
    if isinstance(raw, dict):
        raw = {k: value for k, value in raw.items() if value is not None or k not in CLEARED}
    raw, chosen, mistakes = split(_renamed(raw), where)
    mistakes = schema.mistakes(Config, raw, where) or mistakes
    if not mistakes:
        wrong = method_mistakes(raw["methods"], chosen, where)
        mistakes = [mistake for own in wrong.values() for mistake in own]
        # The other rules are asked about the rest, so that every mistake is told at once.
        rest = [name for name in raw["methods"] if name not in wrong]
        if rest:
            raw = {**raw, "methods": rest}
            config = _settled(keys.build(Config, raw, base=base, variants=chosen))
            mistakes += rules.mistakes(config, where)
    if mistakes:
        raise InputErrors(mistakes)
    return config


def _with_rate(recipe: AnyRecipe, rate: float) -> AnyRecipe:
    """A recipe with this learning rate where it has none."""
    return recipe if recipe.learning_rate else dataclasses.replace(recipe, learning_rate=rate)


def _renamed(raw: Any) -> Any:
    """The raw configuration with today's names; where a section has both, the old one is left to be refused."""
    for (section, old), new in RENAMED.items():
        part = raw.get(section) if isinstance(raw, dict) else None
        if isinstance(part, dict) and old in part and new not in part:
            raw = {**raw, section: {new if name == old else name: part[name] for name in part}}
    return raw


def _settled(config: Config) -> Config:
    """The configuration with what depends on other keys in place of `null`."""
    encoder, analysis, corpora = config.encoder, config.analysis, config.corpora
    embedded = encoder.name == EMBEDDED
    layers = encoder.layers or (EMBEDDED_LAYERS if embedded else None)
    freeze = EMBEDDED_FREEZE if embedded else FREEZE
    if encoder.freeze is not None:
        freeze = encoder.freeze
    elif layers is not None:
        freeze = min(freeze, layers)
    languages = {
        code: corpus.resolved(corpus.format, code) for code, corpus in corpora.languages.items()
    }
    budgets = config.budgets
    if budgets is None:
        budgets = () if config.updates else ("steps",)
    updates = tuple(sorted(config.updates))
    first = next(iter([*budgets, *map(budget_of, reversed(updates))]), "none")
    return dataclasses.replace(
        config,
        budgets=budgets,
        updates=updates,
        encoder=dataclasses.replace(encoder, layers=layers, freeze=freeze),
        teacher=_with_rate(config.teacher, EMBEDDED_TEACHER_RATE if embedded else TEACHER_RATE),
        student=_with_rate(config.student, EMBEDDED_STUDENT_RATE if embedded else STUDENT_RATE),
        teacher_seeds=config.teacher_seeds or config.seeds,
        subset_seeds=config.subset_seeds or config.seeds,
        single_sources=config.single_sources or config.sources[:1],
        corpora=dataclasses.replace(corpora, languages=languages),
        analysis=dataclasses.replace(
            analysis,
            # Entries of the user come on top of the default ones.
            macrolanguages={**AnalysisConfig().macrolanguages, **analysis.macrolanguages},
            primary_budget=analysis.primary_budget or first,
            primary_method=analysis.primary_method
            or rules.primary_method([config.method(name) for name in config.methods]),
        ),
        scores=config.scores or None,
    )
