"""Augmentations: what changes, what stays, and that a seed repeats it."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from tokenizers import models

from xnerbench import augment
from xnerbench.augment import Augmented, Pool
from xnerbench.augment.subword import best_segmentations
from xnerbench.augment.text import unchanged
from xnerbench.data import embedded
from xnerbench.data.dictionaries import Dictionary
from xnerbench.data.tags import entities
from xnerbench.errors import InputError

PIECES = {
    "▁": -3.0,
    "a": -3.2,
    "b": -3.1,
    "c": -3.6,
    "ab": -4.0,
    "▁a": -4.1,
    "bc": -4.5,
    "▁abc": -9.0,
}


@pytest.fixture(scope="module")
def pool() -> Pool:
    words, tags = zip(*embedded.generate("eng", "train", 200), strict=True)
    known = sorted({word.lower() for sentence in words for word in sentence if word.isalpha()})
    pairs = [(word, word[::-1]) for word in known[::2]] + [
        (word, word + "x") for word in known[::4]
    ]
    return Pool(list(words), list(tags), Dictionary(pairs), PIECES)


@pytest.mark.parametrize("name", sorted(augment.AUGMENTATIONS))
def test_a_seed_repeats_and_a_sentence_depends_on_nothing_else(pool: Pool, name: str) -> None:
    first = augment.augment(pool, name, seed=3, copies=2)
    assert len(first) == 2 * len(pool.words)
    again = augment.augment(pool, name, seed=3, copies=2)
    assert [(a.words, a.pieces) for a in first] == [(a.words, a.pieces) for a in again]
    other = augment.augment(pool, name, seed=4)
    assert [(a.words, a.pieces) for a in first[:200]] != [(a.words, a.pieces) for a in other]
    assert [(a.words, a.pieces) for a in first[:200]] != [(a.words, a.pieces) for a in first[200:]]
    for made in first:
        assert made.origin.shape == (len(made.words), 2)
        assert made.origin.dtype == np.int64


def test_code_switching_changes_words_of_the_dictionary_only(pool: Pool) -> None:
    dictionary = pool.dictionary
    can = done = 0
    for sentence, made in enumerate(augment.augment(pool, "code-switch", 0)):
        assert made.carried(pool.tags) == pool.tags[sentence]
        for old, new, tag in zip(
            pool.words[sentence], made.words, pool.tags[sentence], strict=True
        ):
            switchable = tag == "O" and old in dictionary
            can += switchable
            if new != old:
                assert switchable
                assert new.lower() in [word.lower() for word in dictionary[old]]
                assert new[0].isupper() == old[0].isupper()
                done += 1
    assert can > 600
    assert abs(done / can - 0.5) < 4 * math.sqrt(0.25 / can) + 0.02  # palindromes look unchanged


def test_code_switching_at_the_ends(pool: Pool) -> None:
    never = augment.augment(pool, "code-switch", 0, options={"rate": 0.0})
    assert [made.words for made in never] == pool.words
    always = augment.augment(pool, "code-switch", 0, options={"rate": 1.0, "mentions": True})
    changed = [made.words for made in always]
    assert changed != [
        made.words for made in augment.augment(pool, "code-switch", 0, options={"rate": 1.0})
    ]
    same = Pool(pool.words, pool.tags, Dictionary((w, w) for s in pool.words for w in s))
    assert [made.words for made in augment.augment(same, "code-switch", 0)] != []
    with pytest.raises(InputError, match="needs a dictionary"):
        augment.augment(Pool(pool.words, pool.tags), "code-switch", 0)


def test_mentions_give_way_to_others_of_their_type(pool: Pool) -> None:
    by_type = {
        kind: {tuple(pool.words[s][a:b]) for s, a, b in places}
        for kind, places in pool.mentions.items()
    }
    replaced = total = 0
    for sentence, made in enumerate(augment.augment(pool, "mention", 1)):
        before = entities(pool.tags[sentence])
        after = entities(made.carried(pool.tags))
        assert [kind for kind, *_ in after] == [kind for kind, *_ in before]
        rest = [
            w for w, t in zip(pool.words[sentence], pool.tags[sentence], strict=True) if t == "O"
        ]
        tags = made.carried(pool.tags)
        assert [w for w, t in zip(made.words, tags, strict=True) if t == "O"] == rest
        for (kind, a, b), (_, c, d) in zip(before, after, strict=True):
            new = tuple(made.words[c:d])
            assert new in by_type[kind]
            replaced += new != tuple(pool.words[sentence][a:b])
            total += 1
    assert abs(replaced / total - 0.3) < 4 * math.sqrt(0.21 / total)


def test_mentions_without_tags_or_others() -> None:
    with pytest.raises(InputError, match="needs tags"):
        augment.augment(Pool([["a"]]), "mention", 0)
    alone = Pool([["Anna", "ran"]], [["B-PER", "O"]])
    assert augment.augment(alone, "mention", 0, options={"rate": 1.0})[0].words == ["Anna", "ran"]


def test_shuffling_keeps_words_and_mentions(pool: Pool) -> None:
    moved = 0
    for sentence, made in enumerate(augment.augment(pool, "shuffle", 0)):
        assert Counter(made.words) == Counter(pool.words[sentence])
        tags = made.carried(pool.tags)
        mentions = Counter(
            (kind, *pool.words[sentence][a:b]) for kind, a, b in entities(pool.tags[sentence])
        )
        assert Counter((kind, *made.words[a:b]) for kind, a, b in entities(tags)) == mentions
        moved += made.words != pool.words[sentence]
    assert moved > 0.9 * len(pool.words)


def test_the_best_segmentation_is_the_librarys() -> None:
    vocabulary = [("<unk>", 0.0), *PIECES.items()]
    unigram = models.Unigram(vocabulary, 0, False)
    for word in ("abc", "aabbcc", "cab", "bcabc", "abcabc"):
        theirs = [token.value for token in unigram.tokenize("▁" + word)]
        assert list(best_segmentations("▁" + word, PIECES, 8)[0][1]) == theirs


def test_the_n_best_segmentations_are_complete_and_in_order() -> None:
    def every(text: str) -> list[tuple[str, ...]]:
        if not text:
            return [()]
        return [
            (text[:k], *rest)
            for k in range(1, len(text) + 1)
            if text[:k] in PIECES
            for rest in every(text[k:])
        ]

    found = best_segmentations("▁abcab", PIECES, 1000)
    assert {path for _, path in found} == set(every("▁abcab"))
    scores = [score for score, _ in found]
    assert scores == sorted(scores, reverse=True)
    assert [path for _, path in best_segmentations("▁abcab", PIECES, 3)] == [
        p for _, p in found[:3]
    ]
    assert best_segmentations("▁xyz", PIECES, 3) == []


def test_subwords_are_drawn_by_their_probability() -> None:
    pool = Pool([["abc"]] * 3000, pieces=PIECES, mark="▁")
    drawn = augment.augment(pool, "subword", 0, options={"rate": 1.0, "alpha": 0.5})
    counts = Counter(tuple(made.pieces[0]) for made in drawn)
    chances = {
        path: math.exp(0.5 * score) for score, path in best_segmentations("▁abc", PIECES, 64)
    }
    total = sum(chances.values())
    assert set(counts) == set(chances)
    for path, chance in chances.items():
        expected = chance / total
        assert abs(counts[path] / 3000 - expected) < 4 * math.sqrt(expected * (1 - expected) / 3000)
    kept = augment.augment(pool, "subword", 0, options={"rate": 0.0})
    assert {tuple(made.pieces[0]) for made in kept} == {()}  # the tokenizer's own
    foreign = augment.augment(Pool([["ж"]], pieces=PIECES), "subword", 0, options={"rate": 1.0})
    assert foreign[0].pieces == [[]]
    with pytest.raises(InputError, match="Unigram"):
        augment.augment(Pool([["a"]]), "subword", 0)


def test_a_users_own_augmentation() -> None:
    @augment.register_augmentation("test-upper")
    def upper(pool, sentence, rng, letter="A"):
        words = [word.upper() + letter for word in pool.words[sentence]]
        return Augmented(words, unchanged(pool, sentence))

    try:
        made = augment.augment(Pool([["a", "b"]]), "test-upper", 0, options={"letter": "!"})
        assert made[0].words == ["A!", "B!"]
        with pytest.raises(ValueError, match="already"):
            augment.register_augmentation("shuffle")(lambda pool, sentence, rng: None)
    finally:
        del augment.AUGMENTATIONS["test-upper"]
    with pytest.raises(InputError, match="Did you mean `shuffle`"):
        augment.augmentation("shufle")
