"""`xnerbench check`: a configuration and every corpus in it, opened and counted; nothing is run."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.commands.study import preview
from xnerbench.data import corpus, doubts
from xnerbench.data.corpus import Part, Target
from xnerbench.data.formats import Format, Place, Split
from xnerbench.data.readers.opening import open_split
from xnerbench.data.survey import recognised
from xnerbench.errors import InputError, InputErrors
from xnerbench.jobs.corpus import describe
from xnerbench.learning.layers.spec import PACKED_TYPES, is_packed
from xnerbench.storage import artifacts
from xnerbench.study import config

if TYPE_CHECKING:
    from xnerbench.study.config import Config

SPLITS: tuple[Split, ...] = ("train", "test", "pool")
NEARLY = 0.85  # PERSN is nearly PERSON, and PERSON is not nearly PRO


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "config",
        nargs="+",
        type=Path,
        help="the study's configuration; further files lie over it, as in snakemake --configfile",
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints some lines a corpus, then what is doubtful; raises `InputErrors` with every mistake found."""
    study = config.load(arguments.config)
    colour = sys.stdout.isatty()
    mistakes = check(study, say=lambda line: print(line, flush=True), colour=colour)
    if mistakes:
        raise InputErrors(mistakes)
    print(f"{', '.join(map(str, arguments.config))}: no mistakes found")
    return 0


def check(
    study: Config, say: Callable[[str], None] = lambda line: None, colour: bool = False
) -> list[InputError]:
    """Opens everything that a study names.

    Args:
        study: A configuration that `config.load` accepts.
        say: Called with lines about each corpus, those of doubts beginning with `warning: `.
        colour: Whether sentences are shown with terminal codes.

    Returns:
        Every mistake: unreadable or unfit corpora, sizes beyond a pool, missing files.
    """
    mistakes = _files(study)
    if study.scores is not None:
        return mistakes
    say(_path(study))
    sources: dict[str, Part] = {}
    targets: dict[str, Target] = {}

    def show(part: Part, place: str) -> None:
        tags = part.tags[0] if part.tags else None
        say(f"  {place}: {preview.show(part.words[0], tags, study.labels, colour)}")

    for language in () if study.given_teacher else study.sources:
        try:
            sources[language] = part = corpus.source(study, language)
        except InputError as error:
            mistakes.append(error)
            continue
        say(describe(corpus.manifest(study, language, "source", part)))
        show(part, "train")
    for language in study.targets:
        try:
            targets[language] = target = corpus.target(study, language)
        except InputError as error:
            mistakes.append(error)
            mistakes += _other_parts(study, language)
            continue
        mistakes += _sizes(study, language, len(target.pool.words))
        mistakes += _gold(study, language)
        say(describe(corpus.manifest(study, language, "target", target)))
        if target.test.words:
            show(target.test, "test")
        show(target.pool, "pool")
    for line in _doubts(study, sources, targets, whole=not mistakes):
        say(f"warning: {line}")
    mistakes = [_with_format(study, mistake) for mistake in mistakes]
    # One unset variable or one broken corpus in two roles is one mistake.
    return list({str(mistake): mistake for mistake in mistakes}.values())


def _with_format(study: Config, mistake: InputError) -> InputError:
    """A mistake in a file that looks like another format, with that said beside what is wrong with it as configured."""
    for language in (*study.sources, *study.targets):
        entry, place = study.corpora.languages.get(language), study.place(language)
        if entry is None:
            continue
        for split in SPLITS:
            if mistake.where != f"{place.key}.{split}" and not _in_file(
                entry, place, split, mistake
            ):
                continue
            what, remedy = recognised.doubt(entry, place, split)
            if what:
                both = (
                    f"{mistake.remedy}; or, if that is what it is, {remedy}"
                    if mistake.remedy
                    else remedy
                )
                return InputError(f"{mistake.what}; {what}", mistake.where, both)
    return mistake


def _in_file(entry: Format, place: Place, split: Split, mistake: InputError) -> bool:
    try:
        return any(mistake.where.startswith(str(path)) for path in entry.files(split, place))
    except InputError:  # no folder to look in
        return False


