"""CoNLL-U: ten columns, with the entity's tag under a name in the last one (MISC), as in `name=B-PER`.

A word is what stands in the text: a multiword token (`3-4`, German `zum`) is one word with its own form, and the
syntactic words that it is analysed into are left out, as are empty nodes (`3.1`), which stand nowhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from xnerbench.data import normalise
from xnerbench.data.readers.text import Text, convert
from xnerbench.errors import InputError

COLUMNS = 10
_FORM, _MISC = 1, 9


@dataclass
class _Sentence:
    """The words so far; `inside` is the last word's number inside the multiword token that is open."""

    line: int
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    inside: int = 0


def read(path: Path, name: str | None, encoding: str, scheme: str, where: str) -> Text:
    """Reads a CoNLL-U file.

    A multiword token has the tag of its own line, or else the first of its syntactic words' that is not `O`.
    Counted: `multiword_tokens` (taken as one word), `empty_nodes` and `comment_lines` (left out).

    Args:
        path: The file.
        name: Key of the tag in MISC; a word without it is outside. None to read words only.
        encoding: Character encoding.
        scheme: Tagging scheme, or `auto`.
        where: The configuration key that names the file, for messages.

    Raises:
        InputError: Naming the line, for anything that is not CoNLL-U; or no word has the key.
    """
    repairs: Counter[str] = Counter()
    lines, sha256 = normalise.read_hashed_lines(path, encoding, where, repairs)
    sentences: list[_Sentence] = []
    keys: Counter[str] = Counter()
    current: _Sentence | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            repairs["extra_blank_lines"] += current is None and bool(sentences)
            current = None
        elif line.startswith("#") and line.count("\t") != COLUMNS - 1:
            repairs["comment_lines"] += 1
        else:
            if current is None:
                current = _Sentence(number)
                sentences.append(current)
            _add(current, line, name, keys, repairs, f"{path}:{number}")
            if len(current.words) > normalise.MAX_WORDS:
                what = f"the sentence that begins here has more than {normalise.MAX_WORDS} words"
                remedy = "put an empty line after every sentence"
                raise InputError(what, f"{path}:{current.line}", remedy)
    # A sentence of nothing but empty nodes stands nowhere either.
    sentences = [sentence for sentence in sentences if sentence.words]
    if not sentences:
        raise InputError("there is no sentence in it", str(path), "check that it is the right file")
    found = ", ".join(key for key, _ in keys.most_common(12)) or "nothing"
    words = [sentence.words for sentence in sentences]
    columns = f"MISC has {found}"
    if name is None:
        return Text(words, None, repairs, "none", sha256, columns)
    if name not in keys:
        what = f"no word of {path} has `{name}=` in its last column, which has {found}"
        raise InputError(what, where, "set `name:` to the key of the entities' tags")
    tags = [sentence.tags for sentence in sentences]
    scheme, converted = convert(tags, scheme, repairs, path)
    return Text(words, converted, repairs, scheme, sha256, columns)


def _add(
    sentence: _Sentence,
    line: str,
    name: str | None,
    keys: Counter[str],
    repairs: Counter[str],
    place: str,
) -> None:
    fields = line.split("\t")
    if len(fields) != COLUMNS:
        raise InputError(
            f"the line has {len(fields)} columns, and CoNLL-U has {COLUMNS} with tabs between",
            place,
            "correct the line, or read the file as `format: conll`",
        )
    pairs = dict(pair.split("=", 1) for pair in fields[_MISC].strip().split("|") if "=" in pair)
    keys.update(pairs.keys())
    tag = pairs.get(name, "O") if name is not None else "O"
    first, dash, last = fields[0].partition("-")
    if first.isdecimal() and dash and last.isdecimal() and len(last) < 10:
        repairs["multiword_tokens"] += 1
        sentence.inside = int(last)
    elif dash or not first.replace(".", "", 1).isdecimal() or len(first) > 9:
        what = f"`{fields[0][:20]}` is no number of a word"
        raise InputError(what, place, "the first column of CoNLL-U counts the words from 1")
    elif "." in first:
        repairs["empty_nodes"] += 1
        return
    elif int(first) <= sentence.inside and sentence.words:
        if sentence.tags[-1] in ("O", "_"):
            sentence.tags[-1] = tag or "O"
        return
    else:
        sentence.inside = 0
    sentence.words.append(normalise.clean(fields[_FORM], repairs))
    sentence.tags.append(tag or "O")
