"""From a language's entry in the configuration to its text, whatever its format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from xnerbench.data import conll, hub, plain
from xnerbench.data.conll import Text
from xnerbench.errors import InputError

if TYPE_CHECKING:
    from xnerbench.study.config import Config, ConllCorpus, EmbeddedCorpus, HubCorpus, PoolConfig

Split = Literal["train", "test", "pool"]


def open_split(config: Config, language: str, split: Split, with_tags: bool = True) -> Text:
    """Reads one split of a language's corpus.

    Args:
        config: The study.
        language: ISO 639-3 code with an entry in `corpora.languages`.
        split: `pool` is the unlabelled text of a target: its own file, or the training split.
        with_tags: False to leave tags unread; they are then nowhere in memory.

    Raises:
        InputError: The corpus has no such split, or cannot be read.
    """
    corpus = config.corpora.languages.get(language)
    where = f"corpora.languages.{language}"
    if corpus is None:
        raise InputError(f"`{language}` has no corpus", where, "add the key")
    if corpus.format == "embedded":
        return _embedded(corpus, language, split, with_tags)
    if split == "pool":
        if corpus.pool is not None:
            if with_tags:
                raise InputError(f"the pool of `{language}` has no gold tags", f"{where}.pool")
            return _pool(config, corpus.pool, f"{where}.pool")
        split = "train"
    if corpus.format == "conll":
        return _columns(config, corpus, split, with_tags, f"{where}.{split}")
    return _hub(config, corpus, split, with_tags, where)


def _columns(config: Config, corpus: ConllCorpus, split: str, with_tags: bool, where: str) -> Text:
    path = getattr(corpus, split)
    if path is None:
        raise InputError(f"there is no `{split}` file", where, "add the key")
    columns = conll.Columns(
        corpus.token_column,
        corpus.tag_column if with_tags else None,
        corpus.separator,
        corpus.encoding,
        corpus.scheme,
    )
    return conll.read(config.corpus_path(path), columns, where)


def _hub(config: Config, corpus: HubCorpus, split: str, with_tags: bool, where: str) -> Text:
    name = getattr(corpus, split)
    if name is None:
        raise InputError(f"there is no split for `{split}`", f"{where}.{split}", "name it")
    folder = config.corpus_path(corpus.path) if corpus.path else None
    return hub.read(corpus, folder, name, where, with_tags)


def _pool(config: Config, pool: PoolConfig, where: str) -> Text:
    path = config.corpus_path(pool.path)
    if pool.format == "text":
        return plain.read(path, pool.segmentation, pool.encoding, where)
    columns = conll.Columns(pool.token_column, None, pool.separator, pool.encoding)
    return conll.read(path, columns, where)


def _embedded(corpus: EmbeddedCorpus, language: str, split: str, with_tags: bool) -> Text:
    from xnerbench.data import embedded

    known = embedded.languages()
    if language not in known:
        raise InputError(
            f"the embedded corpus has no `{language}`",
            f"corpora.languages.{language}",
            f"it has {', '.join(sorted(known))}; give another corpus for this language",
        )
    words: list[list[str]] = []
    tags: list[list[str]] | None = [] if with_tags else None
    for sentence, sequence in embedded.generate(language, split, getattr(corpus, split)):
        words.append(sentence)
        if tags is not None:
            tags.append(sequence)
    scheme = "iob2" if with_tags else "none"
    return Text(words, tags, scheme=scheme, sha256=hub.sha256_of_words(words))
