"""`xnerbench check`: a configuration and every corpus in it, opened and counted; nothing is run."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.commands.corpus_prepare import describe
from xnerbench.data import corpus
from xnerbench.errors import InputError, InputErrors
from xnerbench.learning.spec import PACKED_TYPES, is_packed
from xnerbench.storage import artifacts
from xnerbench.study import config
from xnerbench.study.schema import near_miss

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("config", help="the study's configuration")


def run(arguments: argparse.Namespace) -> int:
    """Prints one line a corpus; raises `InputErrors` with every mistake found."""
    study = config.load(arguments.config)
    mistakes = check(study, say=lambda line: print(line, flush=True))
    if mistakes:
        raise InputErrors(mistakes)
    print(f"{arguments.config}: no mistakes found")
    return 0


def check(study: Config, say: Callable[[str], None] = lambda line: None) -> list[InputError]:
    """Opens everything that a study names.

    Args:
        study: A configuration that `config.load` accepts.
        say: Called with a line about each corpus.

    Returns:
        Every mistake: unreadable or unfit corpora, sizes beyond a pool, misspelt entries of
        `label_map`, missing files.
    """
    mistakes = _files(study)
    if study.scores is not None:
        return mistakes
    say(_path(study))
    seen: Counter[str] = Counter()
    for language in study.sources:
        try:
            part = corpus.source(study, language)
        except InputError as error:
            mistakes.append(error)
            continue
        seen += part.seen
        say(describe(corpus.manifest(study, language, "source", part)))
    for language in study.targets:
        try:
            target = corpus.target(study, language)
        except InputError as error:
            mistakes.append(error)
            continue
        seen += target.test.seen
        mistakes += _sizes(study, language, len(target.pool.words))
        say(describe(corpus.manifest(study, language, "target", target)))
    if not mistakes:  # a corpus that could not be read may be the one with the type
        mistakes += _label_map(study, seen, say)
    # One unset variable or one broken corpus in two roles is one mistake.
    return list({str(mistake): mistake for mistake in mistakes}.values())


def _files(study: Config) -> list[InputError]:
    named = {
        "scores": study.scores,
        "analysis.distances": study.analysis.distances,
        "analysis.covariates": study.analysis.covariates,
    }
    mistakes = [
        InputError(f"there is no file {study.path(name)}", key, "check the path")
        for key, name in named.items()
        if name is not None and not study.path(name).is_file()
    ]
    name = study.encoder.name
    folder: Path = study.path(name)
    local = name.startswith((".", "/", "~")) or (folder.is_dir() and name != "embedded")
    if local and not (folder / "config.json").is_file():
        what = f"{folder} is not a Hugging Face folder: it has no config.json"
        mistakes.append(InputError(what, "encoder.name", "check the path"))
    return mistakes


def _path(study: Config) -> str:
    """Which of the two paths the encoder takes, as far as that is known before it is loaded."""
    packed = "the packed path (this suite's own layers, without padding)"
    general = "the general path (transformers' layers): training takes about 1.5 times as long"
    if study.encoder.name == "embedded":
        return f"encoder: embedded, {packed}"
    file = study.path(study.encoder.name) / "config.json"
    try:
        values = artifacts.read_json(file)
        kind = values["model_type"]
    except (OSError, ValueError, TypeError, KeyError):
        types = ", ".join(PACKED_TYPES)
        return f"encoder: {study.encoder.name}; types {types} take {packed}, others {general}"
    return (
        f"encoder: {study.encoder.name}, of type {kind}, {packed if is_packed(values) else general}"
    )


def _sizes(study: Config, language: str, pool: int) -> list[InputError]:
    return [
        InputError(
            f"{size} sentences are more than the pool of `{language}` has ({pool})",
            f"sizes[{index}]",
            f"remove the size, add `{language}` to `largest_size`, or give more unlabelled text in "
            f"`corpora.languages.{language}.pool`",
        )
        for index, size in enumerate(study.sizes)
        if size in study.sizes_for(language) and size > pool
    ]


def _label_map(
    study: Config, seen: Counter[str], say: Callable[[str], None]
) -> Iterator[InputError]:
    """Entries of a type that no corpus has: a mistake if a type without an entry is nearly called so.

    Others are only told of. Who runs a part of a study, with some of its targets, keeps the whole map.
    """
    unmapped = [kind for kind in seen if kind not in {*study.labels, *study.corpora.label_map}]
    for kind in study.corpora.label_map:
        if kind in seen:
            continue
        what, key = f"no corpus of the study has the type `{kind}`", f"corpora.label_map.{kind}"
        if meant := near_miss(kind, unmapped):
            yield InputError(what, key, f"did you mean `{meant}`")
        else:
            say(f"{key}: {what}; the entry does nothing")
