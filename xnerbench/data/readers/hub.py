"""Parquet corpora: from the hub at a pinned revision, or from a local folder of the same shape."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from xnerbench.data import normalise
from xnerbench.data.readers import rows
from xnerbench.data.readers.text import Text, convert, sha256_of_words
from xnerbench.errors import InputError
from xnerbench.storage import foreign, hub_answers, hub_reach

if TYPE_CHECKING:
    from xnerbench.data.formats.hub import HubCorpus


def read(
    corpus: HubCorpus, folder: Path | None, split: str, where: str, with_tags: bool = True
) -> Text:
    """Reads one split.

    Args:
        corpus: Name and revision, or local path; columns.
        folder: The expanded local path, None for the hub.
        split: Name of the split.
        where: The configuration key of the language, for messages.
        with_tags: False to leave the column of tags unread.

    Raises:
        InputError: The hub cannot be reached, or the split or a column is absent or of another type.
    """
    if folder is None:
        table, names, place = _from_hub(corpus, split, where)
        sha256 = ""
    else:
        table, names, place, sha256 = _from_folder(corpus, folder, split, where, with_tags)
    repairs: Counter[str] = Counter()
    words_column = _column(table, corpus.tokens, "tokens", where, place)
    tags_column = _column(table, corpus.tags, "tags", where, place) if with_tags else None
    sentences, sequences = [], []
    for row, words in enumerate(words_column):
        if not words:
            repairs["empty_sentences"] += 1
            continue
        rows.check_words(words, corpus.tokens, row, place)
        sentences.append([normalise.clean(word, repairs) for word in words])
        if tags_column is not None:
            sequences.append(
                rows.named_tags(tags_column[row], words, names, corpus.tags, row, place)
            )
    if not sentences:
        raise InputError("there is no sentence in it", place, "check the name of the split")
    sha256 = sha256 or sha256_of_words(sentences)
    if tags_column is None:
        return Text(sentences, None, repairs, "none", sha256)
    scheme, converted = convert(sequences, corpus.scheme, repairs, place)
    return Text(sentences, converted, repairs, scheme, sha256)


def _from_hub(
    corpus: HubCorpus, split: str, where: str
) -> tuple[pa.Table, tuple[str, ...] | None, str]:
    import datasets  # takes seconds, and only this function needs it

    place = f"{corpus.name}@{corpus.revision}, split {split}"
    try:
        with hub_reach.asked() as reached, _cache_alone(not reached):
            dataset = datasets.load_dataset(
                corpus.name, corpus.config, split=split, revision=corpus.revision
            )
    except Exception as error:  # the hub's client raises a dozen kinds for one thing
        if told := hub_answers.explained(error):
            what, remedy = told
            raise InputError(
                f"{corpus.name}@{corpus.revision} cannot be had from the hub: {what}",
                where,
                f"{remedy}, or download its Parquet files elsewhere and give their folder as `path:` "
                "in place of `name:` and `revision:`",
            ) from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if "script" in reason.lower():
            remedy = "pin the revision of a Parquet copy, or use a local folder with `path:`"
            raise InputError(f"{place} is a loading script: {reason}", where, remedy) from None
        raise InputError(
            f"{place} cannot be had from the hub: {reason}",
            where,
            "check name, configuration, split and network, or download its Parquet files elsewhere "
            "and give their folder as `path:` in place of `name:` and `revision:`",
        ) from None
    _check_revision(corpus, dataset, where)
    if dataset.data.nbytes > foreign.LARGEST_FILE:
        what = f"{place} has {dataset.data.nbytes} bytes, and {foreign.LARGEST_FILE} are the most"
        raise InputError(what, where, "cut its Parquet files and give their folder as `path:`")
    table = dataset.with_format("arrow")[:]
    return table, corpus.tag_names or _class_names(dataset.features, corpus.tags), place


@contextmanager
def _cache_alone(alone: bool) -> Iterator[None]:
    """`datasets` as with HF_HUB_OFFLINE=1, which it looks up anew at every call."""
    from datasets import config

    before = config.HF_HUB_OFFLINE
    config.HF_HUB_OFFLINE = before or alone
    try:
        yield
    finally:
        config.HF_HUB_OFFLINE = before


def _check_revision(corpus: HubCorpus, dataset: Any, where: str) -> None:
    """Refuses what `datasets` takes for want of the hub: the newest of its cache, whatever its revision.

    A prepared data set lies in the cache in a folder that is named after its commit.
    """
    for file in dataset.cache_files:
        commit = Path(file["filename"]).parent.name
        if not commit.startswith(str(corpus.revision)):
            raise InputError(
                f"{corpus.name}@{corpus.revision} cannot be had from the hub, and what this machine has cached "
                f"is of another revision, {commit}",
                where,
                "fetch it once with the hub in reach (and HF_HUB_OFFLINE=0), or download its Parquet files elsewhere "
                "and give their folder as `path:` in place of `name:` and `revision:`",
            )


def _from_folder(
    corpus: HubCorpus, folder: Path, split: str, where: str, with_tags: bool
) -> tuple[pa.Table, tuple[str, ...] | None, str, str]:
    root = folder / corpus.config if corpus.config else folder
    if not root.is_dir():
        raise InputError(f"there is no folder {root}", where, "check `path` and `config`")
    files = [
        *sorted(root.glob(f"{split}.parquet")),
        *sorted(root.glob(f"{split}-*.parquet")),
        *sorted(root.glob(f"{split}/*.parquet")),
    ]
    if not files:
        raise InputError(
            f"there is no Parquet file of the split `{split}` in {root}",
            where,
            f"put {split}.parquet, {split}-*.parquet or {split}/*.parquet there",
        )
    wanted = [corpus.tokens, corpus.tags] if with_tags else [corpus.tokens]
    hasher = hashlib.sha256()
    read = [foreign.read_parquet(file, wanted, where, hasher=hasher) for file in files]
    try:
        table = pa.concat_tables(read)
    except pa.ArrowException as error:
        reason = str(error).splitlines()[0][:200]
        what = f"the files of {root} do not go together: {reason}"
        raise InputError(what, where, "give files with the same columns") from None
    schema = read[0].schema
    names = corpus.tag_names
    if names is None and with_tags and b"huggingface" in (schema.metadata or {}):
        import datasets

        try:
            names = _class_names(datasets.Features.from_arrow_schema(schema), corpus.tags)
        except Exception as error:  # whatever the metadata hold is read as a description of types
            what = f"the metadata of {files[0]} cannot be read ({type(error).__name__})"
            raise InputError(what, where, "list the names of the tags in `tag_names:`") from None
    return table, names, str(files[0]), hasher.hexdigest()


def _class_names(features: Any, column: str) -> tuple[str, ...] | None:
    feature = getattr(features.get(column), "feature", None)
    names = getattr(feature, "names", None)
    return tuple(names) if names else None


def _column(table: pa.Table, name: str, key: str, where: str, place: str) -> list[Any]:
    if name not in table.column_names:
        remedy = f"set `{key}:` to one of {', '.join(table.column_names)}"
        raise InputError(f"{place} has no column `{name}`", where, remedy)
    kind = table.schema.field(name).type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        remedy = f"set `{key}:` to a column with one list a sentence"
        raise InputError(f"the column `{name}` of {place} holds no lists but {kind}", where, remedy)
    return table.column(name).to_pylist()
