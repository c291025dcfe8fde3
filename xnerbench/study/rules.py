"""What must hold between the keys of a configuration, beyond what the schema can say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from xnerbench.data import languages
from xnerbench.errors import SHOWN, InputError, shortened
from xnerbench.methods import Method
from xnerbench.storage import artifacts
from xnerbench.study.schema import did_you_mean
from xnerbench.study.yaml_source import Where

if TYPE_CHECKING:
    from xnerbench.study.config import Config

DISTANCES = ("syntactic", "phonological", "inventory", "featural", "geographic", "genetic")

RESERVED = frozenset(
    (
        *(
            "activations",
            "cells",
            "corpora",
            "counts",
            "encoders",
            "failures",
            "features",
            "figures",
        ),
        *("logs", "parts", "scores", "softlabels", "subsets", "tables", "teachers", "weights"),
    )
)
"""Folders in a study's own: as a part of a name they would put one study among the files of another."""

FILES = (".csv", ".html", ".json", ".jsonl", ".md", ".parquet", ".safetensors", ".tex", ".yaml")

MOST_CELLS = 1_000_000
"""Cells of a grid that can still be planned and scored."""


def primary_method(methods: Sequence[Method]) -> str:
    """The default of `analysis.primary_method`: `ts`, or the first method that has a curve."""
    curved = [method.name for method in methods if method.trains_student]
    names = [method.name for method in methods]
    return "ts" if "ts" in names else (curved or names)[0]


def mistakes(config: Config, where: Where) -> list[InputError]:
    """The first broken rules, most basic first; later rules may assume nothing about earlier ones."""
    rules = (
        _name,
        _duplicates,
        _labels,
        _codes,
        _updates,
        _dictionaries,
        _sources,
        _cells,
        _only,
        _largest_size,
        _encoder,
        _label_map,
        _corpora,
        _analysis,
    )
    return list(islice(chain.from_iterable(rule(config, where) for rule in rules), SHOWN))


def _name(config: Config, where: Where) -> Iterator[InputError]:
    for part in config.study.lower().split("/"):
        if part in RESERVED or part.endswith(FILES):
            what = f"`{part}` is the name of something that a study writes"
            yield InputError(what, where("study"), f"use another name, such as `{part[:90]}-study`")


def _cells(config: Config, where: Where) -> Iterator[InputError]:
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


def _duplicates(config: Config, where: Where) -> Iterator[InputError]:
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
        values = getattr(config, key)
        seen = set()
        for index, value in enumerate(values):
            if value in seen:
                what = f"{shortened(value)} stands twice in `{key}`"
                yield InputError(what, where(key, index), "remove one of the two")
            seen.add(value)


def _labels(config: Config, where: Where) -> Iterator[InputError]:
    for index, label in enumerate(config.labels):
        if label == "lenient":
            what = "`lenient` is taken: `f1_lenient` is the F1 of all types under another counting"
            yield InputError(what, where("labels", index), "name the type otherwise")


def _codes(config: Config, where: Where) -> Iterator[InputError]:
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
            guess = languages.suggest(code)
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


def _updates(config: Config, where: Where) -> Iterator[InputError]:
    students = [name for name in config.methods if config.method(name).trains_student]
    if students and not config.all_budgets:
        what = f"`{students[0]}` trains students, and the study has no budget"
        yield InputError(what, where("budgets"), "give `budgets` or `updates`")


def _dictionaries(config: Config, where: Where) -> Iterator[InputError]:
    from xnerbench.study.config import DICTIONARIES as built_in

    for target, path in config.dictionaries.items():
        at = where("dictionaries", target)
        if target not in config.targets:
            yield InputError(f"`{target}` is not in `targets`", at, "add it there, or remove it")
        elif config.scores is None and path not in built_in and not config.dictionary_files(target):
            remedy = f"check the path, or use {' or '.join(built_in)}"
            yield InputError(f"there is no dictionary {config.path(path)}", at, remedy)
    for index, name in enumerate(config.methods):
        if "dictionary" not in config.method(name).needs:
            continue
        part = config.only.get(name)
        for target in part.targets if part and part.targets else config.targets:
            if target not in config.dictionaries:
                yield InputError(
                    f"`{name}` needs a dictionary, and `{target}` has none",
                    where("methods", index),
                    f"add `dictionaries.{target}`, or leave the target out with `only`",
                )


def _sources(config: Config, where: Where) -> Iterator[InputError]:
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


