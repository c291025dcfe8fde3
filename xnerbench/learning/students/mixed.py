"""Training on source text with words of the target's text among its own: code-switching without a dictionary.

A teacher of code-switched text has seen words of the target as `O`. So has this one, of which no word is a translation:
where a shuffled dictionary serves as well as a good one, so does none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnerbench.data.dictionaries import Dictionary, is_word
from xnerbench.learning.students.student import Text, Training, words_of
from xnerbench.learning.students.switched import train_switched
from xnerbench.learning.taggers import tagger
from xnerbench.learning.training.loop import Outcome

CHOICES = 20
"""Target words that may stand for one source word: enough that frequent words do not always become the same ones."""


def train_mixed(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """Trains on source sentences and copies in which words outside mentions gave way to random target words.

    The words are those of the cell's own sentences that its teacher takes for no part of an entity with at least the
    probability `sure`; they are drawn as often as they occur. Its soft labels are not learned from.
    """
    text = training.text
    assert text.source is not None
    words = outside_entities(text, training.method.option("sure"))
    own = borrowed(text.source.words, words, np.random.default_rng(training.stream("borrowed")))
    return train_switched(training.on(soft=None, dictionary=own))


def outside_entities(text: Text, sure: float) -> list[str]:
    """Running words of the sentences to train on whose probability of `O` is at least `sure`, marks left out."""
    assert text.soft is not None
    offsets = text.pool.word_offsets
    entries = np.concatenate([np.arange(offsets[s], offsets[s + 1]) for s in text.subset])
    plain = text.soft.at(entries)[:, 0] >= sure
    return [word for word in words_of(text, entries[plain]) if is_word(word)]


def borrowed(
    sentences: Sequence[Sequence[str]], words: Sequence[str], rng: np.random.Generator
) -> Dictionary:
    """A word list that gives every word of the sentences `CHOICES` random ones of the target; empty without words.

    Args:
        sentences: The source's.
        words: Running words of the target: what occurs often is drawn often.
        rng: Draws them.
    """
    if not words:
        return Dictionary([])
    sources = sorted({word.lower() for sentence in sentences for word in sentence if is_word(word)})
    drawn = rng.integers(len(words), size=(len(sources), CHOICES))
    return Dictionary(
        (source, words[i]) for source, row in zip(sources, drawn, strict=True) for i in row
    )
