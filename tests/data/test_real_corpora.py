"""Published sizes of real corpora, where a copy is at hand (`XNER_CORPORA`)."""

import os
from pathlib import Path

import pytest

from xnerbench.data import corpus, tags
from xnerbench.data.readers import conll
from xnerbench.study import config

ROOT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("XNER_CORPORA") or ROOT.parent / "shared" / "corpora")

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora: set XNER_CORPORA"),
]


def present(name):
    path = CORPORA / name
    if not path.is_file():
        pytest.skip(f"{name} is not in XNER_CORPORA")
    return path


@pytest.mark.parametrize(
    ("name", "sentences", "words", "entities"),
    [
        # Tjong Kim Sang (2002), Tjong Kim Sang and De Meulder (2003); without -DOCSTART- lines.
        # Spanish has 3,558 in print: the file's first sentence begins with I-, here an entity.
        ("conll2002/spa/test.conll", 1517, 51533, {"LOC": 1084, "MISC": 340, "ORG": 1400, "PER": 735}),
        ("conll2003/eng/test.conll", 3453, 46435, {"LOC": 1668, "MISC": 702, "ORG": 1661, "PER": 1617}),
    ],
)  # fmt: skip
def test_published_sizes(name, sentences, words, entities):
    text = conll.read(present(name), conll.Columns(), name)
    assert len(text) == sentences
    assert sum(map(len, text.words)) == words
    assert tags.types(tag for sequence in text.tags for tag in sequence) == entities


def test_pool_of_the_shipped_configuration(monkeypatch):
    present("conll2003/deu/train.conll")
    monkeypatch.setenv("XNER_CORPORA", str(CORPORA.resolve()))
    study = config.load(ROOT / "config" / "conll-e5.yaml")
    target = corpus.target(study, "deu")
    test = {"".join(words) for words in target.test.words}
    pool = ["".join(words) for words in target.pool.words]
    assert not test.intersection(pool)
    assert len(set(pool)) == len(pool) >= max(study.sizes)
    assert target.removed["test"] > 0