def _largest_size(config: Config, where: Where) -> Iterator[InputError]:
    for target, limit in config.largest_size.items():
        at = where("largest_size", target)
        if target not in config.targets:
            yield InputError(
                f"`{shortened(target)}` is not in `targets`", at, "add it there, or remove it here"
            )
        elif not config.sizes_for(target):
            what = f"{limit} leaves `{target}` without any size"
            yield InputError(what, at, f"use at least {min(config.sizes)}, or remove the target")


def _only(config: Config, where: Where) -> Iterator[InputError]:
    for name, part in config.only.items():
        if name not in config.methods:
            remedy = did_you_mean(name, config.methods, "the study's methods are")
            yield InputError(
                f"`{shortened(name)}` is not in `methods`", where("only", name), remedy
            )
            continue
        for key in ("sizes", "targets", "budgets", "seeds"):
            chosen, whole = getattr(part, key), getattr(config, key)
            at = ("only", name, key)
            if chosen and key in ("sizes", "budgets") and not config.method(name).trains_student:
                what = f"`{name}` has no {key}: it trains on no target text"
                yield InputError(what, where(*at), "remove the key")
            for index, value in enumerate(chosen or ()):
                if value not in whole:
                    remedy = f"`{key}` has {', '.join(map(str, whole))}"
                    yield InputError(
                        f"{shortened(value)} is not in `{key}`", where(*at, index), remedy
                    )
                elif value in chosen[:index]:
                    yield InputError(f"{value} stands twice", where(*at, index), "remove one")


def _encoder(config: Config, where: Where) -> Iterator[InputError]:
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


def _label_map(config: Config, where: Where) -> Iterator[InputError]:
    for tag, label in config.corpora.label_map.items():
        at = where("corpora", "label_map", tag)
        if label is not None and label not in config.labels:
            remedy = did_you_mean(label, config.labels, "the study's labels are")
            yield InputError(f"`{shortened(label)}` is not in `labels`", at, remedy)
        if tag[:2] in {"B-", "I-"} or tag in {"O", ""}:
            yield InputError(
                f"`{shortened(tag)}` is not a type", at, "write the type alone, as in `PERSON: PER`"
            )


def _corpora(config: Config, where: Where) -> Iterator[InputError]:
    corpora = config.corpora
    for code, corpus in corpora.languages.items():
        for key, what, remedy in corpus.mistakes(config.place(code)):
            at = ("corpora", "languages", code, *filter(None, [key]))
            yield InputError(what, where(*at), remedy)
    if config.scores is None:
        for role in ("sources", "targets"):
            for index, code in enumerate(getattr(config, role)):
                if code not in corpora.languages:
                    if not languages.is_code(code):
                        continue  # said already
                    yield InputError(
                        f"`{shortened(code)}` has no corpus",
                        where(role, index),
                        f"add `corpora.languages.{code}`, or remove the language",
                    )
                else:
                    yield from _role(config, role, code, where)
    if corpora.max_pool is not None:
        for index, size in enumerate(config.sizes):
            if size > corpora.max_pool:
                what = f"{size} sentences are more than `corpora.max_pool` ({corpora.max_pool})"
                yield InputError(what, where("sizes", index), "raise the cap, or remove the size")


def _role(config: Config, role: str, code: str, where: Where) -> Iterator[InputError]:
    corpus, at = config.corpora.languages[code], ("corpora", "languages", code)
    if role == "sources":
        if not corpus.has("train"):
            yield InputError("a source needs labelled text", where(*at), "add `train:`")
        return
    if not corpus.has("test"):
        yield InputError("a target needs a test set", where(*at), "add `test:`")
    if not corpus.has("pool"):
        yield InputError("a target needs unlabelled text", where(*at), "add `pool:` or `train:`")
    if (pool := corpus.length("pool")) is not None:
        for index, size in enumerate(config.sizes):
            if size in config.sizes_for(code) and size > pool:
                what = f"{size} sentences are more than the pool of `{code}` has ({pool})"
                remedy = f"raise `corpora.languages.{code}.pool`, or remove the size"
                yield InputError(what, where("sizes", index), remedy)
    for method in map(config.method, config.methods):
        part = config.only.get(method.name)
        left_out = part is not None and part.targets is not None and code not in part.targets
        if method.reads_gold and not corpus.pool_has_tags and not left_out:
            yield InputError(
                f"`{method.name}` needs gold tags, and the pool of `{code}` has none",
                where("methods", config.methods.index(method.name)),
                f"leave the target out with `only: {{{method.name}: {{targets: [...]}}}}`",
            )


def _analysis(config: Config, where: Where) -> Iterator[InputError]:
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
