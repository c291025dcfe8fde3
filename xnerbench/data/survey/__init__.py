"""What a folder of corpora holds: language, split and format of every file, recognised by looking.

Nothing is decided that a person could not see in the same lines; `xnerbench init` writes it down for
them to correct.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pycountry

from xnerbench.data import language_names
from xnerbench.data import tags as tagging
from xnerbench.data.survey import flaws

MOST_FILES = 20_000
LOOKED_AT = 400_000
"""Bytes of a file that are looked at."""
_SKIPPED = re.compile(
    r"\.(md|rst|py|sh|ya?ml|toml|cfg|csv|xml|html|pdf|zip|gz|bz2|xz|tar|png|svg|log|lock)",
    re.IGNORECASE,
)
SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testb", "testing", "eval"), "test"),
    **dict.fromkeys(("dev", "devel", "valid", "validation", "val", "testa"), "dev"),
}
_NOT_LANGUAGES = frozenset(
    {*SPLITS, "ner", "raw", "data", "text", "txt", "pool", "all", "the", "tag"}
)
_PART = re.compile(r"[^\w]+|_")
_TAG = re.compile(r"O|_|[BIESMLUW]-.+")


@dataclass(frozen=True)
class Found:
    """One readable file, or one folder of Parquet files of a split.

    Attributes:
        path: The file; of Parquet the folder that `path:` names.
        language: ISO 639-3, or None where no name in the path says it.
        split: `train`, `dev`, `test`, or `pool` for unlabelled text.
        format: `conll`, `conllu`, `jsonl`, `hub` or `text`.
        settings: Keys of the format that differ from their defaults.
        note: Why it cannot be used as it is, or nothing.
        remedy: What to do where the file itself is wrong; nothing where its keys are not known.
    """

    path: Path
    language: str | None
    split: str
    format: str
    settings: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    remedy: str = ""


def look(folder: Path) -> Iterator[Found]:
    """Every corpus file below a folder, in the order of the paths; hidden and unrelated files are left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())[:MOST_FILES]
    seen: set[tuple[Path, str]] = set()
    for path in files:
        inner = path.relative_to(folder)
        if any(part.startswith(".") for part in inner.parts) or _SKIPPED.fullmatch(path.suffix):
            continue
        if re.match(r"(?i)(readme|licen[cs]e|source|changelog|authors)\b", path.name):
            continue
        if path.suffix == ".parquet":
            found = _parquet(path, folder)
            if found is None or (found.path, found.split) in seen:
                continue
            seen.add((found.path, found.split))
        else:
            found = recognise(path, folder)
        if found is not None:
            yield found


def language_of(path: Path) -> str | None:
    """The language that a path names, nearest to the file first: code, two-letter code, or English name."""
    parts = [*path.parts[:-1], path.name.split(".")[0], *path.name.split(".")[1:-1]]
    nearest = list(reversed(parts))
    pieces = [piece for part in nearest for piece in _PART.split(part)]
    for names in (nearest, pieces):
        for name in names:
            if code := _three(name):
                return code
    for name in pieces:
        if len(name) == 2 and name.islower() and (record := pycountry.languages.get(alpha_2=name)):
            return str(record.alpha_3)
    for name in pieces:
        if len(name) > 3 and (code := language_names.code_of(name)):
            return code
    return None


def _three(name: str) -> str | None:
    if len(name) != 3 or not name.isascii() or not name.islower() or name in _NOT_LANGUAGES:
        return None
    record = pycountry.languages.get(alpha_3=name)
    record = record or pycountry.languages.get(bibliographic=name)
    return str(record.alpha_3) if record else None


def split_of(path: Path) -> str | None:
    """The split that a file's name, or its folder's, says it is."""
    for part in (path.name, path.parent.name):
        for piece in _PART.split(part.lower()):
            if piece in SPLITS:
                return SPLITS[piece]
    return None


def recognise(path: Path, folder: Path) -> Found | None:
    """What a text file below a folder is, from its first bytes; None for one that is no text, or empty."""
    with path.open("rb") as file:
        raw = file.read(LOOKED_AT)
    text, encoding = _decoded(raw)
    if text is None or not text.strip():
        return None
    lines = text.splitlines()
    if len(raw) == LOOKED_AT:
        lines = lines[:-1]  # cut
    inner = path.relative_to(folder)
    language, split = language_of(inner), split_of(inner)
    settings: dict[str, Any] = {} if encoding == "utf-8" else {"encoding": encoding}
    if lines[0].lstrip().startswith(("{", "[")):
        return _json(path, lines, language, split)
    flaw, remedy = flaws.of(lines, _are_tags)
    if flaw:
        return Found(path, language, split or "train", "conll", settings, flaw, remedy)
    kind, columns, note = _columns(lines)
    if kind is not None:
        return Found(path, language, split or "train", kind, settings | columns, note)
    return Found(path, language, "pool", "text", settings | _segmentation(lines, language))


def _segmentation(lines: list[str], language: str | None) -> dict[str, Any]:
    """Text that is tokenised already: most lines end in a word of punctuation with a space before it."""
    some = [line for line in lines if line.strip()]
    ready = sum(re.search(r"\s[.!?。॥।؟။]\s*$", line) is not None for line in some)
    return {"segmentation": "spaces"} if ready > 0.6 * len(some) else {}


