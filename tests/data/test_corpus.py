"""Corpora in their roles: what is mapped, removed, capped, and never written."""

import json
import random

import pyarrow.parquet as pq
import pytest

from tests import small_study
from xnerbench.commands.study import check
from xnerbench.data import corpus, subsets
from xnerbench.errors import InputError
from xnerbench.jobs import corpus as job
from xnerbench.study.layout import Layout


def prepare(study, language, role):
    """Runs the job of a corpus in one role."""
    job.run(study, Layout(study), language, role)


@pytest.fixture
def raw(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return small_study.write(tmp_path)


def rows(path):
    return pq.read_table(path).to_pylist()


def written(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_source(raw, tmp_path):
    study = small_study.load(raw, tmp_path)
    prepare(study, "eng", "source")
    table = rows(Layout(study).train("eng"))
    assert [row["sentence_id"] for row in table] == [0, 1, 2, 3]
    assert table[0]["words"] == ["Anna", "Berg", "lives", "in", "Oslo", "."]
    assert table[0]["tags"] == ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
    facts = json.loads(Layout(study).manifest("eng", "source").read_text(encoding="utf-8"))
    assert facts["train"] == 4
    assert facts["entity_types"] == {"LOC": 3, "PER": 2, "ORG": 2}
    assert (facts["status"], facts["name"], facts["script"]) == ("ok", "English", "Latin")


def test_pool_has_neither_tags_nor_test_sentences_nor_repeats(raw, tmp_path):
    pool = [*small_study.POOL, small_study.SENTENCES[0], small_study.POOL[1]]
    path = tmp_path / "corpora" / "deu.train.conll"
    path.write_text(small_study.conll(pool), encoding="utf-8")
    study = small_study.load(raw, tmp_path)
    prepare(study, "deu", "target")
    table = pq.read_table(Layout(study).pool("deu"))
    assert table.column_names == ["sentence_id", "words"]
    assert table.column("sentence_id").to_pylist() == [0, 1, 2, 3, 4]
    facts = json.loads(Layout(study).manifest("deu", "target").read_text(encoding="utf-8"))
    assert (facts["removed_test"], facts["removed_duplicates"]) == (1, 1)
    assert (facts["test"], facts["pool"], facts["test_entities"]) == (4, 5, 7)


def test_permuting_the_pools_gold_changes_nothing(raw, tmp_path):
    study = small_study.load(raw, tmp_path)
    prepare(study, "deu", "target")
    before = written(tmp_path / "work")
    path = tmp_path / "corpora" / "deu.train.conll"
    tags = [tag for _, sequence in small_study.POOL for tag in sequence.split()]
    random.Random(0).shuffle(tags)
    lines = [
        line.split("\t")[0] + "\t" + tags.pop() if line else line
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    prepare(study, "deu", "target")
    assert written(tmp_path / "work") == before


def test_no_tag_of_the_pool_is_in_memory(raw, tmp_path):
    target = corpus.target(small_study.load(raw, tmp_path), "deu")
    assert target.pool.tags is None
    assert target.pool.seen == {}


def test_gold_belongs_to_the_written_pool(raw, tmp_path):
    raw["corpora"]["max_pool"] = 4
    study = small_study.load(raw, tmp_path)
    paths = Layout(study)
    prepare(study, "deu", "target")
    prepare(study, "deu", "gold")
    expected = {place: tags.split() for place, (_, tags) in enumerate(small_study.POOL)}
    for pool_row, gold_row in zip(rows(paths.pool("deu")), rows(paths.gold("deu")), strict=True):
        assert pool_row["sentence_id"] == gold_row["sentence_id"]
        assert gold_row["tags"] == expected[gold_row["sentence_id"]]


def test_gold_of_a_changed_corpus_is_refused(raw, tmp_path):
    study = small_study.load(raw, tmp_path)
    prepare(study, "deu", "target")
    path = tmp_path / "corpora" / "deu.train.conll"
    path.write_text(small_study.conll(small_study.POOL[::-1]), encoding="utf-8")
    with pytest.raises(InputError, match="changed since the pool was made"):
        prepare(study, "deu", "gold")


def test_label_map(raw, tmp_path):
    path = tmp_path / "corpora" / "eng.train.conll"
    text = path.read_text(encoding="utf-8").replace("-PER", "-PERSON").replace("-LOC", "-GPE")
    path.write_text(text + "\nMay\tB-DATE\n", encoding="utf-8")
    raw["corpora"]["label_map"] = {"PERSON": "PER", "GPE": "LOC"}
    part = corpus.source(small_study.load(raw, tmp_path), "eng")
    assert part.entities() == {"LOC": 3, "PER": 2, "ORG": 2}
    assert part.unmapped == {"DATE": 1}
    assert part.tags[0] == ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]


def test_caps_are_seeded_keep_the_order_and_are_nested():
    small, large = corpus.cap(100, 10, "deu pool"), corpus.cap(100, 30, "deu pool")
    assert len(small) == 10
    assert small == sorted(small)
    assert set(small) < set(large)
    assert corpus.cap(100, 10, "swa pool") != small
    assert corpus.cap(5, None, "deu pool") == corpus.cap(5, 9, "deu pool") == [0, 1, 2, 3, 4]


def test_pool_of_plain_text_loses_test_sentences_however_they_are_segmented(raw, tmp_path):
    (tmp_path / "corpora" / "pool.txt").write_text(
        "Anna Berg lives in Oslo.\nIt rained.\nIt rained .\n", encoding="utf-8"
    )
    raw["sizes"] = [1]
    raw["corpora"]["languages"]["deu"]["pool"] = {"path": "pool.txt"}
    study = small_study.load(raw, tmp_path)
    target = corpus.target(study, "deu")
    assert target.pool.words == [["It", "rained", "."]]
    assert dict(target.removed) == {"test": 1, "duplicates": 1}
    with pytest.raises(InputError, match="no gold tags"):
        prepare(study, "deu", "target")
        prepare(study, "deu", "gold")


def test_embedded_corpus_fills_every_role(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = {"format": "embedded", "train": 40, "pool": 30, "test": 20}
    raw = {**small_study.RAW, "corpora": {"languages": {"eng": sizes, "deu": sizes}}}
    study = small_study.load(raw, tmp_path)
    paths = Layout(study)
    for language, role in (("eng", "source"), ("deu", "target"), ("deu", "gold")):
        prepare(study, language, role)
    assert [pq.read_metadata(p).num_rows for p in (paths.train("eng"), paths.test("deu"))] == [
        40,
        20,
    ]
    gold, pool = rows(paths.gold("deu")), rows(paths.pool("deu"))
    assert [len(row["tags"]) for row in gold] == [len(row["words"]) for row in pool]
    assert any(tag != "O" for row in gold for tag in row["tags"])


def test_corpus_text_never_reaches_a_path(raw, tmp_path):
    evil = [("../../x <script>alert(1)</script> $(touch x) Oslo", "B-PER O B-ORG I-ORG B-LOC")]
    for name in ("eng.train", "deu.train", "deu.test"):
        path = tmp_path / "corpora" / f"{name}.conll"
        extra = small_study.POOL if name == "deu.train" else []
        path.write_text(small_study.conll([*evil, *extra]), encoding="utf-8")
    before = set(tmp_path.parent.rglob("*"))
    study = small_study.load(raw, tmp_path)
    for language, role in (("eng", "source"), ("deu", "target"), ("deu", "gold")):
        prepare(study, language, role)
    new = set(tmp_path.parent.rglob("*")) - before
    assert new
    assert all(tmp_path / "work" / "small" in {p, *p.parents} for p in new - {tmp_path / "work"})
    assert rows(Layout(study).test("deu"))[0]["words"][0] == "../../x"


def test_check_accepts_the_small_study_and_writes_nothing(raw, tmp_path):
    before = written(tmp_path)
    lines = []
    assert check.check(small_study.load(raw, tmp_path), lines.append) == []
    told = [line for line in lines if not line.startswith("warning: ")]
    assert told[1].startswith("eng (source): 4 train sentences")
    assert told[2:4] == ["  train: [PER Anna Berg] lives in [LOC Oslo] .", told[3]]
    assert told[4:] == [
        "  test: [PER Anna Berg] lives in [LOC Oslo] .",
        "  pool: Berta Lund left Acme .",
    ]
    few = "warning: deu test: fewer than 50 entities of a label (PER 2, LOC 3, ORG 2)"
    assert [line for line in lines if line.startswith(few)]
    assert written(tmp_path) == before


def test_a_label_map_may_have_entries_without_use_and_a_misspelt_one_is_told(raw, tmp_path):
    path = tmp_path / "corpora" / "eng.train.conll"
    text = path.read_text(encoding="utf-8").replace("-PER", "-PERSON")
    path.write_text(text + "\nMay\tB-DATE\n", encoding="utf-8")
    raw["labels"] = ["LOC", "ORG"]
    raw["corpora"]["label_map"] = {"PERSN": "ORG", "NEL": "LOC", "DATES": None, "PRO": None}
    lines = []
    assert check.check(small_study.load(raw, tmp_path), lines.append) == []
    assert [line for line in lines if "label_map" in line] == [
        f"warning: corpora.label_map.{entry}: no corpus of the study has the type `{entry}`; "
        f"did you mean `{meant}`?"
        for entry, meant in (("PERSN", "PERSON"), ("DATES", "DATE"))
    ]


def test_capitals_of_types_are_ignored_where_entries_agree(raw, tmp_path):
    path = tmp_path / "corpora" / "eng.train.conll"
    text = path.read_text(encoding="utf-8").replace("-PER", "-person").replace("-LOC", "-Loc")
    path.write_text(text, encoding="utf-8")
    raw["corpora"]["label_map"] = {"PERSON": "PER"}
    part = corpus.source(small_study.load(raw, tmp_path), "eng")
    assert part.entities() == {"LOC": 3, "PER": 2, "ORG": 2}
    assert part.recased == {"person": "PER", "Loc": "LOC"}
    raw["corpora"]["label_map"] = {"PERSON": "PER", "Person": "ORG"}
    with pytest.raises(InputError, match="no entity of PER"):
        corpus.source(small_study.load(raw, tmp_path), "eng")


def test_unmapped_counts_the_sentences_that_are_scored(raw, tmp_path):
    raw["labels"] = ["LOC"]
    whole = corpus.target(small_study.load(raw, tmp_path), "deu").test
    raw["corpora"]["max_test"] = 1
    capped = corpus.target(small_study.load(raw, tmp_path), "deu").test
    assert whole.unmapped == {"PER": 2, "ORG": 2}
    types = {tag[2:] for tag in small_study.SENTENCES[capped.ids[0]][1].split() if tag[:2] == "B-"}
    assert set(capped.unmapped) == types - {"LOC"}
    assert capped.seen == whole.seen


def test_subset_of_a_prepared_pool(raw, tmp_path):
    study = small_study.load(raw, tmp_path)
    prepare(study, "deu", "target")
    table = subsets.make(pq.read_table(Layout(study).pool("deu")), "deu", 0)
    assert sorted(table.column("sentence_id").to_pylist()) == [0, 1, 2, 3, 4]


def test_line_about_a_corpus_names_what_was_done():
    facts = {"language": "deu", "role": "target", "test": 4, "pool": 5, "entity_types": {"PER": 2},
             "removed_test": 1, "removed_duplicates": 2, "repairs": {"composed": 3}}  # fmt: skip
    line = job.describe(facts)
    assert line.startswith("deu (target): 4 test, 5 pool sentences; PER 2; 1 test sentences")
    assert line.endswith("repaired: 3 composed")
