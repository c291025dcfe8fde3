"""What single stages read of the configuration, which files they declare, and which code they find by name."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.data.formats import Format, Split
from xnerbench.data.formats.pool import PoolConfig
from xnerbench.errors import InputError
from xnerbench.storage.artifacts import is_file, is_folder
from xnerbench.study.sections import DICTIONARIES, EMBEDDED

if TYPE_CHECKING:
    from xnerbench.methods import Method
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
    """What decides a prepared corpus: its own entry, the labels, the caps, and whether it goes without a test set."""
    corpora = config.to_dict()["corpora"]
    caps = {key: corpora[key] for key in ("label_map", "max_train", "max_pool", "max_test")}
    own = {**corpora["languages"].get(language, {})}
    own.pop("spaced", None)  # how its words are tokenized, later
    read = {"labels": config.labels, "corpus": own, **caps}
    if role == "target" and language in config.untested:
        # Without a test set it cannot but be untested, so that this would say nothing.
        left_out = config.corpora.languages[language].has("test")
        read |= {"untested": True} if left_out else {}
    return read


def corpus_data(config: Config, language: str, role: str) -> tuple[str, ...]:
    """The frames of an embedded corpus."""
    corpus = config.corpora.languages.get(language)
    if corpus is None or corpus.format != "embedded":
        return ()
    return (f"data/embedded/frames/{language}.txt",)


_READ: dict[str, tuple[Split, ...]] = {
    "source": ("train",),
    "gold": ("train", "test"),
    "target": ("train", "test", "pool"),
    "heldout": ("test",),
}


def corpus_handed_in(config: Config, language: str, role: str) -> list[Path]:
    """The user's files behind a corpus; none for the hub and the embedded one.

    Raises:
        InputError: One of them is missing.
    """
    corpus, place = config.corpora.languages.get(language), config.place(language)
    files: dict[Path, None] = {}
    if corpus is None:
        return []
    for split in _READ[role]:
        for path in corpus.files(split, place):
            if not is_file(path):
                where, remedy = f"{place.key}.{split}", "check the path and corpora.root"
                raise InputError(f"there is no file {path}", where, remedy)
            files[path] = None
    return list(files)


def corpus_code(config: Config, language: str, role: str) -> tuple[str, ...]:
    """The file of a plug-in that the corpus's format comes from."""
    corpus = config.corpora.languages.get(language)
    if corpus is None or type(corpus).__module__.startswith("xnerbench."):
        return ()
    return (str(inspect.getsourcefile(type(corpus))),)


def corpus_apart(config: Config, language: str, role: str) -> tuple[str, ...]:
    """The other formats with their readers, and that of pools for a corpus that has none of its own.

    A plug-in's format may build on any.
    """
    corpus = config.corpora.languages.get(language)
    if corpus is None or corpus_code(config, language, role):
        return ()
    others = {kind.__module__ for kind in Format.KINDS.values()} - {type(corpus).__module__}
    own = isinstance(getattr(corpus, "pool", None), PoolConfig)
    pool = () if own else (PoolConfig.__module__,)
    return (*sorted(name for name in others if name.startswith("xnerbench.")), *pool)


def activation_keys(config: Config, language: str, split: str) -> dict[str, Any]:
    """What decides the frozen layers' output of a text."""
    return {
        "freeze": config.encoder.freeze,
        "spaced": config.corpora.languages[language].spaced,
        "compute": config.to_dict()["compute"],
        "max_subwords": config.max_subwords,
    }


_ENCODER = (
    "config.json",
    "*.safetensors",
    "*.safetensors.index.json",
    "*token*.json",
    "vocab*",
    "merges.txt",
    "*.model",
)
"""What may be read of a model's folder: its configuration, weights, and tokenizer, sentencepiece's among them."""


def encoder_handed_in(config: Config) -> list[Path]:
    """The files of an encoder that is a local folder, a given teacher's among them; none for the hub's and our own."""
    folder = Path(config.encoder.name)
    if config.encoder.name == EMBEDDED or not is_folder(folder):
        return []
    found = {path for pattern in _ENCODER for path in folder.glob(pattern)}
    return sorted(path for path in found if is_file(path))


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
    return (*method.modules(), *_augmentation_code(method))


def _augmentation_code(method: Method) -> tuple[str, ...]:
    """The file of a plug-in that a method's augmentation comes from; those of the suite are imported anyway."""
    if (name := method.option("augment")) is None:
        return ()
    from xnerbench.augment import (
        AUGMENTATIONS,
    )  # with numpy, which most studies are planned without

    function = AUGMENTATIONS.get(name)
    if function is None or function.__module__.startswith("xnerbench."):
        return ()
    return (str(inspect.getsourcefile(function)),)


def cell_handed_in(config: Config, cell: str) -> list[Path]:
    """The user's files that a method reads besides corpora, of a cell or of a training.

    The dictionary's, the list of names, the labels made elsewhere, and both sides of parallel text, the source's first.
    """
    named, _, target = cell.split("/")[:3]
    method = config.method(named)
    files: list[Path] = []
    if "dictionary" in method.needs:
        files += config.dictionary_files(target)
    if "names" in method.needs and target in config.gazetteers:
        files.append(config.path(config.gazetteers[target]))
    if method.reads_annotations:
        files.append(config.path(config.annotations[target]))
    if "pairs" in method.needs:
        files += config.parallel_files(target)
    return files


def cell_built_in(config: Config, cell: str) -> str:
    """The name of the built-in dictionary that a cell or a training reads, which no file stands for; or nothing."""
    method, _, target = cell.split("/")[:3]
    if "dictionary" not in config.method(method).needs:
        return ""
    source = config.dictionaries[target]
    return source if source in DICTIONARIES else ""


BUILT_IN_WORDS = {EMBEDDED: ("data/dictionaries/own.csv",)}
"""Files of the package behind a built-in dictionary, as globs; names of CLDR come with a package of versions."""


def fit_handed_in(config: Config) -> list[Path]:
    """The user's own tables."""
    analysis = config.analysis
    named = (analysis.distances, analysis.covariates, analysis.families)
    files = [config.path(name) for name in named if name is not None]
    return [file for file in files if is_file(file)]  # `fit` says which one is missing


def analysis_keys(config: Config) -> dict[str, Any]:
    """What the commands on results read."""
    return {"analysis": config.to_dict()["analysis"], "labels": config.labels}
