"""Entity tags: any common scheme to IOB2, label maps, entities and their counts.

A tag is `O` or `<prefix>-<type>`; an *entity* is `(type, start, end)` with `end` exclusive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

Entity = tuple[str, int, int]
SCHEMES = ("iob1", "iob2", "iobes", "bilou", "bare")

_PREFIXED = re.compile(r"([BIESMLUWbiesmluw])-(.+)", re.DOTALL)
_OUTSIDE = frozenset({"O", "o", "_"})  # `_` is CoNLL-U's empty field
_INSIDE = frozenset("IEML")  # continues an entity, whatever the scheme calls it
_LAST = frozenset("ESLUW")  # nothing may continue after it
_BARE_LIMIT = 100  # more "types" than this without a prefix are words, not types


class TagError(ValueError):
    """A tag that cannot be read.

    Args:
        what: What is wrong, without a full stop.
        tag: The tag to look for in the file.
    """

    def __init__(self, what: str, tag: str) -> None:
        super().__init__(what)
        self.what, self.tag = what, tag


def split(tag: str) -> tuple[str, str]:
    """A tag's prefix and type: `("B", "PER")`; `("O", "")` outside, `("", type)` without a prefix."""
    if tag in _OUTSIDE:
        return "O", ""
    match = _PREFIXED.fullmatch(tag)
    return (match[1].upper(), match[2]) if match else ("", tag)


def detect(sequences: Iterable[Sequence[str]]) -> str:
    """The tagging scheme of a file.

    `bare` where no tag has a prefix; `bilou` or `iobes` where their prefixes occur (also BMES and
    BMEWO); `iob1` where entities begin with `I-`, and `B-` only separates neighbours of one type;
    else `iob2`.

    Raises:
        TagError: Some tags have a prefix and others have none, or there are so many types without
            one that the column must be the wrong one.
    """
    prefixes: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    i_starts = b_starts = 0
    cache: dict[str, tuple[str, str]] = {}
    for tags in sequences:
        last_prefix, last_type = "O", ""
        for tag in tags:
            if tag not in cache:
                cache[tag] = split(tag)
            prefix, kind = cache[tag]
            if prefix == "":
                bare[kind] += 1
            elif prefix != "O":
                prefixes[prefix] += 1
                continues = last_prefix != "O" and last_type == kind
                i_starts += prefix == "I" and not continues
                b_starts += prefix == "B" and not continues
            last_prefix, last_type = prefix, kind
    if bare and prefixes:
        tag = bare.most_common()[-1][0]
        raise TagError(f"the tag `{_short(tag)}` has no prefix, and others have one", tag)
    if len(bare) > _BARE_LIMIT:
        tag = next(iter(bare))
        raise TagError(f"{len(bare)} different tags such as `{_short(tag)}`: these are words", tag)
    if bare:
        return "bare"
    if prefixes.keys() & {"L", "U"} and not prefixes.keys() & {"E", "S", "M", "W"}:
        return "bilou"
    if prefixes.keys() & {"E", "S", "M", "W", "L", "U"}:
        return "iobes"
    return "iob1" if i_starts and not b_starts else "iob2"


def to_iob2(tags: Sequence[str], scheme: str, repairs: Counter[str] | None = None) -> list[str]:
    """One sentence's tags in IOB2.

    Repairs, counted in `repairs`: `orphan_inside` (a tag that continues an entity where none is
    open begins one), `lower_case_tags`, `empty_tags` (`_` is read as `O`). In IOB1 an entity that
    begins with `I-` is right, not a repair.

    Args:
        tags: Tags as in the file.
        scheme: One of `SCHEMES`. With `bare`, neighbours of one type are one entity, because the
            file cannot tell them apart.
        repairs: Counter to add to.

    Raises:
        TagError: A tag does not fit the scheme.
    """
    repairs = Counter() if repairs is None else repairs
    converted = []
    open_type: str | None = None
    for tag in tags:
        if tag == "O":  # by far the commonest
            converted.append("O")
            open_type = None
            continue
        prefix, kind = ("I", tag) if scheme == "bare" and tag not in _OUTSIDE else split(tag)
        if prefix == "":
            raise TagError(f"the tag `{_short(tag)}` is neither `O` nor a prefix and a type", tag)
        if prefix == "O":
            repairs["empty_tags" if tag == "_" else "lower_case_tags"] += 1
            converted.append("O")
            open_type = None
            continue
        if scheme != "bare" and tag[0] != prefix:
            repairs["lower_case_tags"] += 1
        if scheme in ("iob1", "iob2") and prefix not in "BI":
            raise TagError(f"the tag `{_short(tag)}` is not of the scheme {scheme}", tag)
        if prefix in _INSIDE and open_type == kind:
            converted.append(f"I-{kind}")
        else:
            if prefix in _INSIDE and scheme not in ("iob1", "bare"):
                repairs["orphan_inside"] += 1
            converted.append(f"B-{kind}")
        open_type = None if prefix in _LAST and scheme != "bare" else kind
    return converted