def _decoded(raw: bytes) -> tuple[str | None, str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "ignore"), "utf-16"
    if b"\x00" in raw:
        return None, ""
    try:
        return raw.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(raw) - 4:  # cut inside a character
            return raw[: error.start].decode("utf-8-sig"), "utf-8"
        return raw.decode("latin-1"), "latin-1"


def _json(path: Path, lines: list[str], language: str | None, split: str | None) -> Found | None:
    try:
        row = json.loads(lines[0])
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return Found(
            path, language, split or "train", "jsonl", {}, "one array, not an object a line"
        )
    lists = {key: v for key, v in row.items() if isinstance(v, list)}
    tokens = [key for key, v in lists.items() if v and all(isinstance(x, str) for x in v)]
    named = next((key for key in tokens if not all(_TAG.fullmatch(x) for x in lists[key])), None)
    if named is None:
        return None
    tags = next((k for k, v in lists.items() if k != named and len(v) == len(lists[named])), None)
    settings = {"tokens": named} | ({"tags": tags} if tags else {})
    note = "" if tags else "no list of tags beside the words"
    if tags and not all(isinstance(value, str) for value in lists[tags]):
        note = f"`{tags}` holds numbers: list their names in `tag_names`"
    return Found(path, language, split or "train", "jsonl", settings, note)


def _columns(lines: list[str]) -> tuple[str | None, dict[str, Any], str]:
    """Format, keys and a note of columned text; no format for running text."""
    body = [ln for ln in lines if ln.strip() and not ln.startswith(("#", "-DOCSTART-"))]
    if len(body) == len(lines) and len(lines) > 3:  # no line between sentences
        return None, {}, ""
    tabs = sum("\t" in line for line in body) > len(body) / 2
    rows = [line.rstrip().split("\t") if tabs else line.split() for line in body[:20_000]]
    width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2 or times < 0.9 * len(rows):
        return None, {}, ""
    rows = [row for row in rows if len(row) == width]
    columns = [Counter(column) for column in zip(*rows, strict=True)]
    if (
        width == 10
        and tabs
        and all(value.replace("-", "").replace(".", "").isdigit() for value in columns[0])
    ):
        names = Counter(
            pair.split("=")[0] for row in rows for pair in row[9].split("|") if "=" in pair
            and _TAG.fullmatch(pair.split("=", 1)[1]) and pair.split("=", 1)[1] not in ("_",)
        )  # fmt: skip
        if not names:
            return "conllu", {}, "no tags of entities in its last column"
        return "conllu", {"name": names.most_common(1)[0][0]}, ""
    tag = next((i for i in reversed(range(width)) if _are_tags(columns[i])), None)
    words = [i for i in range(width) if i != tag and not _numbers(columns[i])]
    if not words:
        return None, {}, ""
    token = max(words, key=lambda i: (len(columns[i]), -i))
    # A lemma has nearly as many forms as its word, and stands behind it.
    token = min(i for i in words if len(columns[i]) > 0.6 * len(columns[token]))
    keys: dict[str, Any] = {"token_column": token} if token else {}
    if tag is None:
        return "conll", keys, "no column of tags was recognised"
    if tag != width - 1:
        keys["tag_column"] = tag
    return "conll", keys, ""


def _are_tags(values: Counter[str]) -> bool:
    outside = values["O"] + values["o"] + values["_"]
    prefixed = sum(n for value, n in values.items() if _TAG.fullmatch(value))
    if outside < 0.3 * values.total() or len(values) < 2:
        return False
    return prefixed == values.total() or (values["O"] > 0 and len(values) <= 40)


def _numbers(values: Counter[str]) -> bool:
    return sum(n for v, n in values.items() if re.fullmatch(r"[\d.:-]+", v)) > 0.9 * values.total()


def _parquet(path: Path, folder: Path) -> Found | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    inner = path.relative_to(folder)
    split = split_of(inner)
    if split is None:
        return None
    nested = path.parent.name.lower() in SPLITS
    root = path.parent.parent if nested else path.parent
    language = language_of(inner)
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return Found(root, language, split, "hub", {}, f"{path.name} is not a whole Parquet file")
    lists = [f for f in schema if pa.types.is_list(f.type) or pa.types.is_large_list(f.type)]
    words = [f.name for f in lists if pa.types.is_string(f.type.value_type)]
    tokens = next((name for name in ("tokens", "words", *words) if name in words), None)
    likely = [f.name for f in lists if f.name != tokens and re.search("ner|tag|label", f.name)]
    if tokens is None or not likely:
        return Found(root, language, split, "hub", {}, "no column of words and one of tags")
    tags = next((name for name in likely if "ner" in name), likely[0])
    settings = {"tokens": tokens, "tags": tags}
    whole = pa.types.is_integer(schema.field(tags).type.value_type)
    named = b"huggingface" in (schema.metadata or {})
    note = f"`{tags}` holds numbers: list their names in `tag_names`" if whole and not named else ""
    name = path.parent.name if nested else re.split(r"[-.]", path.name)[0]
    return Found(root, language, split, "hub", settings | {"split": name}, note)


def types_of(text_tags: list[list[str]]) -> Counter[str]:
    """Number of entities of each type."""
    return tagging.types(tag for sequence in text_tags for tag in sequence)
