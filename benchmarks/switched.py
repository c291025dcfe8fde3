"""Development text for weights that must not be chosen on a target: English, code-switched into no target's language.

`python -m benchmarks.switched FOLDER --dictionary /usr/share/dictd/freedict-eng-spa` writes FOLDER/qsp.conll, the
CoNLL-2003 development set with half of the words that have a translation switched, and FOLDER/qsp.yaml, which lies over
`config/methods-tuning.yaml` and names the file. Needs the corpora (XNER_CORPORA) and the dictionary.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import yaml

from xnerbench.augment import Pool, augment
from xnerbench.data.dictionaries import read_dictionary
from xnerbench.data.readers import conll

CODE = "qsp"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dictionary", required=True, help="from English; as in `dictionaries`")
    parser.add_argument("--text", default="conll2003/eng/dev.conll", help="in XNER_CORPORA")
    parser.add_argument("--pool", default="conll2002/spa/train.conll", help="in XNER_CORPORA")
    parser.add_argument("--rate", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    root = Path(os.environ["XNER_CORPORA"])
    text = conll.read(root / arguments.text, conll.Columns(), "text")
    vocabulary = conll.read(root / arguments.pool, conll.Columns(), "pool")
    known = (word for words in vocabulary.words for word in words)
    dictionary = read_dictionary(arguments.dictionary, "spa", "dictionary").within(known)
    made = augment(
        Pool(text.words, text.tags, dictionary),
        "code-switch",
        arguments.seed,
        options={"rate": arguments.rate},
    )
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path = arguments.folder.resolve() / f"{CODE}.conll"
    sentences = [
        "\n".join(f"{word}\t{tag}" for word, tag in zip(copy.words, tags, strict=True))
        for copy, tags in zip(made, text.tags, strict=True)
    ]
    path.write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    overlay = {"corpora": {"languages": {CODE: {"test": str(path)}}}}
    path.with_suffix(".yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    switched = sum(
        new != old
        for copy, words in zip(made, text.words, strict=True)
        for new, old in zip(copy.words, words, strict=True)
    )
    print(
        f"{path}: {len(made)} sentences, {switched} of {sum(map(len, text.words))} words switched"
    )


if __name__ == "__main__":
    main()
