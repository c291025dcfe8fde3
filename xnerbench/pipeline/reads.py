"""What single stages read of the configuration, which files they declare, and which code they find by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.layout import Layout


def corpus_files(layout: Layout, language: str, role: str) -> list[Path]:
    """The files of a corpus in one role."""
    if role in ("gold", "heldout"):
        return [getattr(layout, role)(language)]
    text = (
        [layout.train(language)]
        if role == "source"
        else [layout.test(language), layout.pool(language)]
    )
    return [*text, layout.manifest(language, role)]


def trained(config: Config) -> dict[str, Any]:
    """What every job with a trained tagger reads."""
    values = config.to_dict()
    return {"labels": config.labels, "compute": values["compute"], "freeze": config.encoder.freeze}


def corpus_keys(config: Config, language: str, role: str) -> dict[str, Any]:
    """What decides a prepared corpus: its own entry, the labels, the caps."""
    corpora = config.to_dict()["corpora"]
    caps = {key: corpora[key] for key in ("label_map", "max_train", "max_pool", "max_test")}
    own = {**corpora["languages"].get(language, {})}
    own.pop("spaced", None)  # how its words are tokenized, later
    return {"labels": config.labels, "corpus": own, **caps}


def corpus_data(config: Config, language: str, role: str) -> tuple[str, ...]:
    """The frames of an embedded corpus."""
    corpus = config.corpora.languages.get(language)
    if corpus is None or corpus.format != "embedded":
        return ()
    return (f"data/embedded/frames/{language}.txt",)


def activation_keys(config: Config, language: str, split: str) -> dict[str, Any]:
    """What decides the frozen layers' output of a text."""
    return {
        "freeze": config.encoder.freeze,
        "spaced": config.corpora.languages[language].spaced,
        "compute": config.to_dict()["compute"],
        "max_subwords": config.max_subwords,
    }


def cell_keys(config: Config, cell: str) -> dict[str, Any]:
    """What decides a cell or a training, by its method."""
    method = config.method(cell.partition("/")[0])
    read: dict[str, Any] = {**trained(config), "method": method.facts()}
    if method.weights == "similarity":
        read["alpha"] = config.similarity.alpha
    if method.trains_student:
        read["student"] = config.to_dict()["student"]
    return read


def cell_code(config: Config, cell: str) -> tuple[str, ...]:
    """Modules and files that a cell's method names."""
    method = config.method(cell.partition("/")[0])
    # Which of the files registered the augmentation is not known without running them.
    own = [str(config.path(name)) for name in config.plugins] if method.option("augment") else []
    return (*method.modules(), *own)


def analysis_keys(config: Config) -> dict[str, Any]:
    """What the commands on results read."""
    return {"analysis": config.to_dict()["analysis"], "labels": config.labels}
