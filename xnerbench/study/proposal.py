"""A first configuration for a folder of corpora: which languages, types and sizes, and why, in comments."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnerbench.data import corpus, known_types, languages, survey
from xnerbench.data.formats import Format
from xnerbench.data.opening import open_split
from xnerbench.errors import InputError
from xnerbench.study import config
from xnerbench.study.config import AnalysisConfig, Config

SIZES = (25, 100, 400, 1600)
"""Sizes that are proposed as far as the pools go; larger ones cost hours."""
FEW = 0.8
"""A label that so large a share of the languages has is kept, and the others are left out."""


@dataclass
class Candidate:
    """One language's corpus in one folder, and what was counted in it."""

    language: str
    folder: str
    entry: dict[str, Any]
    types: Counter[str]
    pool: int = 0

    @property
    def usable(self) -> bool:
        """Whether anything can be done with it: text to learn from, or a test set with a pool."""
        return "train" in self.entry or {"test", "pool"} <= self.entry.keys()


def study_name(folder: Path) -> str:
    """A study's name from a folder's."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-")
    return name or "study"


def draft(folder: Path, sources: tuple[str, ...], say: Callable[[str], None]) -> str:
    """The configuration as YAML with comments.

    Args:
        folder: Of the corpora.
        sources: Chosen by the user; English, or else the largest labelled text, if empty.
        say: Called with a line about each thing that was found or left out.

    Raises:
        InputError: No source, or no target, can be made of what is there.
    """
    candidates, left_out = _candidates(folder)
    chosen, others = _one_each(candidates)
    left_out += others
    kinds = sum((c.types for c in chosen.values()), Counter())
    label_map = {kind: known_types.proposed(kind) for kind in kinds}
    labels = _labels(chosen, label_map)
    for code, one in list(chosen.items()):
        have = {label_map.get(kind) or kind for kind in one.types}
        if missing := [label for label in labels if label not in have]:
            left_out.append(f"{code} ({one.folder}): no entity of {', '.join(missing)}")
            del chosen[code]
    sources = sources or _source(chosen)
    for source in sources:
        if source not in chosen or "train" not in chosen[source].entry:
            known = ", ".join(code for code, c in chosen.items() if "train" in c.entry)
            raise InputError(
                f"`{source}` has no labelled text here", "--source", f"labelled are {known}"
            )
    targets = [
        code for code, c in chosen.items()
        if code not in sources and "test" in c.entry and c.entry.keys() & {"train", "pool"}
    ]  # fmt: skip
    left_out += [f"{code} ({c.folder}): no test set" for code, c in chosen.items()
                 if code not in {*sources, *targets}]  # fmt: skip
    _measure(folder, chosen, targets, labels, label_map, left_out)
    sizes, largest = _sizes({code: chosen[code].pool for code in targets})
    for code in [code for code in targets if largest.get(code) == 0]:
        left_out.append(f"{code}: {chosen[code].pool} unlabelled sentences are too few")
        targets.remove(code)
    largest = {code: size for code, size in largest.items() if size and size < max(sizes)}
    if not sources or not targets:
        raise InputError(
            "no study can be made of it: it needs a language with labelled text and another with a test set",
            str(folder),
            f"see docs/corpora.md for what is read; left out: {'; '.join(left_out) or 'nothing'}",
        )  # fmt: skip
    for code in (*sources, *targets):
        role = (
            "source" if code in sources else f"target, {chosen[code].pool:,} unlabelled sentences"
        )
        say(
            f"{code} ({languages.name(code)}): {chosen[code].entry['format']} in {chosen[code].folder}; {role}"
        )
    for line in left_out:
        say(f"left out: {line}")
    gold = all("pool" not in chosen[code].entry for code in targets)
    methods = [
        "direct",
        "ts",
        *(["multi-avg"] if len(sources) > 1 else []),
        *(["supervised"] if gold else []),
    ]
    return _yaml(
        folder,
        sources,
        targets,
        sizes,
        largest,
        methods,
        labels,
        label_map,
        kinds,
        chosen,
        left_out,
    )


def _candidates(folder: Path) -> tuple[list[Candidate], list[str]]:
    grouped: dict[tuple[str, str, str], dict[str, survey.Found]] = defaultdict(dict)
    pools: dict[str, survey.Found] = {}
    left_out = []
    for found in survey.look(folder):
        inner = found.path.relative_to(folder)
        if found.note:
            left_out.append(f"{inner}: {found.note}")
        elif found.language is None:
            left_out.append(f"{inner}: no name in its path is a language")
        elif found.format == "text":
            pools.setdefault(found.language, found)
        elif found.format not in Format.KINDS:
            left_out.append(
                f"{inner}: {found.format} is no format of this version; see docs/corpora.md"
            )
        else:
            place = inner if found.format == "hub" else inner.parent
            if place.name.lower() in survey.SPLITS:
                place = place.parent
            grouped[found.language, found.format, str(place)].setdefault(found.split, found)
    candidates = []
    for (code, kind, home), splits in grouped.items():
        first = next(iter(splits.values()))
        if languages.is_macrolanguage(code) and code not in AnalysisConfig().macrolanguages:
            left_out.append(
                f"{code} ({home}): a macrolanguage; name its folder by the code of one language"
            )
            continue
        defaults = {field.name: field.default for field in dataclasses.fields(Format.KINDS[kind])}
        entry: dict[str, Any] = {"format": kind}
        for key, value in first.settings.items():
            if key in defaults and defaults[key] != value:
                entry[key] = value
        if kind == "hub":
            entry["path"] = home
        for split in ("train", "test"):
            if split in splits:
                own = splits[split]
                file = str(own.path.relative_to(folder))
                entry[split] = own.settings.get("split", split) if kind == "hub" else file
        if code in pools:
            entry["pool"] = {
                "path": str(pools[code].path.relative_to(folder)),
                **pools[code].settings,
            }
        # A data set's folder; where languages lie directly in the folder, it is the data set.
        first_part = Path(home).parts[:1]
        named = first_part and survey.language_of(Path(*first_part, "file")) is None
        entry["family"] = first_part[0] if named else folder.resolve().name
        one = Candidate(code, home, entry, Counter())
        problem = _count(one, folder)
        if problem or not one.usable:
            left_out.append(
                f"{code} ({place}): {problem or 'neither labelled text nor a test set with a pool'}"
            )
        else:
            candidates.append(one)
    return candidates, left_out


def _count(one: Candidate, folder: Path) -> str:
    """Counts a candidate's types; the reason if it cannot be read."""
    study = _study(folder, {one.language: one.entry})
    for split in ("train", "test"):
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


