"""The loop learns, is deterministic, and stops with a reason when it cannot go on."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from xnerbench.learning.layers.batch import shuffled
from xnerbench.learning.objectives import losses
from xnerbench.learning.students import student
from xnerbench.learning.students.student import Text, Training
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels, teacher
from xnerbench.learning.training import process
from xnerbench.learning.training.loop import TrainingFailed
from xnerbench.learning.training.recipe import Recipe, constant, linear
from xnerbench.learning.training.seeding import stream
from xnerbench.methods import METHODS, Method

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
    read = Text(text, np.arange(40), labels.Mixture([soft], np.ones(1)))
    model, outcome = student.train_student(
        Training(spec, METHODS["ts"], NAMES, read, FAST, "deu", seed=0)
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
    both = teacher.ConcatActivations([text, text])
    assert len(both) == 2 * len(text)
    rows = np.array([0, 59, 60, 119])
    from xnerbench.learning.layers.batch import gather

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
    def poisoned(context):
        return lambda output, seen: output.logits.sum() * float("nan")

    method = Method("poisoned", "", needs=(), objective=poisoned)
    with pytest.raises(TrainingFailed, match="loss became nan at update 1"):
        read = Text(text, np.arange(10))
        student.train_student(Training(spec, method, NAMES[:3], read, FAST, "deu", 0))


def test_nothing_to_train_on(spec, text):
    with pytest.raises(TrainingFailed, match="no sentence"):
        student.train_student(
            Training(spec, METHODS["ts"], NAMES[:3], Text(text, np.arange(0)), FAST, "deu", 0)
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
    rate = linear(100, 0.1)
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


def test_a_constant_rate_falls_in_the_last_fifth():
    rate = constant(100, 10)
    values = [rate(step) for step in range(100)]
    assert values[9] == 1.0
    assert values[10:80] == [1.0] * 70
    assert values[80:] == sorted(values[80:], reverse=True)
    assert 0 < values[99] < 0.06


def kl(**values):
    return METHODS["ts-kl"].variant("own", values)


def branched(spec, read, updates, method=None):
    made = student.branch_students(
        Training(spec, method or kl(), NAMES, read, FAST, "deu", 0), updates
    )
    return {u: (tagger.probabilities(m, read.pool), cost) for u, m, cost in made}


@pytest.fixture(scope="module")
def read(taught, text):
    soft = tagger.probabilities(taught[0], text)
    return Text(text, np.arange(40), labels.Mixture([soft], np.ones(1)))


def remembering(context):
    """An objective with a running mean, and draws at every update."""

    class Objective(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.zeros(()))

        def forward(self, output, seen):
            loss = losses.kl_divergence(output.logits, seen.soft)
            self.mean.lerp_(loss.detach(), 0.5)
            return (1 + context.draws.random() + self.mean) * loss

    return Objective()


@pytest.mark.parametrize(
    "method",
    [
        METHODS["ts-kl"].variant("own", {"average": 0.0}),
        METHODS["ts-kl"].variant("own", {"average": 0.9}),
        METHODS["ts-mix"],
        Method("remembering", "", needs=("soft",), objective=remembering),
    ],
    ids=["ts-kl", "averaged", "ts-mix", "one that remembers"],
)
def test_a_branch_does_not_depend_on_the_other_branches(spec, read, method):
    """The decay that branched off before leaves no trace in what comes after it."""
    together = branched(spec, read, (10, 20, 40), method)
    for u in (10, 20, 40):
        alone, cost = branched(spec, read, (u,), method)[u]
        assert np.array_equal(together[u][0], alone)
        assert together[u][1].steps == cost.steps == u
        assert together[u][1].words == cost.words


def test_a_branch_is_as_good_as_a_student_trained_alone(spec, read):
    """Within seed noise over five seeds: agreement with the teacher of a branch, and of a linear schedule."""
    soft = read.soft.at(np.arange(len(read.pool.first)))

    def agreement(probabilities):
        return (probabilities.argmax(1) == soft.argmax(1)).mean()

    differences = []
    for seed in range(5):
        made = student.branch_students(
            Training(spec, kl(), NAMES, read, FAST, "deu", seed), (30, 60)
        )
        branch = {u: agreement(tagger.probabilities(m, read.pool)) for u, m, _ in made}[60]
        recipe = dataclasses.replace(FAST, epochs=0, min_steps=60)
        alone, _ = student.train_student(Training(spec, kl(), NAMES, read, recipe, "deu", seed))
        differences.append(branch - agreement(tagger.probabilities(alone, read.pool)))
    spread = np.std(differences, ddof=1) / np.sqrt(5)
    assert abs(np.mean(differences)) < max(2.78 * spread, 0.03)


def test_the_head_has_a_rate_of_its_own(spec, read):
    slow = dataclasses.replace(FAST, epochs=1, head_learning_rate=1e-12)
    model, _ = student.train_student(Training(spec, kl(), NAMES, read, slow, "deu", 0))
    fresh = tagger.fresh(spec.folder, spec.freeze, len(NAMES), stream(0, "student", "deu", "head"))
    torch.testing.assert_close(model.head.weight.cpu(), fresh.head.weight, atol=1e-6, rtol=0)
    assert not torch.equal(model.upper.layers[0].qkv.weight, fresh.upper.layers[0].qkv.weight)


def test_an_objective_may_have_parameters_hidden_states_and_a_second_view(spec, read):
    """A contrastive term on hidden states with a projection that is trained beside the student."""
    seen_by = {}

    class Contrast(torch.nn.Module):
        def __init__(self, context):
            super().__init__()
            self.project = torch.nn.Linear(context.width, 8)
            self.before = self.project.weight.detach().clone()
            seen_by["objective"], seen_by["context"] = self, context

        def forward(self, output, seen):
            assert output.hidden.shape == (len(seen.batch.entries), self.project.in_features)
            assert seen.sentence.max() < len(seen.batch.starts)
            assert [len(word) > 0 for word in seen.words]
            one = torch.nn.functional.normalize(self.project(output.hidden), dim=1)
            two = torch.nn.functional.normalize(self.project(seen.second.hidden), dim=1)
            pairs = torch.arange(len(one))
            contrast = torch.nn.functional.cross_entropy(one @ two.T / 0.1, pairs)
            return losses.kl_divergence(output.logits, seen.soft) + contrast

    method = Method("c", "", needs=("soft", "second", "words"), objective=Contrast)
    words = [["w"] * 40] * len(read.pool)
    given = dataclasses.replace(read, words=words)
    student.train_student(Training(spec, method, NAMES, given, FAST, "deu", 0))
    own = seen_by["objective"]
    assert not torch.equal(own.project.weight, own.before)


@pytest.mark.parametrize("values", [{"confidence": 0.9}, {"temperature": 2.0}, {"loss": "hard"}])
def test_options_change_what_is_learnt(spec, read, values):
    plain, _ = student.train_student(Training(spec, kl(), NAMES, read, FAST, "deu", 0))
    other, _ = student.train_student(Training(spec, kl(**values), NAMES, read, FAST, "deu", 0))
    assert not np.array_equal(
        tagger.probabilities(plain, read.pool), tagger.probabilities(other, read.pool)
    )


def test_few_kernels_are_kept_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One process of many shapes with the bound and one without it: what is kept is most of its memory."""
    script = (
        "import resource, sys, torch\n"
        "from xnerbench.learning.training import process\n"
        "process.one_thread()\n"
        "layer = torch.nn.Linear(384, 384).to(torch.bfloat16)\n"
        "with torch.no_grad():\n"
        "    for rows in range(8, 1200, 2):\n"
        "        layer(torch.zeros(rows, 384, dtype=torch.bfloat16))\n"
        "print(process.peak_memory_mb())\n"
    )
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)

    def peak(**more: str) -> float:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            check=True,
        )
        return float(done.stdout)

    assert peak() + 40 < peak(ONEDNN_PRIMITIVE_CACHE_CAPACITY="1024")
