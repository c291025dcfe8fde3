"""Code-switching (CoSDA-ML; MCL-NER): words give way to translations from a dictionary."""

from __future__ import annotations

import numpy as np

from xnerbench.augment.registry import register_augmentation
from xnerbench.augment.text import Augmented, Pool, unchanged
from xnerbench.errors import InputError


@register_augmentation("code-switch", needs=("dictionary",))
def code_switch(
    pool: Pool,
    sentence: int,
    rng: np.random.Generator,
    rate: float = 0.5,
    mentions: bool = False,
) -> Augmented:
    """Replaces each word that has an entry with probability `rate` by one of its translations, uniformly.

    Word for word: the number of words and their labels stay. Translations of several words are passed
    over (`Dictionary.within` leaves them out). A word in capitals gets a translation in capitals.

    Args:
        pool: With a dictionary; with tags unless `mentions`.
        sentence: Its number.
        rng: The sentence's own generator.
        rate: Probability for a word that can be switched.
        mentions: Whether words of mentions are switched as well. Most translations of names are wrong.

    Raises:
        InputError: There is no dictionary.
    """
    if pool.dictionary is None:
        raise InputError(
            "code-switching needs a dictionary", "dictionaries", "name one for the language"
        )
    tags = pool.tags[sentence] if pool.tags is not None else ["O"] * len(pool.words[sentence])
    words = []
    for word, tag in zip(pool.words[sentence], tags, strict=True):
        draw = rng.random()
        found = [entry for entry in pool.dictionary.get(word, ()) if " " not in entry]
        if draw < rate and found and (mentions or tag == "O"):
            word = _capitals(found[rng.integers(len(found))], word)
        words.append(word)
    return Augmented(words, unchanged(pool, sentence))


def _capitals(translation: str, word: str) -> str:
    if word[:1].isupper() and translation[:1].islower():
        return translation[:1].upper() + translation[1:]
    return translation
