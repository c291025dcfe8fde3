"""Trainers of the arms beyond distillation, on a tiny encoder: what each must equal, and what must change it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from xnerbench.augment import AUGMENTATIONS, Augmented, register_augmentation
from xnerbench.augment.text import unchanged
from xnerbench.data.dictionaries import Dictionary
from xnerbench.learning.encoders.frozen import FrozenLayers
from xnerbench.learning.objectives.objective import UNLABELLED
from xnerbench.learning.students import augmented, joint, mixed, rounds, student, switched
from xnerbench.learning.students.student import SourceText, Text
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers.labels import Mixture, uniform
from xnerbench.learning.training.recipe import Recipe
from xnerbench.methods import METHODS

from .conftest import encode, random_sentences

NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
RECIPE = Recipe(learning_rate=1e-2, epochs=1, batch_size=8, min_steps=6)


def some_tags(sentences, seed):
    rng = np.random.default_rng(seed)
    found = []
    for words in sentences:
        row = ["O"] * len(words)
        place = rng.integers(len(words))
        row[place] = rng.choice(["B-PER", "B-LOC"])
        if place + 1 < len(words) and rng.random() < 0.5:
            row[place + 1] = "I" + row[place][1:]
        found.append(row)
    return found


@pytest.fixture(scope="module")
def source(spec, tmp_path_factory):
    words = random_sentences(24, seed=5)
    tags = some_tags(words, 0)
    activations = encode(words, spec, tmp_path_factory.mktemp("source") / "s.safetensors")
    gold = [
        NAMES.index(tags[s][activations.word[e]])
        for s in range(len(words))
        for e in range(activations.word_offsets[s], activations.word_offsets[s + 1])
    ]
    return SourceText(activations, torch.tensor(gold), words, tags)


@pytest.fixture(scope="module")
def target(spec, text, sentences, source, tmp_path_factory):
    rng = np.random.default_rng(0)
    soft = rng.dirichlet([0.3] * 5, len(text.first)).astype(np.float32)

    pairs = [(word, other) for word, other in zip(
        [w for s in source.words for w in s], [w for s in sentences for w in s], strict=False
    )]  # fmt: skip
    return Text(
        text,
        np.arange(20),
        soft=Mixture([soft], uniform(1)),
        words=sentences,
        dictionary=Dictionary(pairs),
        source=source,
        encode=FrozenLayers(spec, True, 32, tmp_path_factory.mktemp("new")),
        types=("PER", "LOC"),
    )


def weights(model):
    return torch.cat([value.detach().flatten() for _, value in tagger.trained(model)])


def trained(spec, method, text, trainer=None, recipe=RECIPE):
    run = trainer or student.trainer_of(method)
    start = None
    if method.init == "teacher":
        start = tagger.fresh(spec.folder, spec.freeze, 5, np.random.SeedSequence(9))
    return run(student.Training(spec, method, NAMES, text, recipe, "nld", 0, start))


def variant(name, **values):
    return METHODS[name].variant("v", values)


def test_joint_training_without_weight_is_distillation(spec, target):
    without, _ = trained(spec, variant("joint", source_weight=0.0), target)
    plain, _ = trained(spec, METHODS["ts-kl"], target)
    assert torch.equal(weights(without), weights(plain))
    with_source, cost = trained(spec, METHODS["joint"], target)
    assert not torch.equal(weights(with_source), weights(plain))
    again, _ = trained(spec, METHODS["joint"], target)
    assert torch.equal(weights(with_source), weights(again))
    assert cost.steps == 6


def test_batches_of_the_source_are_whole_epochs(source):
    drawn = joint.rows_of(source, 7, np.random.SeedSequence(0))
    epoch = np.concatenate([next(drawn) for _ in range(3)])
    assert len(set(epoch.tolist())) == 21
    assert all(len(next(drawn)) == 7 for _ in range(10))
    all_of_them = joint.rows_of(source, 1000, np.random.SeedSequence(0))
    assert sorted(next(all_of_them)) == list(range(24))


def test_one_round_on_everything_is_a_warm_student(spec, target):
    one = variant("self-train", rounds=1, share=1.0, sharpen=False)
    rounds_, _ = trained(spec, one, target)
    plain, _ = trained(spec, METHODS["ts-kl"].variant("v", {"init": "teacher"}), target)
    assert torch.equal(weights(rounds_), weights(plain))
    sharp, _ = trained(spec, variant("self-train", rounds=1, share=1.0), target)
    assert not torch.equal(weights(sharp), weights(plain))


def test_rounds_share_out_the_updates(spec, target):
    model, cost = trained(spec, variant("self-train", rounds=4), target)
    assert cost.steps == 6
    again, _ = trained(spec, variant("self-train", rounds=4), target)
    assert torch.equal(weights(model), weights(again))


def test_a_round_chooses_from_the_cells_own_sentences(target):
    probabilities = target.soft.at(np.arange(len(target.pool.first)))
    part = rounds.chosen_text(target, probabilities, 0.3, sharpen=True)
    assert 0 < len(part.subset) < 20
    assert set(part.subset) <= set(target.subset)
    moved = part.soft.at(np.arange(len(target.pool.first)))
    untouched = np.arange(target.pool.word_offsets[20], len(moved))
    assert np.array_equal(moved[untouched], probabilities[untouched])
    silent = np.zeros_like(probabilities)
    silent[:, 0] = 1
    assert len(rounds.chosen_text(target, silent, 0.3, sharpen=False).subset) == 20


def test_few_labels_are_those_of_the_first_sentences(target):
    gold = torch.arange(len(target.pool.first)) % 5
    few = student.with_few_labels(dataclasses.replace(target, gold=gold), 3).gold
    end = target.pool.word_offsets[3]
    assert torch.equal(few[:end], gold[:end])
    assert (few[end:] == UNLABELLED).all()


def test_few_labels_change_a_student_and_none_do_not(spec, target):
    gold = torch.arange(len(target.pool.first)) % 5
    warm = METHODS["ts-kl"].variant("v", {"init": "teacher"})
    plain, _ = trained(spec, warm, target)
    for count, same in ((0, True), (5, False)):
        text = student.with_few_labels(dataclasses.replace(target, gold=gold), count)
        model, _ = trained(spec, METHODS["few-ts"], text)
        assert torch.equal(weights(model), weights(plain)) == same


@pytest.mark.parametrize("labels", ["carried", "anew"])
def test_copies_keep_the_number_of_updates(spec, target, labels):
    teacher = tagger.fresh(spec.folder, spec.freeze, 5, np.random.SeedSequence(3))
    text = dataclasses.replace(target, teacher=teacher)
    method = variant("ts-augment", augment="shuffle", labels=labels, copies=2)
    model, cost = trained(spec, method, text)
    assert cost.steps == RECIPE.steps(20)
    plain, _ = trained(spec, METHODS["ts-kl"], target)
    assert not torch.equal(weights(model), weights(plain))


def test_carried_labels_follow_their_words(target):
    probabilities = np.array(target.soft.at(np.arange(len(target.pool.first))))

    @register_augmentation("test-reverse")
    def reverse(pool, sentence, rng):
        return Augmented(pool.words[sentence][::-1], unchanged(pool, sentence)[::-1])

    try:
        pool = augmented._pool(target, probabilities, NAMES)
        copies = [reverse(pool, s, None) for s in range(len(pool.words))]
    finally:
        del AUGMENTATIONS["test-reverse"]
    encoded = target.encode([made.words for made in copies])
    rows = augmented._carried(target, copies, encoded, probabilities)
    for s in range(20):
        own = slice(target.pool.word_offsets[s], target.pool.word_offsets[s + 1])
        new = slice(encoded.word_offsets[s], encoded.word_offsets[s + 1])
        assert np.array_equal(rows[new], probabilities[own][::-1])


def test_switched_words_come_from_the_cells_own_pool(target, source):
    method = variant("teacher-cs", switch_rate=1.0)
    every = np.arange(len(source.words))

    def made(method, sentences=every):
        return switched.switched_words(method, target, np.random.SeedSequence(0), sentences)

    known = {word for s in target.subset for word in target.words[s]}
    changed = 0
    for old, new in zip(source.words, made(method), strict=True):
        for before, after in zip(old, new, strict=True):
            changed += before != after
            assert after == before or after in known
    assert changed > 10
    assert made(variant("teacher-cs", switch_rate=0.0)) == source.words
    assert made(variant("teacher-cs", switch_rate=1.0, shuffled=True)) != made(method)
    assert made(method, every[5:9]) == made(method)[5:9]


def test_mixed_in_are_words_that_the_teacher_takes_for_no_entity(target, source):
    entries = len(target.pool.first)
    rows = np.tile([0.95, 0.05, 0, 0, 0], (entries, 1))
    rows[::3] = [0.5, 0.5, 0, 0, 0]
    text = dataclasses.replace(target, soft=Mixture([rows], uniform(1)))
    found = mixed.outside_entities(text, 0.9)
    running = [
        (target.words[sentence][target.pool.word[entry]], entry)
        for sentence in target.subset
        for entry in range(
            target.pool.word_offsets[sentence], target.pool.word_offsets[sentence + 1]
        )
    ]
    assert found == [w for w, entry in running if entry % 3 and any(c.isalpha() for c in w)]
    assert not mixed.outside_entities(text, 0.96)
    own = mixed.borrowed(source.words, found, np.random.default_rng(0))
    assert {word for _, word in own.pairs()} <= set(found)
    letters = {w.lower() for s in source.words for w in s if any(c.isalpha() for c in w)}
    assert set(own) == letters
    assert own.pairs() == mixed.borrowed(source.words, found, np.random.default_rng(0)).pairs()
    assert not mixed.borrowed(source.words, [], np.random.default_rng(0))


def test_a_mixed_teacher_learns_source_text_and_no_soft_label(spec, target):
    model, cost = trained(spec, METHODS["teacher-mixed"], target)
    assert cost.steps == RECIPE.steps(20)
    again, _ = trained(spec, METHODS["teacher-mixed"], target)
    assert torch.equal(weights(model), weights(again))
    none, _ = trained(spec, variant("teacher-mixed", switch_rate=0.0), target)
    assert not torch.equal(weights(model), weights(none))
    # Without any copy of its own it is a teacher of code-switched text that switches nothing, whatever the labels say.
    off = {"relation_weight": 0.0, "semantic_weight": 0.0, "contrast_weight": 0.0}
    plain = dataclasses.replace(target, soft=None)
    same, _ = trained(spec, variant("teacher-cs", **off, switch_rate=0.0), plain)
    assert torch.equal(weights(none), weights(same))


@pytest.mark.parametrize("name", ["relation_weight", "semantic_weight", "contrast_weight"])
def test_each_part_of_the_loss_changes_the_teacher(spec, target, name):
    text = dataclasses.replace(target, soft=None)
    none = {"relation_weight": 0.0, "semantic_weight": 0.0, "contrast_weight": 0.0}
    plain, _ = trained(spec, variant("teacher-cs", **none), text)
    part, cost = trained(spec, variant("teacher-cs", **{**none, name: 1.0}), text)
    assert np.isfinite(cost.final_loss)
    # The head is not in these parts, so it is the layers that they move.
    assert not torch.equal(weights(plain), weights(part))


def test_self_training_adds_the_targets_labels(spec, target):
    start = {"init": "pretrained", "own_teacher": False}
    model, cost = trained(spec, variant("ts-mcl", **start), target)
    alone, _ = trained(spec, METHODS["teacher-cs"], dataclasses.replace(target, soft=None))
    assert cost.steps == 6
    assert not torch.equal(weights(model), weights(alone))
    again, _ = trained(spec, variant("ts-mcl", **start), target)
    assert torch.equal(weights(model), weights(again))
    unseen, _ = trained(spec, variant("ts-mcl", **start, target_views=False), target)
    assert not torch.equal(weights(model), weights(unseen))


def test_a_student_after_mcl_ner_begins_as_its_own_teacher(spec, target):
    blank = dataclasses.replace(
        target, soft=Mixture([np.zeros((len(target.pool.first), 5))], uniform(1))
    )
    own, cost = trained(spec, variant("ts-mcl", init="pretrained"), target)
    # Whatever the ordinary teacher says, the labels are those of the first stage.
    again, _ = trained(spec, variant("ts-mcl", init="pretrained"), blank)
    assert torch.equal(weights(own), weights(again))
    assert cost.steps == 6


def test_ablations_share_their_copies(spec, target, tmp_path):
    kept = FrozenLayers(spec, True, 32, tmp_path)
    student = dataclasses.replace(target, encode=kept)
    text = dataclasses.replace(student, soft=None)
    for name, values, own in (
        ("teacher-cs", {}, text),
        ("teacher-cs", {"relation_weight": 0.0}, text),
        ("ts-mcl", {"own_teacher": False}, student),
    ):
        trained(spec, variant(name, **values), own)
    assert len(list(tmp_path.iterdir())) == 1
    trained(spec, variant("teacher-cs", shuffled=True), text)
    assert len(list(tmp_path.iterdir())) == 2


def test_without_weights_the_copies_alone_are_trained_on(spec, target):
    none = {"relation_weight": 0.0, "semantic_weight": 0.0, "contrast_weight": 0.0}
    text = dataclasses.replace(target, soft=None)
    plain, _ = trained(spec, variant("teacher-cs", **none, switch_rate=0.0), text)
    switched_, _ = trained(spec, variant("teacher-cs", **none), text)
    assert not torch.equal(weights(plain), weights(switched_))


def test_rounds_end_where_nothing_changes(spec, target):
    never = variant("self-train", rounds=4, stop_fidelity=100.0)
    always = variant("self-train", rounds=4, stop_fidelity=1e-9)
    _, cost = trained(spec, never, target)
    _, less = trained(spec, always, target)
    assert cost.told == {"rounds": 4}
    assert less.told["rounds"] < 4
    assert less.steps < cost.steps


def test_subwords_are_sampled_for_copies(spec, target, monkeypatch):
    teacher = tagger.fresh(spec.folder, spec.freeze, 5, np.random.SeedSequence(3))
    frozen = FrozenLayers(spec, False, 32, target.encode.folder)
    frozen.__dict__["vocabulary"] = {letter: -1.0 for letter in "abcdefghijklmnopqrstuvwxyz"} | {
        "the": -2.0
    }
    text = dataclasses.replace(target, teacher=teacher, encode=frozen)
    model, cost = trained(spec, variant("ts-augment", augment="subword"), text)
    assert cost.steps == RECIPE.steps(20)
    plain, _ = trained(spec, METHODS["ts-kl"], target)
    assert not torch.equal(weights(model), weights(plain))


@pytest.mark.parametrize("source_spaced", [True, False])
def test_copies_are_spaced_as_the_originals_are(marked, target, tmp_path, source_spaced):
    """Where nothing is switched, a copy is its original, whether or not the target is written with spaces."""
    frozen = FrozenLayers(marked, not source_spaced, 32, tmp_path)
    own = target.source
    originals = FrozenLayers(marked, source_spaced, 32, tmp_path)(own.words)
    source = SourceText(originals, own.gold, own.words, own.tags)
    text = dataclasses.replace(target, source=source, encode=frozen, source_spaced=source_spaced)
    method = variant("teacher-cs", switch_rate=0.0)
    every = np.arange(len(own.words))
    training = student.Training(marked, method, NAMES, text, RECIPE, "nld", 0)
    both = switched.Pairs.of(training, every).both
    half = originals.offsets[-1]
    assert both.offsets[-1] == 2 * half
    rows = np.arange(half)
    assert np.array_equal(both.hidden[rows], both.hidden[rows + half])