def _study(folder: Path, entries: dict[str, Any], **more: Any) -> Config:
    """A configuration that is good for opening corpora, and for nothing else."""
    raw = {
        "study": "init",
        "sources": ["eng"],
        "targets": ["deu"],
        "sizes": [1],
        "seeds": [0],
        "methods": ["direct"],
    }
    stand_in = {code: {"format": "embedded"} for code in ("eng", "deu")}
    corpora = {"root": str(folder.resolve()), "languages": stand_in | entries}
    if not entries.keys() & {"eng", "deu"}:
        return config.from_dict({**raw, "corpora": corpora, **more}, Path.cwd())
    others = {"sources": ["fra"], "targets": ["nld"]}
    corpora["languages"] = {"fra": {"format": "embedded"}, "nld": {"format": "embedded"}} | entries
    return config.from_dict({**raw, **others, "corpora": corpora, **more}, Path.cwd())


def _one_each(candidates: list[Candidate]) -> tuple[dict[str, Candidate], list[str]]:
    """Of several corpora of a language the one with most parts, then of the commonest family."""
    families = Counter(c.entry["family"] for c in candidates)

    def rank(c: Candidate) -> tuple[int, int, str]:
        parts = len({"train", "test"} & c.entry.keys())
        return -parts, -families[c.entry["family"]], c.folder

    chosen: dict[str, Candidate] = {}
    others = []
    for one in sorted(candidates, key=rank):
        if one.language in chosen:
            others.append(
                f"{one.language} ({one.folder}): {chosen[one.language].folder} is taken for this language"
            )
        else:
            chosen[one.language] = one
    return dict(sorted(chosen.items())), others