def _other_parts(study: Config, language: str) -> Iterator[InputError]:
    """What is wrong with the pool, which is not opened where the test set cannot be read."""
    try:
        open_split(study, language, "pool", with_tags=False)
    except InputError as error:
        yield error


def _gold(study: Config, language: str) -> Iterator[InputError]:
    """What is wrong with the tags of a pool that `supervised` will read."""
    for name in study.methods:
        part = study.only.get(name)
        wanted = part is None or part.targets is None or language in part.targets
        if study.method(name).reads_gold and wanted:
            try:
                open_split(study, language, "pool", with_tags=True)
            except InputError as error:
                yield error
            return


def _doubts(
    study: Config, sources: dict[str, Part], targets: dict[str, Target], whole: bool
) -> Iterator[str]:
    for language, part in sources.items():
        yield from _format(study, language, "train")
        yield from doubts.of_words(part, f"{language} train")
    for language, target in targets.items():
        if target.test.words:
            yield from _format(study, language, "test")
        yield from _format(study, language, "pool")
        yield from doubts.of_target(target, language, study.labels)
    if whole:  # a corpus that could not be read may be the one with the type
        yield from _label_map(study, [*sources.values(), *(t.test for t in targets.values())])
        yield from _cut(study, sources, targets)


def _format(study: Config, language: str, split: Split) -> Iterator[str]:
    what, remedy = recognised.doubt(study.corpora.languages[language], study.place(language), split)
    if what:
        yield f"{language} {split}: {what}; {remedy}"


def _cut(study: Config, sources: dict[str, Part], targets: dict[str, Target]) -> Iterator[str]:
    """Words beyond `max_subwords`; those of a test set are lost whatever the student learns."""
    from xnerbench.learning.encoders import subwords

    if not subwords.at_hand(study):
        yield f"words beyond max_subwords are not counted: {study.encoder.name} is not on this machine yet"
        return
    texts = [(f"{language} test", language, t.test) for language, t in targets.items()]
    texts += [(f"{language} train", language, part) for language, part in sources.items()]
    for place, language, part in texts:
        counts = subwords.statistics(study, language, part.words)
        if cut := counts["words_cut"]:
            lost = "are predicted O" if place.endswith("test") else "are not learnt from"
            yield (
                f"{place}: {cut:,} of {counts['words']:,} words lie beyond max_subwords "
                f"({study.max_subwords}) and {lost}; raise it, or split long sentences"
            )
        if gone := counts["words_without_subword"]:
            yield f"{place}: {gone:,} of {counts['words']:,} words have no subword and are predicted O"


def _files(study: Config) -> list[InputError]:
    named = {
        "scores": study.scores,
        "analysis.distances": study.analysis.distances,
        "analysis.covariates": study.analysis.covariates,
        "analysis.families": study.analysis.families,
    }
    mistakes = [
        InputError(f"there is no file {study.path(name)}", key, "check the path")
        for key, name in named.items()
        if name is not None and not artifacts.is_file(study.path(name))
    ]
    name = study.encoder.name
    folder: Path = study.path(name)
    local = name.startswith((".", "/", "~")) or (artifacts.is_folder(folder) and name != "embedded")
    if local and not artifacts.is_file(folder / "config.json"):
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


def _label_map(study: Config, parts: list[Part]) -> Iterator[str]:
    """Misspelt entries. Others without use are none of our business: a map may serve many studies."""
    seen = {kind for part in parts for kind in part.seen}
    used = {kind.casefold() for kind in seen}
    left = {kind for part in parts for kind in part.unmapped} - set(study.corpora.label_map)
    for kind in study.corpora.label_map:
        if kind.casefold() in used:
            continue
        for meant in difflib.get_close_matches(kind, sorted(left), 1, NEARLY):
            yield (
                f"corpora.label_map.{kind}: no corpus of the study has the type `{kind}`; "
                f"did you mean `{meant}`?"
            )
