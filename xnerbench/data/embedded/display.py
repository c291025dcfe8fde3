"""Sentences with their entities marked, for reading on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# Blue, bold magenta and underlined green differ in more than hue.
_STYLES = {"PER": "\x1b[34m", "LOC": "\x1b[4;32m", "ORG": "\x1b[1;35m"}
_RESET = "\x1b[0m"


def legend(colour: bool) -> str:
    """One line that names the marks."""
    return "  ".join(_mark(kind, kind, colour) for kind in _STYLES)


def marked(words: Sequence[str], tags: Sequence[str], colour: bool) -> str:
    """The sentence in one line, entities coloured or bracketed as `[PER Jane Doe]`."""
    return " ".join(
        _mark(" ".join(chunk), kind, colour) if kind else " ".join(chunk)
        for kind, chunk in chunks(words, tags)
    )


def chunks(words: Sequence[str], tags: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Cuts an IOB2 sentence into entities and single words outside: `(type or "", words)`."""
    chunk: list[str] = []
    kind = ""
    for word, tag in zip(words, tags, strict=True):
        if chunk and not tag.startswith("I-"):
            yield kind, chunk
            chunk = []
        kind = tag.partition("-")[2]
        chunk.append(word)
    if chunk:
        yield kind, chunk


def _mark(text: str, kind: str, colour: bool) -> str:
    if colour:
        return f"{_STYLES[kind]}{text}{_RESET}"
    return f"[{kind}]" if text == kind else f"[{kind} {text}]"
