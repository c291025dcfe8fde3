"""The grid: what its axes and parts allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xnerbench.errors import InputError, shortened
from xnerbench.study.layout import MOST_SOURCES
from xnerbench.study.reading.schema import did_you_mean
from xnerbench.study.reading.yaml_source import Where
from xnerbench.study.rules.names import twice

if TYPE_CHECKING:
    from xnerbench.study.model import Config

MOST_CELLS = 1_000_000
"""Cells of a grid that can still be planned and scored."""


def cells(config: Config, where: Where) -> Iterator[InputError]:
    """The grid is not too large to be planned."""
    pool = len(config.sizes) * len(config.all_budgets)
    single = len(config.single_sources)
    each = sum(
        (pool if method.trains_student else 1) * (1 if method.multi_source else single)
        for method in map(config.method, config.methods)
    )
    cells = each * len(config.targets) * len(config.seeds)
    if cells > MOST_CELLS:
        what = f"the grid has up to {cells:,} cells, more than {MOST_CELLS:,}"
        remedy = "give fewer sizes, seeds or targets, or split the study"
        yield InputError(what, where("sizes"), remedy)


def updates(config: Config, where: Where) -> Iterator[InputError]:
    """Students have a budget."""
    students = [name for name in config.methods if config.method(name).trains_student]
    if students and not config.all_budgets:
        what = f"`{students[0]}` trains students, and the study has no budget"
        yield InputError(what, where("budgets"), "give `budgets` or `updates`")


def sources(config: Config, where: Where) -> Iterator[InputError]:
    """Every target has the sources that the methods need, and none is its own."""
    for index, target in enumerate(config.targets):
        if target in config.sources and not config.exclude_target_from_sources:
            yield InputError(
                f"`{target}` is also a source",
                where("targets", index),
                "remove it from one list, or set `exclude_target_from_sources: true` "
                "(it then teaches the other targets only)",
            )
    for index, source in enumerate(config.single_sources):
        if source not in config.sources:
            what = f"`{shortened(source)}` is not in `sources`"
            yield InputError(
                what, where("single_sources", index), "add it there, or remove it here"
            )
    known = [config.method(name) for name in config.methods]
    if len(config.sources) > MOST_SOURCES and any(method.multi_source for method in known):
        what = f"{len(config.sources)} sources at once are more than a file's name can hold"
        yield InputError(what, where("sources"), f"use at most {MOST_SOURCES} with such methods")
    for index, target in enumerate(config.targets):
        if target in config.sources and not config.exclude_target_from_sources:
            continue
        single = [source for source in config.single_sources if source != target]
        if not single and any(not method.multi_source for method in known):
            yield InputError(
                f"`{target}` has no single source but itself",
                where("targets", index),
                "add another language to `single_sources`",
            )
        for method in known:
            if method.multi_source and len(config.sources_for(target)) < 2:
                yield InputError(
                    f"`{method.name}` has fewer than two sources for `{target}`",
                    where("methods", config.methods.index(method.name)),
                    "add a language to `sources`, or remove the method",
                )


def only(config: Config, where: Where) -> Iterator[InputError]:
    """Parts of the grid are parts of it."""
    for name, part in config.only.items():
        if name not in config.methods:
            remedy = did_you_mean(name, config.methods, "the study's methods are")
            yield InputError(
                f"`{shortened(name)}` is not in `methods`", where("only", name), remedy
            )
            continue
        for key in ("sizes", "targets", "budgets", "updates", "seeds"):
            chosen, whole = getattr(part, key), getattr(config, key)
            at = ("only", name, key)
            of_students = key in ("sizes", "budgets", "updates")
            if chosen and of_students and not config.method(name).trains_student:
                what = f"`{name}` has no {key}: it trains on no target text"
                yield InputError(what, where(*at), "remove the key")
            for index, value in enumerate(chosen or ()):
                if value not in whole:
                    remedy = f"`{key}` has {', '.join(map(str, whole))}"
                    yield InputError(
                        f"{shortened(value)} is not in `{key}`", where(*at, index), remedy
                    )
            yield from twice(chosen or (), key, where.below(*at))


def largest_size(config: Config, where: Where) -> Iterator[InputError]:
    """A limit of sizes leaves some."""
    for target, limit in config.largest_size.items():
        at = where("largest_size", target)
        if target not in config.targets:
            yield InputError(
                f"`{shortened(target)}` is not in `targets`", at, "add it there, or remove it here"
            )
        elif not config.sizes_for(target):
            what = f"{limit} leaves `{target}` without any size"
            yield InputError(what, at, f"use at least {min(config.sizes)}, or remove the target")


def some_targets(config: Config, where: Where) -> Iterator[InputError]:
    """Targets without a test set, and those with all seeds, are targets."""
    for key in ("untested", "all_seeds_in"):
        for index, target in enumerate(getattr(config, key)):
            if target not in config.targets:
                what = f"`{shortened(target)}` is not in `targets`"
                yield InputError(what, where(key, index), "add it there, or remove it here")
        yield from twice(getattr(config, key), key, where.below(key))
