"""The unlabelled pool that a study prepares is the generated text without its tags."""

from __future__ import annotations

from pathlib import Path

from tests import small_study
from xnerbench.data import corpus
from xnerbench.data.embedded import generate

SIZES = {"format": "embedded", "train": 60, "pool": 400, "test": 150}


def test_the_pool_is_the_text_without_tags(tmp_path: Path) -> None:
    languages = {"eng": SIZES, "deu": SIZES}
    study = small_study.load({**small_study.RAW, "corpora": {"languages": languages}}, tmp_path)
    target = corpus.target(study, "deu")
    drawn = list(generate("deu", "pool", 400))
    assert target.pool.words == [words for words, _ in drawn]
    assert target.pool.tags is None
    # Every sentence differs from the test set's and from every other even without its blanks.
    assert not any(target.removed.values())
    assert target.test.words == [words for words, _ in generate("deu", "test", 150)]
    assert target.test.tags == [tags for _, tags in generate("deu", "test", 150)]
