"""What is probably not meant, though it can be read: a column of numbers, a pool in another script.

Each doubt is one line for the user. Nothing is refused here: the languages of the world have more
kinds of text than these rules know of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from xnerbench.data import languages
from xnerbench.data.corpus import Part, Target

FEW_ENTITIES = 50
"""Test entities of a label below which its F1 says little: at 50, +-10 F1 is within chance."""
ODD_SHARE = 0.9
LOOKED_AT = 20_000


def of_words(part: Part, place: str) -> list[str]:
    """Doubts about the words of a part: nearly all numbers, or nearly all the same.

    Args:
        part: The text.
        place: Names it, as in `deu test`.
    """
    words = list(islice((word for words in part.words for word in words), LOOKED_AT))
    numbers = sum(_is_number(word) for word in words)
    if not words:  # an untested target
        return []
    commonest, times = Counter(words).most_common(1)[0]
    columns = f"; the file's columns: {part.columns}" if part.columns else ""
    if numbers > ODD_SHARE * len(words):
        return [
            f"{place}: the words are numbers ({words[0]}, ...); another `token_column`?{columns}"
        ]
    if times > ODD_SHARE * len(words) and len(words) > 1:
        return [f"{place}: nearly every word is `{commonest}`; another `token_column`?{columns}"]
    return []


def of_target(target: Target, language: str, labels: Iterable[str]) -> list[str]:
    """Doubts about a test set and its pool.

    Args:
        target: Both.
        language: ISO 639-3.
        labels: The study's; one with fewer than `FEW_ENTITIES` entities is told.
    """
    doubts = of_words(target.test, f"{language} test") + of_words(target.pool, f"{language} pool")
    counts = target.test.entities()
    few = [f"{label} {counts[label]}" for label in labels if counts[label] < FEW_ENTITIES]
    if few and target.test.words:
        doubts.append(
            f"{language} test: fewer than {FEW_ENTITIES} entities of a label ({', '.join(few)}): "
            "its F1 will have a wide interval"
        )
    test, pool = script(target.test), script(target.pool)
    if "none" not in (test, pool) and test != pool:
        doubts.append(f"{language}: the pool is in {pool} script and the test set in {test}")
    return doubts


def script(part: Part) -> str:
    """The commonest script of a part's first sentences."""
    return languages.script(word for words in part.words[:2000] for word in words)


def _is_number(word: str) -> bool:
    # A repeated head or index column also has ranges (3-4), decimals and empty nodes (3.1).
    return all(c.isnumeric() or c in ".,-:" for c in word) and any(c.isnumeric() for c in word)
