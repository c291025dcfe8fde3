"""Schemes, label maps and entities; parity with seqeval on any tag sequence."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import sequence_labeling, v1
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities

from xnerbench.data import tags

TYPES = ("PER", "LOC", "GPE_LOC")
any_iob = st.sampled_from(["O", *(f"{p}-{t}" for p in "BI" for t in TYPES)])
any_iobes = st.sampled_from(["O", *(f"{p}-{t}" for p in "BIES" for t in TYPES)])
sentences = st.lists(any_iob, max_size=12)


@given(sentences)
def test_strict_entities_are_seqevals(sequence):
    (expected,) = Entities([sequence], IOB2).entities
    assert tags.entities(sequence, strict=True) == [(e.tag, e.start, e.end) for e in expected]


@given(st.lists(any_iobes, max_size=12))
def test_lenient_entities_are_seqevals(sequence):
    expected = [(kind, start, end + 1) for kind, start, end in get_entities(sequence)]
    assert tags.entities(sequence, strict=False) == expected


@given(st.lists(sentences, min_size=1, max_size=4), st.data(), st.booleans())
def test_counts_give_seqevals_scores(gold, data, strict):
    predicted = [data.draw(st.lists(any_iob, min_size=len(s), max_size=len(s))) for s in gold]
    total = Counter()
    for truth, guess in zip(gold, predicted, strict=True):
        for tp, n_predicted, n_gold in tags.count(truth, guess, strict).values():
            total.update(tp=tp, predicted=n_predicted, gold=n_gold)
    options = {"average": "micro", "zero_division": 0}
    precision, recall, _, _ = (
        v1.precision_recall_fscore_support(gold, predicted, scheme=IOB2, **options)
        if strict
        else sequence_labeling.precision_recall_fscore_support(gold, predicted, **options)
    )
    assert precision == pytest.approx(total["tp"] / max(total["predicted"], 1))
    assert recall == pytest.approx(total["tp"] / max(total["gold"], 1))


def test_the_design_example_scores_two_thirds_strictly_and_one_leniently():
    gold, guess = ["B-PER", "I-PER", "O", "B-LOC"], ["I-PER", "I-PER", "O", "B-LOC"]
    assert tags.count(gold, guess, strict=True) == {"PER": (0, 0, 1), "LOC": (1, 1, 1)}
    assert tags.count(gold, guess, strict=False) == {"PER": (1, 1, 1), "LOC": (1, 1, 1)}


def spans():
    """Entities of one sentence as (type, length) runs with gaps between some of them."""
    run = st.tuples(st.sampled_from((None, *TYPES)), st.integers(1, 3))
    return st.lists(run, max_size=6)


def encode(runs, scheme):
    sequence, before = [], None
    for kind, length in runs:
        if kind is None:
            sequence += ["O"] * length
        elif scheme == "iob2":
            sequence += [f"B-{kind}", *[f"I-{kind}"] * (length - 1)]
        elif scheme == "iob1":
            sequence += [f"{'B' if before == kind else 'I'}-{kind}", *[f"I-{kind}"] * (length - 1)]
        else:
            single, last = {"iobes": "SE", "bilou": "UL"}[scheme]
            middle = [f"I-{kind}"] * (length - 2)
            sequence += (
                [f"{single}-{kind}"] if length == 1 else [f"B-{kind}", *middle, f"{last}-{kind}"]
            )
        before = kind
    return sequence


@given(spans(), st.sampled_from(["iob1", "iob2", "iobes", "bilou"]))
def test_every_scheme_becomes_the_same_iob2(runs, scheme):
    repairs = Counter()
    assert tags.to_iob2(encode(runs, scheme), scheme, repairs) == encode(runs, "iob2")
    assert not repairs


@given(st.lists(any_iobes, max_size=12), st.sampled_from(["iobes", "bilou"]))
def test_repaired_tags_are_well_formed_and_keep_their_places(sequence, scheme):
    repaired = tags.to_iob2(sequence, scheme)
    assert [tag == "O" for tag in repaired] == [tag == "O" for tag in sequence]
    assert tags.to_iob2(repaired, "iob2") == repaired
    assert tags.entities(repaired, strict=True) == tags.entities(repaired, strict=False)


@pytest.mark.parametrize(
    ("sequence", "scheme"),
    [
        (["B-PER", "I-PER", "O"], "iob2"),
        (["I-PER", "I-PER", "O", "I-LOC"], "iob1"),
        (["I-PER", "B-PER", "O"], "iob1"),
        (["I-PER", "O", "B-LOC"], "iob2"),  # a dirty IOB2 file
        (["B-PER", "E-PER", "S-LOC"], "iobes"),
        (["B-PER", "M-PER", "E-PER", "W-LOC"], "iobes"),
        (["B-PER", "L-PER", "U-LOC"], "bilou"),
        (["PER", "O", "LOC"], "bare"),
        (["O", "O"], "iob2"),
    ],
)
def test_scheme_is_recognised(sequence, scheme):
    assert tags.detect([sequence]) == scheme


def test_repairs_are_counted():
    repairs = Counter()
    converted = tags.to_iob2(["I-PER", "b-LOC", "o", "_", "I-LOC"], "iob2", repairs)
    assert converted == ["B-PER", "B-LOC", "O", "O", "B-LOC"]
    assert repairs == {"orphan_inside": 2, "lower_case_tags": 2, "empty_tags": 1}


def test_neighbours_of_one_bare_type_are_one_entity():
    assert tags.to_iob2(["PER", "PER", "LOC", "O"], "bare") == ["B-PER", "I-PER", "B-LOC", "O"]


@pytest.mark.parametrize(
    ("sequences", "message"),
    [
        ([["B-PER", "PER"]], "no prefix"),
        ([[f"word{i}" for i in range(200)]], "words"),
    ],
)
def test_columns_that_hold_no_tags_are_refused(sequences, message):
    with pytest.raises(tags.TagError, match=message):
        tags.detect(sequences)


@pytest.mark.parametrize(("tag", "scheme"), [("PER", "iob2"), ("B-", "iob2"), ("S-PER", "iob2")])
def test_tags_outside_the_scheme_are_refused(tag, scheme):
    with pytest.raises(tags.TagError, match=tag):
        tags.to_iob2(["O", tag], scheme)


def test_label_map_renames_drops_and_keeps():
    table = tags.label_table(["PER", "LOC"], {"PERSON": "PER", "LOC": None, "GPE": "LOC"})
    mapped = tags.map_labels(["B-PERSON", "I-PERSON", "B-LOC", "B-GPE", "B-MISC", "O"], table)
    assert mapped == ["B-PER", "I-PER", "O", "B-LOC", "O", "O"]
