"""What a folder's corpora offer to a study: one candidate a language and data set, with what was counted in it."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnerbench.data import languages, survey
from xnerbench.data.formats import Format, Split
from xnerbench.data.readers.opening import open_split
from xnerbench.data.survey import automatic
from xnerbench.errors import InputError
from xnerbench.methods.roles import DIRECT
from xnerbench.study import config
from xnerbench.study.analysis import AnalysisConfig
from xnerbench.study.config import Config

_PARTS: tuple[Split, ...] = ("train", "test")
_SEVERAL = "a macrolanguage; name its folder by the code of one language"


@dataclass
class Candidate:
    """One language's corpus in one folder, and what was counted in it."""

    language: str
    folder: str
    entry: dict[str, Any]
    types: Counter[str]
    pool: int = 0
    note: str = ""
    """Why this corpus and not another of the language, for the written configuration."""

    @property
    def automatic(self) -> str:
        """The corpus's name where a program made its tags, else nothing."""
        return automatic.name_of(Path(self.entry["family"], self.folder))

    @property
    def is_target(self) -> bool:
        """Whether it can be scored: a test set, and unlabelled text."""
        return "test" in self.entry and bool(self.entry.keys() & {"train", "pool"})

    @property
    def usable(self) -> bool:
        """Whether anything can be done with it: text to learn from, or a test set with a pool."""
        return "train" in self.entry or {"test", "pool"} <= self.entry.keys()


def found(folder: Path) -> tuple[list[Candidate], list[Candidate], list[str]]:
    """What a folder has.

    Returns:
        The candidates; those of languages with raw text alone, whose `folder` is its file; a line about each
        file or corpus that was left out.
    """
    grouped: dict[tuple[str, str, str], dict[str, survey.Found]] = defaultdict(dict)
    pools: dict[str, survey.Found] = {}
    left_out = []
    for file in survey.look(folder):
        inner = file.path.relative_to(folder)
        if file.note:
            left_out.append(f"{inner}: {'; '.join(filter(None, (file.note, file.remedy)))}")
        elif file.language is None:
            what = "no name in its path is a language"
            remedy = "name the file or folder by its ISO 639-3 code, such as lug"
            left_out.append(f"{inner}: {what}; {remedy}")
        elif file.format == "text":
            pool = pools.setdefault(file.language, file)
            if pool is not file:
                taken = pool.path.relative_to(folder)
                left_out.append(f"{inner}: {taken} is taken as raw text of {file.language}")
        else:
            place = inner if file.format == "hub" else inner.parent
            if place.name.lower() in survey.SPLITS:
                place = place.parent
            grouped[file.language, file.format, str(place)].setdefault(file.split, file)
    candidates = []
    for (code, kind, home), splits in grouped.items():
        first = next(iter(splits.values()))
        if _is_several(code):
            left_out.append(f"{code} ({home}): {_SEVERAL}")
            continue
        defaults = {field.name: field.default for field in dataclasses.fields(Format.KINDS[kind])}
        entry: dict[str, Any] = {"format": kind}
        for key, value in first.settings.items():
            if key in defaults and defaults[key] != value:
                entry[key] = value
        if kind == "hub":
            entry["path"] = home
        for split in _PARTS:
            if split in splits:
                own = splits[split]
                name = str(own.path.relative_to(folder))
                entry[split] = own.settings.get("split", split) if kind == "hub" else name
        if code in pools:
            entry["pool"] = {
                "path": str(pools[code].path.relative_to(folder)),
                **pools[code].settings,
            }
        entry["family"] = _family(Path(home), folder)
        one = Candidate(code, home, entry, Counter())
        problem = _count(one, folder)
        if problem or not one.usable:
            left_out.append(
                f"{code} ({home}): {problem or 'neither labelled text nor a test set with a pool'}"
            )
        else:
            candidates.append(one)
    with_corpus = {code for (code, *_), splits in grouped.items() if splits.keys() & {*_PARTS}}
    left_out += [f"{code} ({pool.path.relative_to(folder)}): {_SEVERAL}" for code, pool in pools.items()
                 if code not in with_corpus and _is_several(code)]  # fmt: skip
    raw = [
        Candidate(code, str(pool.path.relative_to(folder)), _pool(pool, folder), Counter())
        for code, pool in sorted(pools.items())
        if code not in with_corpus and not _is_several(code)
    ]
    return candidates, raw, left_out


def _is_several(code: str) -> bool:
    return languages.is_macrolanguage(code) and code not in AnalysisConfig().macrolanguages


def _pool(pool: survey.Found, folder: Path) -> dict[str, Any]:
    """The entry of a language of which there is raw text and nothing else."""
    inner = pool.path.relative_to(folder)
    return {
        "format": "conll",  # of a training text and a test set to come
        "pool": {"path": str(inner), **pool.settings},
        "family": _family(inner.parent, folder),
    }


def _family(home: Path, folder: Path) -> str:
    """A data set's folder; where languages lie directly in the folder, it is the data set."""
    first = home.parts[:1]
    named = first and survey.language_of(Path(*first, "file")) is None
    return first[0] if named else folder.resolve().name


def _count(one: Candidate, folder: Path) -> str:
    """Counts a candidate's types; the reason if it cannot be read."""
    study = opening(folder, {one.language: one.entry})
    for split in _PARTS:
        if split not in one.entry:
            continue
        try:
            text = open_split(study, one.language, split)
        except InputError as error:
            return str(error)
        one.types += survey.types_of(text.tags or [])
        if split == "train":
            one.pool = len(text)
    if "pool" in one.entry:
        try:
            pool = len(open_split(study, one.language, "pool", with_tags=False))
        except InputError:
            pool = 0
        if pool <= one.pool:  # the training text is the better pool: it has gold tags, too
            del one.entry["pool"]
        one.pool = max(pool, one.pool)
    return ""


def opening(folder: Path, entries: dict[str, Any], **more: Any) -> Config:
    """A configuration that is good for opening corpora, and for nothing else."""
    raw = {
        "study": "init",
        "sources": ["eng"],
        "targets": ["deu"],
        "sizes": [1],
        "seeds": [0],
        "methods": [DIRECT],
    }
    stand_in = {code: {"format": "embedded"} for code in ("eng", "deu")}
    corpora = {"root": str(folder.resolve()), "languages": stand_in | entries}
    if not entries.keys() & {"eng", "deu"}:
        return config.from_dict({**raw, "corpora": corpora, **more}, Path.cwd())
    others = {"sources": ["fra"], "targets": ["nld"]}
    corpora["languages"] = {"fra": {"format": "embedded"}, "nld": {"format": "embedded"}} | entries
    return config.from_dict({**raw, **others, "corpora": corpora, **more}, Path.cwd())
