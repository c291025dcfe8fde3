import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from tests.analysis.known_truth import random_tags, table_of
from xnerbench.errors import InputError
from xnerbench.scoring import score
from xnerbench.storage import artifacts

LABELS = ["PER", "LOC"]
TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])


@st.composite
def pairs(draw):
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    both = []
    for _ in range(2):
        both.append([draw(st.lists(TAGS, min_size=k, max_size=k)) for k in lengths])
    return both


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_counts_give_seqevals_strict_f1(pair):
    gold, predicted = pair
    rows = score.count_rows("c", gold, predicted)
    tp, n_predicted, n_gold = (sum(row[i] for row in rows) for i in (3, 4, 5))
    expected = f1_score(gold, predicted, mode="strict", scheme=IOB2, zero_division=0)
    assert score.f1_of_counts(tp, n_predicted, n_gold) == pytest.approx(100 * expected)
    scores = score.seqeval_scores(gold, predicted, LABELS)
    assert scores["f1"] == pytest.approx(100 * expected)
    for label in LABELS:
        own = [row for row in rows if row[2] == label]
        tp, n_predicted, n_gold = (sum(row[i] for row in own) for i in (3, 4, 5))
        if not own:
            assert scores[f"f1_{label}"] is None
        else:
            value = score.f1_of_counts(tp, n_predicted, n_gold)
            assert scores[f"f1_{label}"] == pytest.approx(value)


def test_strict_and_lenient_differ_as_published():
    gold, predicted = [["B-PER", "I-PER", "O", "B-LOC"]], [["I-PER", "I-PER", "O", "B-LOC"]]
    scores = score.seqeval_scores(gold, predicted, LABELS)
    assert scores["f1"] == pytest.approx(200 / 3)
    assert scores["f1_lenient"] == 100
    assert scores["f1_PER"] == 0


def test_nothing_predicted_is_zero_without_a_warning():
    gold, predicted = [["B-PER", "O"]], [["O", "O"]]
    scores = score.seqeval_scores(gold, predicted, LABELS)
    assert (scores["f1"], scores["precision"], scores["f1_LOC"]) == (0, 0, None)
    assert score.seqeval_scores([["O"]], [["O"]], LABELS)["f1"] == 0


def _written(tmp_path, predicted, gold, record):
    path = tmp_path / "cell.parquet"
    artifacts.write_parquet(path, table_of(predicted), record)
    return path, table_of(gold).to_pylist()


def test_a_cell_becomes_a_row_with_its_record(tmp_path):
    rng = np.random.default_rng(1)
    gold = [["B-PER", "I-PER", "O"], ["O", "B-LOC", "O"]]
    predicted = random_tags(rng, 2, 3)
    record = {"status": "ok", "steps": 30, "seconds": 4.5, "init": "pretrained"}
    path, test = _written(tmp_path, predicted, gold, record)
    row, counts = score.score_file(path, "c", test, LABELS)
    assert (row["steps"], row["seconds"], row["status"], row["reason"]) == (30, 4.5, "ok", "")
    assert (row["n_test_sentences"], row["n_test_entities"]) == (2, 2)
    table = score.counts_table(counts)
    assert table.schema == score.COUNTS_SCHEMA
    assert sum(table["gold"].to_pylist()) == 2


def test_failed_and_absent_cells_keep_their_reason(tmp_path):
    record = {"status": "failed", "reason": "out of memory\nat step 3", "seconds": 1.0}
    path, test = _written(tmp_path, [], [["O"]], record)
    row, counts = score.score_file(path, "c", test, LABELS)
    assert (row["status"], row["reason"], counts) == ("failed", "out of memory at step 3", [])
    assert "f1" not in row
    row, _ = score.score_file(tmp_path / "none.parquet", "c", test, LABELS)
    assert row["status"] == "failed" and "has not run" in row["reason"]


@pytest.mark.parametrize(
    ("predicted", "message"),
    [
        ([["O", "O"]], "sentences are not the test set's"),
        ([["O", "O"], ["O"]], "words of sentence 1"),
        ([["O", "O"], ["O", "B-ORG"]], "B-ORG, which is no tag"),
    ],
)
def test_predictions_that_do_not_fit_are_refused(tmp_path, predicted, message):
    path, test = _written(tmp_path, predicted, [["O", "O"], ["O", "B-PER"]], {"status": "ok"})
    with pytest.raises(InputError, match=message):
        score.score_file(path, "c", test, LABELS)


def test_more_tags_than_words_are_refused():
    test = [{"sentence_id": 0, "words": ["a", "b"], "tags": ["O", "O"]}]
    prediction = [{"sentence_id": 0, "words": ["a", "b"], "tags": ["O"]}]
    with pytest.raises(InputError, match="2 words and 1 tags"):
        score.aligned(test, prediction, LABELS, "file")


def test_counts_that_contradict_seqeval_stop_everything(tmp_path, monkeypatch):
    path, test = _written(tmp_path, [["B-PER"]], [["B-PER"]], {"status": "ok"})
    monkeypatch.setattr(score.tagging, "count", lambda gold, predicted: {"PER": (0, 1, 1)})
    with pytest.raises(RuntimeError, match="one of the two is wrong"):
        score.score_file(path, "c", test, LABELS)


def test_scores_of_failed_cells_only_keep_their_types():
    from xnerbench.analysis.tables import as_frame
    from xnerbench.catalogue.study_tables import score_columns

    frame = as_frame([{"cell": "c", "status": "failed", "n": 0}], score_columns(LABELS))
    table = score.scores_table(frame)
    assert str(table.schema.field("f1").type) == "double"
    assert str(table.schema.field("seed").type) == "int64"
    assert table["f1"].to_pylist() == [None]
