"""Encoder and analysis: what their keys may say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xnerbench.errors import InputError, shortened
from xnerbench.methods import Method
from xnerbench.methods.roles import PRIMARY
from xnerbench.storage import artifacts
from xnerbench.study.reading.schema import did_you_mean
from xnerbench.study.reading.yaml_source import Where

if TYPE_CHECKING:
    from xnerbench.study.model import Config

DISTANCES = ("syntactic", "phonological", "inventory", "featural", "geographic", "genetic")


def primary_method(methods: Sequence[Method]) -> str:
    """The default of `analysis.primary_method`: `ts`, or the first method that has a curve."""
    curved = [method.name for method in methods if method.trains_student]
    names = [method.name for method in methods]
    return PRIMARY if PRIMARY in names else (curved or names)[0]


def encoder(config: Config, where: Where) -> Iterator[InputError]:
    """An encoder is either at hand or pinned, and freezes no more than it keeps."""
    encoder = config.encoder
    folder = encoder.name.startswith((".", "/", "~")) or artifacts.is_folder(
        config.path(encoder.name)
    )
    local = folder or encoder.name == "embedded"
    if local and encoder.revision:
        what = f"`{shortened(encoder.name)}` is not on a hub and has no revision"
        yield InputError(what, where("encoder", "revision"), "remove the key")
    if not local and not encoder.revision:
        yield InputError(
            f"the hub model `{shortened(encoder.name)}` is not pinned to a revision",
            where("encoder", "name"),
            "give its commit in `encoder.revision`, or the path of a local folder "
            "(as ./folder) in `encoder.name`",
        )
    if encoder.layers is not None and encoder.freeze > encoder.layers:
        yield InputError(
            f"{encoder.freeze} layers are frozen, and only {encoder.layers} are kept",
            where("encoder", "freeze"),
            f"use a number from 0 to {encoder.layers}",
        )


def analysis(config: Config, where: Where) -> Iterator[InputError]:
    """The primary method, budget and distance are there."""
    analysis = config.analysis
    if analysis.primary_method not in config.methods:
        remedy = did_you_mean(analysis.primary_method, config.methods, "choose one of")
        what = f"`{shortened(analysis.primary_method)}` is not in `methods`"
        yield InputError(what, where("analysis", "primary_method"), remedy)
    if config.all_budgets and analysis.primary_budget not in config.all_budgets:
        what = f"`{analysis.primary_budget}` is not a budget of the study"
        remedy = f"choose one of {', '.join(config.all_budgets)}"
        yield InputError(what, where("analysis", "primary_budget"), remedy)
    if analysis.primary_distance not in DISTANCES and analysis.distances is None:
        remedy = did_you_mean(analysis.primary_distance, DISTANCES, "choose one of")
        yield InputError(
            f"`{shortened(analysis.primary_distance)}` is not a distance",
            where("analysis", "primary_distance"),
            f"{remedy}, or give your own table in `analysis.distances`",
        )


def given_teacher(config: Config, where: Where) -> Iterator[InputError]:
    """A given teacher is the encoder of a study with one source, and needs no labelled text."""
    if config.given_teacher is None:
        return
    if config.encoder.name != config.given_teacher:
        what = "the teacher is built on another encoder than the study's"
        remedy = f"set `encoder: {{name: {shortened(config.given_teacher)}}}`"
        yield InputError(what, where("given_teacher"), remedy)
    if len(config.sources) > 1:
        remedy = "name the one language that it was made for"
        yield InputError("one tagger is the teacher of several sources", where("sources"), remedy)
    for index, method in enumerate(map(config.method, config.methods)):
        if "source" in method.needs:
            what = f"`{method.name}` reads labelled text, and a given teacher comes without it"
            yield InputError(what, where("methods", index), "remove the method")
