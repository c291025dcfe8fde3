"""A language's corpus in its role: labelled source text, or a target's test set and unlabelled pool.

Sentence ids are places in the file read, from 0, so that they survive caps and removals.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from xnerbench.data import languages, normalise
from xnerbench.data import tags as tagging
from xnerbench.data.formats import Split
from xnerbench.data.readers.opening import open_split
from xnerbench.data.readers.text import sha256_of_words
from xnerbench.errors import InputError
from xnerbench.storage import artifacts

if TYPE_CHECKING:
    from xnerbench.study.config import Config

LABELLED = pa.schema(
    [
        pa.field("sentence_id", pa.int64()),
        pa.field("words", pa.list_(pa.string())),
        pa.field("tags", pa.list_(pa.string())),
    ]
)
POOL = pa.schema([LABELLED.field("sentence_id"), LABELLED.field("words")])
GOLD = pa.schema([LABELLED.field("sentence_id"), LABELLED.field("tags")])


@dataclass
class Part:
    """Sentences in one use; `tags` is None in a pool.

    Attributes:
        ids: Place of each sentence in its file.
        words: One list a sentence.
        tags: IOB2 tags with the study's labels.
        unmapped: Entities of the corpus's types that became `O`, in these sentences.
        seen: Every type of the corpus, mapped or not, with its number of entities.
        repairs: Counts of the reader.
        scheme: Tagging scheme of the file.
        sha256: Of the file; of a pool, of its words as read, before anything is removed.
        recased: Types that are labels, or in `label_map`, in other capitals only, and their labels.
        columns: What the file's columns hold, where it has columns.
    """

    ids: list[int]
    words: list[list[str]]
    tags: list[list[str]] | None
    unmapped: Counter[str]
    seen: Counter[str]
    repairs: Counter[str]
    scheme: str
    sha256: str
    recased: dict[str, str] = field(default_factory=dict)
    columns: str = ""

    def table(self) -> pa.Table:
        """Columns `sentence_id`, `words` and, but for a pool, `tags`."""
        columns: list[Any] = [self.ids, self.words]
        if self.tags is None:
            return pa.table(columns, schema=POOL)
        return pa.table([*columns, self.tags], schema=LABELLED)

    def entities(self) -> Counter[str]:
        """Number of entities of each label."""
        return tagging.types(tag for sequence in self.tags or () for tag in sequence)


@dataclass
class Target:
    """A target's two parts, and how many sentences its pool lost."""

    test: Part
    pool: Part
    removed: Counter[str] = field(default_factory=Counter)


def source(config: Config, language: str) -> Part:
    """A source's labelled training text, capped at `corpora.max_train`."""
    return _labelled(config, language, "train", config.corpora.max_train)


def heldout(config: Config, language: str) -> Part:
    """A source's labelled text that its teachers are not trained on: its test set, capped at `corpora.max_test`."""
    return _labelled(config, language, "test", config.corpora.max_test)


def target(config: Config, language: str) -> Target:
    """A target's test set and pool.

    The pool loses every sentence of the (whole) test set and every repeat, compared by their
    characters without spaces, and is then capped at `corpora.max_pool`. Its tags are not read. The test set of an
    untested target has no sentence.
    """
    test_keys: set[str] = set()
    if language in config.untested:
        nothing: Counter[str] = Counter()
        test = Part([], [], [], nothing, nothing, nothing, "none", "")
    else:
        test = _labelled(config, language, "test", config.corpora.max_test, test_keys)
    text = open_split(config, language, "pool", with_tags=False)
    sha256 = sha256_of_words(text.words)
    removed: Counter[str] = Counter(test=0, duplicates=0)
    ids = []
    seen: set[str] = set()
    for index, sentence in enumerate(text.words):
        key = normalise.key(sentence)
        if key in test_keys:
            removed["test"] += 1
        elif key in seen:
            removed["duplicates"] += 1
        else:
            seen.add(key)
            ids.append(index)
    if not ids:
        raise InputError(
            f"nothing is left of the pool of `{language}` without the test set's sentences",
            f"corpora.languages.{language}",
            "give other text in `train:` or `pool:`",
        )
    ids = [ids[i] for i in cap(len(ids), config.corpora.max_pool, f"{language} pool")]
    words = [text.words[index] for index in ids]
    none: Counter[str] = Counter()
    pool = Part(ids, words, None, none, none, text.repairs, "none", sha256, columns=text.columns)
    return Target(test, pool, removed)


