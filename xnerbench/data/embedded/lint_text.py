"""What a line of a frame file may look like: tokens, quotes, Unicode and script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from xnerbench.data.embedded.frames import tokens_of
from xnerbench.data.embedded.script import in_script

OPENING = "([{«„“‘¿¡‹"
CLOSING = ")]}»”’!?;:,…।›"
SLOT = re.compile(r"\{[^{}]*\}")
_ENTITY = re.compile(r"\{(PER|LOC|ORG)\b[^{}]*\}")
_NUMBER = re.compile(r"[\d०-९]+([.,:/–-][\d०-९]+)*[.%]?")


def text_problems(text: str, script: str) -> Iterator[str]:
    """Yields what is wrong with any line's characters and blanks."""
    if unicodedata.normalize("NFC", text) != text:
        yield "is not in Unicode normal form C"
    if "  " in text or "\t" in text or text != text.strip() or "\u00a0" in text:
        yield "has blanks other than single ones between words"
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf") and character not in "\u200c\u200d\t":
            yield f"has the invisible character U+{ord(character):04X}"
    bare = SLOT.sub("", text)
    strange = {c for c in bare if c.isalpha() and not in_script(c, script)}
    if strange:
        yield f"has letters outside script {script}: {' '.join(sorted(strange))}"


def brace_problems(text: str) -> Iterator[str]:
    """Yields unbalanced or nested braces."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth not in (0, 1):
            break
    if depth:
        yield "has unbalanced or nested braces"


def token_problems(text: str) -> Iterator[str]:
    """Yields punctuation that is glued to a word, or an entity that is not a whole token."""
    words = tokens_of(text)
    for position, word in enumerate(words):
        last = position == len(words) - 1
        bare = SLOT.sub("1", word)
        if _ENTITY.search(word) and not SLOT.fullmatch(word):
            yield f"'{word}': an entity's slot must be a token of its own"
        elif not any(c.isalnum() for c in bare):
            continue
        elif bare.endswith(".") and last and bare.count(".") == 1:
            yield f"'{word}': the full stop is glued to the last word"
        elif _NUMBER.fullmatch(bare):
            if bare.endswith("%"):
                yield f"'{word}': write the percent sign as a token of its own"
        elif bare[-1] == "’" and bare[0].isalpha():
            continue  # an elided article
        elif bare[0] in OPENING + '"' or bare[-1] in CLOSING + '"':
            yield f"'{word}': punctuation is glued to a word"


def pairing_problems(text: str) -> Iterator[str]:
    """Yields quotation marks and brackets that do not pair up."""
    if text.count('"') % 2:
        yield 'has an odd number of "'
    words = text.split(" ")
    for left, right in (("(", ")"), ("«", "»"), ("[", "]")):
        if words.count(left) != words.count(right):
            yield f"has {left} and {right} that do not pair up"
    low, high, end = words.count("„"), words.count("“"), words.count("”")
    if low not in (0, high + end) or (not low and end and high != end):
        yield "has quotation marks that do not pair up"
