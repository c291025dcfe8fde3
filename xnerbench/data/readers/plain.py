"""Plain unlabelled text, one sentence a line, and how a line becomes words.

With `segmentation: words` (Unicode Standard Annex 29 in spirit, but close to how annotated corpora
are tokenised) a word is a run of letters, marks and digits; an apostrophe, hyphen, middle dot or
underscore between two such runs keeps them together, a full stop, comma or colon only between digits.
Every other visible character is a word of its own, and a run of the same one (`...`) is one word.
Scripts that put no spaces between words need `segmentation: spaces` and a file segmented beforehand.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import regex

from xnerbench.data import languages, normalise
from xnerbench.data.readers.text import Text
from xnerbench.errors import InputError

UNSEGMENTED = frozenset({"Han", "Japanese", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"})

_WORD = regex.compile(
    r"""
    [\p{L}\p{M}\p{N}\u200c\u200d]+
    (?: (?: ['’ʼ‘`\-\u2010\u2011·_]+ | (?<=\p{N})[.,:](?=\p{N}) ) [\p{L}\p{M}\p{N}\u200c\u200d]+ )*
    | ([^\s\p{L}\p{M}\p{N}])\1*
    """,
    regex.VERBOSE,
)


# Soft hyphen, word joiner and byte-order mark stand inside words and mean nothing there.
_JOINED = dict.fromkeys((0x00AD, 0x2060, 0xFEFF))


def segment(line: str) -> list[str]:
    """The words of a line; joined without spaces they are the line without its spaces."""
    return [match.group() for match in _WORD.finditer(line)]


def words_of(line: str, segmentation: str, repairs: Counter[str]) -> list[str]:
    """A line's words, cleaned; one that shows nothing is left out, as no tag needs its place."""
    joined = line.translate(_JOINED)
    repairs["control_characters"] += joined != line
    parts = segment(joined) if segmentation == "words" else joined.split()
    return [word for part in parts if (word := normalise.clean(part, repairs)) != normalise.BLANK]


def phrase(text: str) -> str:
    """An entry of a list (a name, a translation) with words as those of a pool; empty where nothing shows."""
    return " ".join(words_of(text, "spaces", Counter()))


def read(path: Path, segmentation: str, encoding: str, where: str) -> Text:
    """Reads plain text.

    Counts `extra_blank_lines` and everything that `words.read_hashed_lines` and `words.clean` count.

    Args:
        path: The file, one sentence a line.
        segmentation: `words`, or `spaces` for a file that is segmented already.
        encoding: Character encoding.
        where: The configuration key that names the file, for messages.

    Raises:
        InputError: Nothing can be read from it, a line is far too long for a sentence, or `words` was
            asked for a script that it cannot segment.
    """
    repairs: Counter[str] = Counter()
    sentences = []
    lines, sha256 = normalise.read_hashed_lines(path, encoding, where, repairs)
    for number, line in enumerate(lines, 1):
        words = words_of(line, segmentation, repairs)
        if not words:
            repairs["extra_blank_lines"] += 1
            continue
        if len(words) > normalise.MAX_WORDS:
            raise InputError(
                f"the line has {len(words)} words",
                f"{path}:{number}",
                "put one sentence on each line",
            )
        sentences.append(words)
    if not sentences:
        remedy = "check that it is the right file"
        raise InputError("there is no sentence in it", str(path), remedy)
    if segmentation == "words":
        check_script(sentences[:1000], str(path), "set `segmentation: spaces`")
    return Text(sentences, None, repairs, "none", sha256)


def check_script(sentences: list[list[str]], where: str, then: str) -> None:
    """Refuses text whose words `segment` cannot find; `then` is what to do with a segmented file.

    Raises:
        InputError: The script puts no spaces between words.
    """
    script = languages.script("".join(words) for words in sentences)
    if script in UNSEGMENTED:
        raise InputError(
            f"the text is in {script} script, which puts no spaces between words",
            where,
            f"segment it with a tool for the language and {then}",
        )
