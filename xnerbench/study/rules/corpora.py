"""Corpora and dictionaries: every role has the text that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xnerbench.data import languages
from xnerbench.errors import InputError, shortened
from xnerbench.study.reading.schema import did_you_mean
from xnerbench.study.reading.yaml_source import Where
from xnerbench.study.sections import DICTIONARIES

if TYPE_CHECKING:
    from xnerbench.study.model import Config


def label_map(config: Config, where: Where) -> Iterator[InputError]:
    """Tags are mapped to labels of the study."""
    for tag, label in config.corpora.label_map.items():
        at = where("corpora", "label_map", tag)
        if label is not None and label not in config.labels:
            remedy = did_you_mean(label, config.labels, "the study's labels are")
            yield InputError(f"`{shortened(label)}` is not in `labels`", at, remedy)
        if tag[:2] in {"B-", "I-"} or tag in {"O", ""}:
            yield InputError(
                f"`{shortened(tag)}` is not a type", at, "write the type alone, as in `PERSON: PER`"
            )


def corpora(config: Config, where: Where) -> Iterator[InputError]:
    """Every source and target has a corpus with the splits of its role."""
    corpora = config.corpora
    for code, corpus in corpora.languages.items():
        for key, what, remedy in corpus.mistakes(config.place(code)):
            at = ("corpora", "languages", code, *filter(None, [key]))
            yield InputError(what, where(*at), remedy)
    if config.scores is None:
        for role in ("sources", "targets"):
            for index, code in enumerate(getattr(config, role)):
                if role == "sources" and config.given_teacher is not None:
                    continue  # nothing of it is read
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
    if code not in config.untested and not corpus.has("test"):
        remedy = "add `test:`, or name the target in `untested` to train without scores"
        yield InputError("a target needs a test set", where(*at), remedy)
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


def dictionaries(config: Config, where: Where) -> Iterator[InputError]:
    """Methods that read a dictionary have one for every target."""
    for target, path in config.dictionaries.items():
        at = where("dictionaries", target)
        if target not in config.targets:
            yield InputError(f"`{target}` is not in `targets`", at, "add it there, or remove it")
        elif (
            config.scores is None
            and path not in DICTIONARIES
            and not config.dictionary_files(target)
        ):
            remedy = f"check the path, or use {' or '.join(DICTIONARIES)}"
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
