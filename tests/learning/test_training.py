"""The loop learns, is deterministic, and stops with a reason when it cannot go on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from xnerbench.learning import labels, losses, process, student, tagger, teacher, training
from xnerbench.learning.batch import shuffled
from xnerbench.learning.seeding import stream
from xnerbench.learning.training import Recipe, TrainingFailed

NAMES = tagger.label_names(("X",))


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    process.one_thread()
    yield
    torch.use_deterministic_algorithms(False)


def tags_of(sentences):
    """A rule that can be learnt from first subwords: words that begin with a vowel are entities."""
    return [["B-X" if word[0] in "aeiou" else "O" for word in words] for words in sentences]


FAST = Recipe(learning_rate=3e-3, epochs=12, batch_size=8, dropout=0.1)


@pytest.fixture(scope="module")
def taught(spec, sentences, text):
    return teacher.train_teacher(spec, NAMES, [(text, tags_of(sentences))], FAST, ("eng",), seed=0)


def accuracy(model, text, sentences) -> float:
    chosen = tagger.probabilities(model, text).argmax(axis=1)
    gold = labels.gold_labels(text, tags_of(sentences), NAMES)
    return float((chosen == gold).mean())


def test_teacher_learns(taught, text, sentences):
    model, outcome = taught
    majority = float((labels.gold_labels(text, tags_of(sentences), NAMES) == 0).mean())
    assert accuracy(model, text, sentences) > majority + 0.1
    assert outcome.steps == 12 * 8  # twelve epochs of ceil(60 / 8)


def test_student_follows_its_teacher(taught, spec, text):
    soft = tagger.probabilities(taught[0], text)
    loss = student.soft_loss(labels.Mixture([soft], np.ones(1)), losses.mean_squared_error)
    model, outcome = student.train_student(
        spec, len(NAMES), text, np.arange(40), loss, FAST, "deu", seed=0
    )
    agree = tagger.probabilities(model, text).argmax(axis=1) == soft.argmax(axis=1)
    assert agree.mean() > 0.85
    assert outcome.final_loss < 0.1


def test_same_seed_same_tagger_bit_for_bit(spec, sentences, text):
    def run(seed):
        model, _ = teacher.train_teacher(
            spec, NAMES, [(text, tags_of(sentences))], Recipe(epochs=1), ("eng",), seed
        )
        return tagger.probabilities(model, text)

    assert np.array_equal(run(5), run(5))
    assert not np.array_equal(run(5), run(6))


def test_saved_teacher_predicts_the_same(taught, spec, text, tmp_path):
    path = tmp_path / "teacher.safetensors"
    tagger.save(path, taught[0], {"status": "ok", "note": "ä"})
    again, record = tagger.load(path, spec.folder, spec.freeze)
    assert record["note"] == "ä"
    assert np.array_equal(tagger.probabilities(taught[0], text), tagger.probabilities(again, text))


def test_teacher_on_a_union_sees_both_texts(spec, sentences, text):
    both = teacher.Union([text, text])
    assert len(both) == 2 * len(text)
    rows = np.array([0, 59, 60, 119])
    from xnerbench.learning.batch import gather

    one, two = gather(text, np.array([0, 59])), gather(both, rows)
    words = len(text.first)
    assert sorted(two.entries.tolist()) == [
        *sorted(one.entries.tolist()),
        *sorted((one.entries + words).tolist()),
    ]
    # The vector of each labelled word, whichever text it came from, is the one of the single text.
    single = dict(zip(one.entries.tolist(), one.hidden[one.first], strict=True))
    for entry, vector in zip(two.entries.tolist(), two.hidden[two.first], strict=True):
        assert torch.equal(vector, single[entry % words])


def test_frozen_layers_are_not_among_the_parameters(taught, spec):
    assert len(taught[0].upper.layers) == 2


def test_nan_loss_fails_with_the_update(spec, text):
    def poisoned(logits, batch):
        return logits.sum() * float("nan")

    with pytest.raises(TrainingFailed, match="loss became nan at update 1"):
        student.train_student(spec, 3, text, np.arange(10), poisoned, FAST, "deu", 0)


def test_nothing_to_train_on(spec, text):
    with pytest.raises(TrainingFailed, match="no sentence"):
        student.train_student(
            spec, 3, text, np.arange(0), lambda logits, batch: logits.sum(), FAST, "deu", 0
        )


@pytest.mark.parametrize(
    ("n", "floor", "expected"), [(100, 0, 12), (100, 150, 150), (3200, 150, 300), (1, 0, 3)]
)
def test_budgets(n, floor, expected):
    assert Recipe(min_steps=floor).steps(n) == expected


def test_batches_are_epochs_without_replacement():
    batches = list(shuffled(np.arange(10), 4, 7, np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [4, 4, 2, 4, 4, 2, 4]
    for epoch in (batches[:3], batches[3:6]):
        assert sorted(np.concatenate(epoch).tolist()) == list(range(10))


def test_learning_rate_rises_then_falls_to_zero():
    rate = training._rate(100, 0.1)
    values = [rate(step) for step in range(101)]
    assert values[0] == pytest.approx(0.1)
    assert max(values) == 1.0
    assert values[9] == 1.0
    assert values[100] == 0.0
    assert values[10:] == sorted(values[10:], reverse=True)


def test_students_of_one_seed_start_from_one_head(spec):
    heads = [
        tagger.fresh(spec.folder, spec.freeze, 5, stream(3, "student", "deu", "head")).head.weight
        for _ in range(2)
    ]
    assert torch.equal(heads[0], heads[1])
