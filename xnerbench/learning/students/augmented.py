"""Students on sentences and augmented copies of them, with the updates of a student on the sentences alone."""

from __future__ import annotations

import dataclasses

import numpy as np

from xnerbench.augment import Augmented, Pool, augment
from xnerbench.augment.subword import MARK
from xnerbench.data.dictionaries import Dictionary
from xnerbench.data.tags import to_iob2
from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.students.student import Text, Training, train_student
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import Mixture, uniform
from xnerbench.learning.teachers.teacher import ConcatActivations
from xnerbench.learning.training.loop import Outcome


def train_augmented(training: Training) -> tuple[tagger.Tagger, Outcome]:
    """As `student.train_student`, on the subset and its copies; as many updates as without them."""
    encoder, method, text = training.encoder, training.method, training.text
    assert text.soft is not None and text.words is not None and text.encode is not None
    probabilities = np.array(text.soft.at(np.arange(len(text.pool.first))))
    pool = _pool(text, probabilities, training.names)
    if method.option("augment") == "subword":
        pool = _with_pieces(pool, text)
    if method.option("shuffled") and pool.dictionary is not None:
        order = np.random.default_rng(training.stream("shuffled"))
        pool = dataclasses.replace(pool, dictionary=pool.dictionary.shuffled(order))
    copies = augment(pool, method.option("augment"), training.seed, method.option("copies"))
    encoded = _encoded(text, copies)
    if method.option("labels") == "anew":
        assert text.teacher is not None
        text.teacher.to(encoder.device)
        labels = tagger.probabilities(text.teacher, encoded, encoder.precision)
    else:
        labels = _carried(text, copies, encoded, probabilities)
    both = ConcatActivations([text.pool, encoded])
    numbers = len(text.pool) + np.arange(len(copies))
    whole = training.on(
        pool=both,
        subset=np.concatenate([text.subset, numbers]),
        soft=Mixture([np.concatenate([probabilities, labels])], uniform(1)),
        words=None,
    )
    return train_student(whole.of(training.updates))


def _with_pieces(pool: Pool, text: Text) -> Pool:
    assert text.encode is not None
    frozen = text.encode
    return dataclasses.replace(pool, pieces=frozen.vocabulary, mark=MARK if frozen.spaced else "")


def _encoded(text: Text, copies: list[Augmented]) -> Activations:
    """The frozen layers' output for the copies, with the subwords that an augmentation prescribes."""
    assert text.encode is not None
    words = [made.words for made in copies]
    if all(made.pieces is None for made in copies):
        return text.encode(words)
    return text.encode(words, [made.pieces or [[]] * len(made.words) for made in copies])


def _pool(text: Text, probabilities: np.ndarray, names: list[str]) -> Pool:
    """The subset as an augmentation reads it, with the teacher's tags."""
    assert text.words is not None
    words, tags = [], []
    offsets, word = text.pool.word_offsets, text.pool.word
    choice = probabilities.argmax(axis=1)
    for sentence in text.subset:
        own = list(text.words[sentence])
        row = ["O"] * len(own)
        for entry in range(offsets[sentence], offsets[sentence + 1]):
            row[word[entry]] = names[choice[entry]]
        words.append(own)
        tags.append(to_iob2(row, "iob2"))
    dictionary = None
    if text.dictionary is not None:
        # The text is the target's and a dictionary goes from the source to it.
        pairs = [(word, source) for source, found in text.dictionary.items() for word in found]
        dictionary = Dictionary(pair for pair in pairs if " " not in "".join(pair))
    return Pool(words, tags, dictionary)


def _carried(
    text: Text, copies: list[Augmented], encoded: Activations, probabilities: np.ndarray
) -> np.ndarray:
    """(W, labels): the soft label that each labelled word of a copy had where it was taken from."""
    offsets, word = text.pool.word_offsets, text.pool.word
    places = {
        (int(position), int(word[entry])): entry
        for position, sentence in enumerate(text.subset)
        for entry in range(offsets[sentence], offsets[sentence + 1])
    }
    outside = np.zeros(probabilities.shape[1], dtype=probabilities.dtype)
    outside[0] = 1.0
    rows = np.empty((len(encoded.first), probabilities.shape[1]), dtype=probabilities.dtype)
    for copy, made in enumerate(copies):
        for entry in range(encoded.word_offsets[copy], encoded.word_offsets[copy + 1]):
            source = tuple(made.origin[encoded.word[entry]].tolist())
            # A word that was cut off in its own sentence has no label there.
            rows[entry] = probabilities[places[source]] if source in places else outside
    return rows
