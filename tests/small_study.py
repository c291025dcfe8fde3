"""A small study on disk, to be broken in tests: configuration and corpora of four sentences each."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from xnerbench.study import config

SENTENCES = [
    ("Anna Berg lives in Oslo .", "B-PER I-PER O O B-LOC O"),
    ("The Acme Group hired Karl .", "O B-ORG I-ORG O B-PER O"),
    ("Lima and Quito signed it .", "B-LOC O B-LOC O O O"),
    ("Nothing happened at Acme .", "O O O B-ORG O"),
]
POOL = [
    ("Berta Lund left Acme .", "B-PER I-PER O B-ORG O"),
    ("Oslo is cold .", "B-LOC O O O"),
    ("It rained .", "O O O"),
    ("Karl went to Lima .", "B-PER O O B-LOC O"),
    ("The Nova Club won .", "O B-ORG I-ORG O O"),
]
RAW: dict[str, Any] = {
    "study": "small",
    "sources": ["eng"],
    "targets": ["deu"],
    "sizes": [2, 4],
    "seeds": [0],
    "methods": ["direct", "ts"],
    "corpora": {
        "root": "corpora",
        "languages": {
            "eng": {"format": "conll", "train": "eng.train.conll"},
            "deu": {"format": "conll", "train": "deu.train.conll", "test": "deu.test.conll"},
        },
    },
}


def conll(sentences: list[tuple[str, str]], separator: str = "\t") -> str:
    """Sentences as columns."""
    blocks = [
        "".join(f"{w}{separator}{t}\n" for w, t in zip(words.split(), tags.split(), strict=True))
        for words, tags in sentences
    ]
    return "\n".join(blocks)


def write(folder: Path) -> dict[str, Any]:
    """Writes the corpora and returns a copy of the raw configuration."""
    (folder / "corpora").mkdir()
    for name, sentences in {
        "eng.train": SENTENCES,
        "deu.train": POOL,
        "deu.test": SENTENCES,
    }.items():
        path = folder / "corpora" / f"{name}.conll"
        path.write_text(conll(sentences), encoding="utf-8")
    return copy.deepcopy(RAW)


def load(raw: dict[str, Any], folder: Path) -> config.Config:
    """The configuration with its paths under `folder`."""
    return config.from_dict(raw, folder)
