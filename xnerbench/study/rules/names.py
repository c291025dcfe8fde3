"""Names and codes: of the study, its labels, its languages; and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xnerbench.data import language_names, languages
from xnerbench.errors import InputError, shortened
from xnerbench.study.reading.yaml_source import Where

if TYPE_CHECKING:
    from xnerbench.study.model import Config

RESERVED = frozenset(
    [
        *(
            "activations",
            "cells",
            "confidences",
            "corpora",
            "counts",
            "encoded",
            "encoders",
            "failures",
        ),
        *("features", "figures", "logs", "partial", "parts", "reliability", "scores", "signals"),
        *("softlabels", "subsets", "tables", "teachers", "weights"),
    ]
)
"""Folders in a study's own: as a part of a name they would put one study among the files of another."""

FILES = (
    *(".csv", ".html", ".json", ".jsonl", ".lock", ".md"),
    *(".parquet", ".safetensors", ".tex", ".yaml"),
)


def name(config: Config, where: Where) -> Iterator[InputError]:
    """The study's name is not that of a folder or file that a study writes."""
    for part in config.study.lower().split("/"):
        if part in RESERVED or part.endswith(FILES):
            what = f"`{part}` is the name of something that a study writes"
            yield InputError(what, where("study"), f"use another name, such as `{part[:90]}-study`")


def duplicates(config: Config, where: Where) -> Iterator[InputError]:
    """No list names a thing twice."""
    for key in (
        "labels",
        "sources",
        "targets",
        "sizes",
        "seeds",
        "methods",
        "budgets",
        "updates",
        "single_sources",
    ):
        yield from twice(getattr(config, key), key, where.below(key))


def twice(values: Sequence[str | int], key: str, where: Where) -> Iterator[InputError]:
    """What a list names once more; `where` names its entries."""
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            what = f"{shortened(value)} is listed twice in `{key}`"
            yield InputError(what, where(index), "remove one of the two")
        seen.add(value)


def labels(config: Config, where: Where) -> Iterator[InputError]:
    """No label has the name of another count."""
    for index, label in enumerate(config.labels):
        if label == "lenient":
            what = "`lenient` is taken: `f1_lenient` is the F1 of all types under another counting"
            yield InputError(what, where("labels", index), "name the type otherwise")


def codes(config: Config, where: Where) -> Iterator[InputError]:
    """Languages are codes, and one language each."""
    places: list[tuple[tuple[str | int, ...], str]] = [
        ((key, index), code)
        for key in ("sources", "targets", "single_sources")
        for index, code in enumerate(getattr(config, key))
        if key != "single_sources" or code not in config.sources
    ]
    places += [(("corpora", "languages", code), code) for code in config.corpora.languages]
    for pair in config.analysis.macrolanguages.items():
        places += [(("analysis", "macrolanguages", pair[0]), code) for code in pair]
    for at, code in places:
        if not languages.is_code(code):
            guess = language_names.suggest(code)
            remedy = f"did you mean {guess}" if guess else "look it up at iso639-3.sil.org"
            yield InputError(f"`{shortened(code)}` is not an ISO 639-3 code", where(*at), remedy)
    for key in ("sources", "targets"):
        for index, code in enumerate(getattr(config, key)):
            if languages.is_macrolanguage(code) and code not in config.analysis.macrolanguages:
                yield InputError(
                    f"`{code}` ({languages.name(code)}) is a macrolanguage: "
                    "its distances would be those of no language",
                    where(key, index),
                    "use the code of one language, or name the one whose distances count: "
                    f"`analysis: {{macrolanguages: {{{code}: <code>}}}}` "
                    f"(`{code}: {code}` takes its own row)",
                )