def types(tags: Iterable[str]) -> Counter[str]:
    """Number of entities of each type in well-formed IOB2 tags."""
    return Counter(tag[2:] for tag in tags if tag.startswith("B-"))


def label_table(
    labels: Iterable[str], label_map: Mapping[str, str | None], kinds: Iterable[str] = ()
) -> dict[str, str]:
    """Corpus type to study label: the labels themselves, then the entries of `label_map`.

    Args:
        labels: The study's.
        label_map: Corpus type to label, or to None for `O`.
        kinds: Types of a corpus. One that is in the table in other capitals only is added to it,
            unless its spellings there disagree.
    """
    table: dict[str, str | None] = {label: label for label in labels}
    table.update(label_map)
    folded: dict[str, set[str | None]] = {}
    for kind, label in table.items():
        folded.setdefault(kind.casefold(), set()).add(label)
    for kind in kinds:
        meant = folded.get(kind.casefold(), set())
        if kind not in table and len(meant) == 1:
            table[kind] = next(iter(meant))
    return {kind: label for kind, label in table.items() if label is not None}


def map_labels(tags: Sequence[str], table: Mapping[str, str]) -> list[str]:
    """IOB2 tags with every type replaced as in `table`; types that are not in it become `O`."""
    mapped = []
    for tag in tags:
        label = table.get(tag[2:]) if tag != "O" else None
        mapped.append("O" if label is None else f"{tag[0]}-{label}")
    return mapped


def entities(tags: Sequence[str], strict: bool = True) -> list[Entity]:
    """The entities of one sentence, as seqeval finds them.

    Args:
        tags: Any tags, also ill-formed ones.
        strict: True is seqeval's `mode="strict", scheme=IOB2`: an entity begins with `B-` and goes on
            over `I-` of the same type; any other `I-` is nothing. False is seqeval's default and
            CoNLL's script: an `I-` (or `E-`) without a beginning begins an entity as well.
    """
    return _strict(tags) if strict else _lenient(tags)


def _strict(tags: Sequence[str]) -> list[Entity]:
    found = []
    start, inside = -1, ""
    for index, tag in enumerate(tags):
        if start >= 0 and tag != inside:
            found.append((inside[2:], start, index))
            start = -1
        if tag[:2] == "B-":
            start, inside = index, f"I-{tag[2:]}"
    if start >= 0:
        found.append((inside[2:], start, len(tags)))
    return found


def _lenient(tags: Sequence[str]) -> list[Entity]:
    found = []
    start, open_type, last = -1, "", "O"
    for index, tag in enumerate(tags):
        prefix, kind = tag[0], tag[2:]
        if start >= 0 and (prefix in "OBS" or last in "ES" or kind != open_type):
            found.append((open_type, start, index))
            start = -1
        if start < 0 and prefix != "O":
            start, open_type = index, kind
        last = prefix
    if start >= 0:
        found.append((open_type, start, len(tags)))
    return found


def count(
    gold: Sequence[str], predicted: Sequence[str], strict: bool = True
) -> dict[str, tuple[int, int, int]]:
    """Entities of one sentence per type: `{type: (true positives, predicted, gold)}`.

    Types without an entity on either side are absent. Summed over sentences these give seqeval's
    micro precision, recall and F1 of the same mode.
    """
    truth, guess = set(entities(gold, strict)), set(entities(predicted, strict))
    if not truth and not guess:
        return {}
    hits = Counter(entity[0] for entity in truth & guess)
    n_guess = Counter(entity[0] for entity in guess)
    n_truth = Counter(entity[0] for entity in truth)
    return {kind: (hits[kind], n_guess[kind], n_truth[kind]) for kind in n_guess | n_truth}


def _short(tag: str) -> str:
    return tag if len(tag) <= 40 else tag[:37] + "..."