def gold(config: Config, language: str, pool: Path) -> pa.Table:
    """The tags of a pool that was written before, row by row, for the supervised control.

    Raises:
        InputError: The corpus has changed since the pool was written, or has no tags.
    """
    text = open_split(config, language, "pool", with_tags=True)
    written, _ = artifacts.read_parquet(pool)
    ids = written.column("sentence_id").to_pylist()
    kinds = {tag[2:] for sequence in text.tags or () for tag in sequence if tag != "O"}
    table = tagging.label_table(config.labels, config.corpora.label_map, kinds)
    tags = []
    for index, words in zip(ids, written.column("words").to_pylist(), strict=True):
        if index >= len(text) or text.words[index] != words or text.tags is None:
            remedy = "prepare the target again"
            raise InputError("the corpus has changed since the pool was made", str(pool), remedy)
        tags.append(tagging.map_labels(text.tags[index], table))
    return pa.table([ids, tags], schema=GOLD)


def cap(n: int, limit: int | None, name: str) -> list[int]:
    """At most `limit` of `n` places in rising order; a larger limit contains a smaller one's."""
    if limit is None or limit >= n:
        return list(range(n))
    order = np.random.default_rng([0, zlib.crc32(name.encode())]).permutation(n)
    return sorted(int(place) for place in order[:limit])


def _labelled(
    config: Config, language: str, split: Split, limit: int | None, keys: set[str] | None = None
) -> Part:
    text = open_split(config, language, split)
    if keys is not None:
        keys.update(map(normalise.key, text.words))
    sequences = text.tags or []
    seen = tagging.types(tag for sequence in sequences for tag in sequence)
    plain = tagging.label_table(config.labels, config.corpora.label_map)
    table = tagging.label_table(config.labels, config.corpora.label_map, seen)
    found = {table[kind] for kind in seen if kind in table}
    _check_labels(config, language, split, found, seen, text.columns)
    ids = cap(len(text), limit, f"{language} {split}")
    kept = tagging.types(tag for index in ids for tag in sequences[index])
    unmapped = Counter({kind: n for kind, n in kept.items() if kind not in table})
    return Part(
        ids,
        [text.words[index] for index in ids],
        [tagging.map_labels(sequences[index], table) for index in ids],
        unmapped,
        seen,
        text.repairs,
        text.scheme,
        text.sha256,
        {kind: table[kind] for kind in seen if kind in table and kind not in plain},
        text.columns,
    )


def _check_labels(
    config: Config,
    language: str,
    split: str,
    found: set[str],
    seen: Counter[str],
    columns: str,
) -> None:
    certain = config.corpora.languages[language].ALWAYS
    missing = [label for label in config.labels if label not in found | certain]
    if missing:
        types = ", ".join(kind for kind, _ in seen.most_common(20)) or "no entity at all"
        raise InputError(
            f"no entity of {', '.join(missing)} in the {split} split, which has {types}",
            f"corpora.languages.{language}.{split}",
            "map one of its types in `corpora.label_map`, or leave the label out of `labels`"
            + (f"; the file's columns: {columns}" if columns else ""),
        )


def manifest(config: Config, language: str, role: str, prepared: Part | Target) -> dict[str, Any]:
    """What is worth knowing about a corpus in a role; the columns of `corpora.csv` among it."""
    entry = config.corpora.languages[language]
    main = prepared if isinstance(prepared, Part) else prepared.test
    parts = {"train": main} if isinstance(prepared, Part) else {"test": main, "pool": prepared.pool}
    shown = main if main.words or isinstance(prepared, Part) else prepared.pool
    counts = sum((part.repairs for part in parts.values()), Counter())
    entities = main.entities()
    n_words = sum(map(len, shown.words))
    facts: dict[str, Any] = {
        "status": "ok",
        "language": language,
        "role": role,
        "name": languages.name(language),
        "family": entry.family,
        "licence": entry.licence,
        "format": entry.format,
        "scheme": main.scheme,
        "script": languages.script(word for words in shown.words[:2000] for word in words),
        **{split: len(part.words) for split, part in parts.items()},
        "entity_types": dict(entities.most_common()),
        "unmapped": dict(main.unmapped.most_common()),
        "case_ignored": dict(sorted(main.recased.items())),
        "repairs": {k: n for k, n in sorted(counts.items()) if n and k not in normalise.LAYOUT},
        "skipped": {k: n for k, n in sorted(counts.items()) if n and k in normalise.LAYOUT},
        "mean_words": round(n_words / len(shown.words), 3),
        "longest_sentence": max(map(len, shown.words)),
        "sha256": {split: part.sha256 for split, part in parts.items()},
    }
    if isinstance(prepared, Target):
        facts["test_entities"] = entities.total()
        facts["removed_test"] = prepared.removed["test"]
        facts["removed_duplicates"] = prepared.removed["duplicates"]
    return facts