def _labels(chosen: dict[str, Candidate], label_map: dict[str, str | None]) -> list[str]:
    """PER, LOC and ORG as far as most languages have them, or else the types that most have."""
    having: Counter[str] = Counter()
    for one in chosen.values():
        having.update({label_map.get(kind) or kind for kind in one.types})
    common = [label for label in known_types.KNOWN if having[label] >= FEW * len(chosen) > 0]
    every = [kind for kind, n in having.most_common(10) if n >= FEW * len(chosen)]
    return common or every or list(known_types.KNOWN)


def _source(chosen: dict[str, Candidate]) -> tuple[str, ...]:
    labelled = {code: c.pool for code, c in chosen.items() if "train" in c.entry}
    return (
        ("eng",)
        if "eng" in labelled
        else tuple(sorted(labelled, key=lambda code: -labelled[code])[:1])
    )


def _measure(
    folder: Path, chosen: dict[str, Candidate], targets: list[str], labels: list[str],
    label_map: dict[str, str | None], left_out: list[str],
) -> None:  # fmt: skip
    """Pools as a study will have them: without test sentences and repeats."""
    useful: dict[str, str | None] = {
        kind: label for kind, label in label_map.items() if label in labels
    }
    for code in list(targets):
        corpora = _study(folder, {code: chosen[code].entry}, labels=labels)
        corpora = dataclasses.replace(
            corpora, corpora=dataclasses.replace(corpora.corpora, label_map=useful)
        )
        try:
            chosen[code].pool = len(corpus.target(corpora, code).pool.words)
        except InputError as error:
            left_out.append(f"{code} ({chosen[code].folder}): {error}")
            targets.remove(code)


def _sizes(pools: dict[str, int]) -> tuple[list[int], dict[str, int]]:
    """Sizes, and the largest of each target (0: none)."""
    sizes = [size for size in SIZES if any(pool >= size for pool in pools.values())] or [SIZES[0]]
    return sizes, {
        code: max((s for s in sizes if s <= pool), default=0) for code, pool in pools.items()
    }


def _yaml(
    folder: Path, sources: tuple[str, ...], targets: list[str], sizes: list[int], largest: dict[str, int],
    methods: list[str], labels: list[str], label_map: dict[str, str | None], kinds: Counter[str],
    chosen: dict[str, Candidate], left_out: list[str],
) -> str:  # fmt: skip
    def flow(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {flow(v)}" for key, v in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(map(flow, value)) + "]"
        plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*", value)
        reserved = str(value).lower() in (
            "no",
            "yes",
            "on",
            "off",
            "true",
            "false",
            "null",
            "y",
            "n",
        )
        return str(value) if plain and not reserved else json.dumps(value, ensure_ascii=False)

    smallest = min(chosen[code].pool for code in targets)
    lines = [
        f"# A first configuration of the corpora in {folder}, made by `xnerbench init`. Every line is yours to change;",
        "# docs/configuration.md has all keys.",
        f"study: {flow(study_name(folder))}",
        f"sources: {flow(sources)}   # labelled text to learn from",
        f"targets: {flow(targets)}",
        f"sizes: {flow(sizes)}   # unlabelled sentences; pools hold {smallest:,} and more",
    ]
    if largest:
        lines.append(f"largest_size: {flow(largest)}   # smaller pools")
    lines += [
        "seeds: [0, 1, 2]",
        f"methods: {flow(methods)}   # docs/methods.md",
        f"labels: {flow(labels)}",
        "encoder: {name: embedded}   # or a hub name with `revision:`, or a local folder",
        "corpora:",
        f"  root: {flow(str(folder))}",
        "  # max_train: 5000   # caps make a first run short",
        "  # max_test: 1000",
    ]
    entries = [(kind, n) for kind, n in kinds.most_common() if kind not in labels]
    if entries:
        lines.append(
            "  label_map:   # types of these corpora that are no label of the study; null becomes O"
        )
        for kind, n in entries:
            label = label_map.get(kind)
            lines.append(
                f"    {flow(kind)}: {flow(label if label in labels else None)}   # {n:,} entities"
            )
    lines.append("  languages:   # add `licence:` to each; the report prints it")
    for code in (*sources, *targets):
        lines.append(f"    {flow(code)}: {flow(chosen[code].entry)}   # {languages.name(code)}")
    if left_out:
        lines.append("# Left out:")
        lines += [f"#   {' '.join(line.split())}" for line in left_out]
    return "\n".join(lines) + "\n"
