"""What a student cell costs, side by side in one run: the released recipe, transformers.Trainer, and this suite.

    python -m benchmarks.cell --corpora PATH [--n 400] [--seeds 3] [--texts wikiann-deu conll-spa embedded-fin]
        [--freeze 4 --loss squared --batch 32]

Prints one table a text and the ratios; nothing depends on it. Shared preparation (encoder, teacher, labels, our
activations) is made once and its time is printed, since a study shares it between many cells. Needs `pip install
accelerate` for the Trainer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.arms import METHOD
from xnerbench.data.embedded import generate
from xnerbench.data.readers import conll
from xnerbench.data.tags import map_labels
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers import activations
from xnerbench.learning.layers.spec import EncoderSpec
from xnerbench.learning.taggers import tagger
from xnerbench.learning.teachers import labels, teacher
from xnerbench.learning.training import process
from xnerbench.learning.training.recipe import Recipe

LABELS = ("PER", "LOC", "ORG")
LAYERS = 8
ARMS = ("released", "trainer", "ours")
TEXTS = {
    "wikiann-deu": ("wikiann/eng/train.conll", "wikiann/deu"),
    "conll-spa": ("conll2003/eng/train.conll", "conll2002/spa"),
    "embedded-fin": (None, "fin"),
}
Sentences = list[tuple[list[str], list[str]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=os.environ.get("XNER_CORPORA"))
    parser.add_argument("--n", type=int, default=400, help="unlabelled sentences")
    parser.add_argument("--test", type=int, default=300, help="test sentences")
    parser.add_argument("--source", type=int, default=1000, help="labelled source sentences")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--freeze", type=int, default=7, help=f"frozen layers of {LAYERS}")
    parser.add_argument("--loss", choices=METHOD, default="kl")
    parser.add_argument("--batch", type=int, default=16, help="sentences an update")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--texts", nargs="+", choices=TEXTS, default=list(TEXTS))
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    arguments = parser.parse_args()
    process.one_thread()
    with tempfile.TemporaryDirectory() as scratch:
        record = encoder.prepare(Path(scratch) / "encoder", encoder.EMBEDDED, LAYERS)
        print(f"best matrix product, one thread, GFLOP/s: {record['matmul_gflops']}")
        for name in arguments.texts:
            report(name, measure(name, Path(scratch), record["faster_precision"], arguments))


def read(path: Path, n: int) -> Sentences:
    """The first n sentences of a CoNLL file, mapped to PER, LOC, ORG."""
    text = conll.read(path, conll.Columns(), "--corpora")
    pairs = []
    for words, tags in zip(text.words[:n], text.tags[:n], strict=True):
        mapped = map_labels(tags, {label: label for label in LABELS})
        pairs.append((words, mapped))
    return pairs


def texts_of(name: str, corpora: Path | None, sizes: tuple[int, int, int]) -> list[Sentences]:
    """Source, pool and test sentences of a benchmark text."""
    source, target = TEXTS[name]
    if source is None:
        splits = (("eng", "train"), (target, "pool"), (target, "test"))
        return [
            list(generate(lang, split, n)) for (lang, split), n in zip(splits, sizes, strict=True)
        ]
    if corpora is None:
        sys.exit("give --corpora or XNER_CORPORA for the real texts")
    files = (source, f"{target}/train.conll", f"{target}/test.conll")
    return [read(corpora / file, n) for file, n in zip(files, sizes, strict=True)]


def measure(name: str, scratch: Path, precision: str, arguments: argparse.Namespace) -> dict:
    """Prepares one text and runs every arm with every seed, the arms taking turns."""
    folder = scratch / name
    folder.mkdir()
    (folder / "encoder").symlink_to(scratch / "encoder")
    sizes = (arguments.source, arguments.n, arguments.test)
    source, pool, test = texts_of(name, arguments.corpora, sizes)
    tokenizer = load_tokenizer(folder / "encoder")
    trunk = encoder.load_trunk(folder / "encoder", arguments.freeze)
    prepared, seconds = {}, {}
    for split, sentences in (("source", source), ("pool", pool), ("test", test)):
        start = time.perf_counter()
        tokenised = activations.tokenise(tokenizer, [words for words, _ in sentences], 128)
        hidden = activations.run_trunk(trunk, tokenised.ids, precision)
        path = folder / f"{split}.safetensors"
        activations.write(path, hidden, tokenised, np.arange(len(sentences)), {"status": "ok"})
        seconds[split] = time.perf_counter() - start
        prepared[split] = activations.Activations(path)
        words, tags = zip(*sentences, strict=True)
        (folder / f"{split}.json").write_text(json.dumps({"words": words, "tags": tags}))
    names = tagger.label_names(LABELS)
    spec = EncoderSpec(folder / "encoder", arguments.freeze, precision)
    start = time.perf_counter()
    model, _ = teacher.train_teacher(
        spec,
        names,
        [(prepared["source"], [tags for _, tags in source])],
        Recipe(learning_rate=arguments.learning_rate),
        ("eng",),
        0,
    )
    seconds["teacher"] = time.perf_counter() - start
    soft = tagger.probabilities(model, prepared["pool"], precision)
    labels.write_soft(folder / "soft.safetensors", {"pool": soft}, {"status": "ok"})
    settings = {
        "n": arguments.n,
        "epochs": arguments.epochs,
        "learning_rate": arguments.learning_rate,
        "freeze": arguments.freeze,
        "loss": arguments.loss,
        "batch": arguments.batch,
        "precision": precision,
        "labels": names,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    runs: dict[str, list[dict]] = {arm: [] for arm in arguments.arms}
    for seed in range(arguments.seeds):
        for arm in arguments.arms:
            runs[arm].append(run_arm(arm, folder, seed))
            print(json.dumps(runs[arm][-1]), file=sys.stderr, flush=True)
    words = statistics.mean(len(words) for words, _ in pool)
    layers = LAYERS - arguments.freeze
    subwords = len(prepared["pool"].hidden) / len(pool)
    return {
        "runs": runs,
        "prepare": seconds,
        "words": words,
        "subwords": subwords,
        "layers": layers,
    }


def run_arm(arm: str, folder: Path, seed: int) -> dict:
    """One cell in a fresh process."""
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.arms", arm, str(folder), "--seed", str(seed)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(finished.stdout.strip().splitlines()[-1])


def report(name: str, measured: dict) -> None:
    """Prints the table of one text."""
    prepare = ", ".join(f"{key} {value:.1f} s" for key, value in measured["prepare"].items())
    print(
        f"\n{name}: {measured['words']:.1f} words, {measured['subwords']:.1f} subwords a sentence"
    )
    print(f"shared preparation: {prepare}")
    header = ("arm", "cell s", "loop s", "sentences/s", "peak MB", "cell CPU s", "F1 (each seed)")
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    median = {}
    for arm, runs in measured["runs"].items():
        median[arm] = {
            key: statistics.median(run[key] for run in runs)
            for key in (
                "seconds",
                "train_seconds",
                "sentences_per_second",
                "peak_mb",
                "cpu_seconds",
            )
        }
        f1 = " ".join(f"{run['f1']:.1f}" for run in runs)
        cells = [f"{value:.1f}" for value in median[arm].values()]
        print("| " + " | ".join((arm, *cells, f1)) + " |")
    if "ours" in median:
        rate = median["ours"]["sentences_per_second"]
        # Multiply-adds of a layer on one subword: 4 d^2 + 2 d * 4 d; two FLOPs each, three passes.
        flops = rate * measured["subwords"] * measured["layers"] * 12 * 384**2 * 2 * 3
        print(f"matrix products of our loop, all subwords counted: {flops / 1e9:.0f} GFLOP/s")
        for arm in median:
            if arm != "ours":
                ratio, cpu = (
                    median[arm][key] / median["ours"][key] for key in ("seconds", "cpu_seconds")
                )
                print(f"a cell of ours is {ratio:.1f}x cheaper than {arm} ({cpu:.1f}x by CPU time)")


if __name__ == "__main__":
    main()
