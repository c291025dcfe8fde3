"""A made-up study whose truth is known, written as a results folder.

The study's name begins with `simulated`, which is what makes the report say so.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from xnerbench.analysis import tables
from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS, score_columns
from xnerbench.report import names

NEAR_TO_FAR = [
    "nld",
    "deu",
    "swe",
    "dan",
    "nob",
    "afr",
    "spa",
    "fra",
    "por",
    "ita",
    "cat",
    "ron",
    "pol",
    "ces",
    "rus",
    "ukr",
    "bul",
    "hrv",
    "ell",
    "lit",
    "lav",
    "hin",
    "urd",
    "npi",
    "ben",
    "fas",
    "fin",
    "est",
    "hun",
    "tur",
    "kaz",
    "ind",
    "tgl",
    "vie",
    "tha",
    "mya",
    "cmn",
    "jpn",
    "kor",
    "tam",
    "tel",
    "swh",
    "hau",
    "yor",
    "ibo",
    "amh",
    "xho",
    "kin",
]
SMALL = ["nld", "deu", "spa", "fra", "pol", "fin", "tur", "ind", "hin", "swh"]
METHODS = ("direct", "ts", "ts-hard", "ts-warm", "multi-sim", "supervised")
BONUS = {"ts": 0.0, "ts-hard": -0.8, "ts-kl": 0.3, "ts-warm": 0.6, "multi-avg": 0.9,
         "multi-sim": 1.4, "supervised": 9.0}  # fmt: skip
COUNTS_SCHEMA = pa.schema(
    [("cell", pa.string()), ("sentence", pa.int32()), ("type", pa.string())]
    + [(name, pa.uint16()) for name in ("tp", "predicted", "gold")]
)


def write(
    folder: Path,
    *,
    targets: list[str] | None = None,
    sizes: tuple[int, ...] = (25, 75, 200, 400),
    seeds: tuple[int, ...] = (0, 1),
    methods: tuple[str, ...] = METHODS,
    budgets: tuple[str, ...] = ("steps",),
    corpus_format: str = "conll",
    counts: bool = False,
    failures: int = 2,
    bootstrap: int = 200,
    name: str = "simulated",
    n_sentences: int = 60,
) -> Path:
    """Writes scores, weights, corpora, configuration and versions of a study of known truth.

    Args:
        folder: Where to write; made if absent.
        targets: ISO 639-3 codes, near to far; the further, the lower direct transfer and gain.
        sizes: Unlabelled sentences.
        seeds: Seeds.
        methods: Methods; `direct` gives the reference.
        budgets: Training budgets of the students.
        corpus_format: The targets' corpus format (`embedded` makes the report say "generated").
        counts: Whether to write per-sentence counts, too.
        failures: How many cells fail.
        bootstrap: Draws that `fit` is told to make.
        name: The study's name.
        n_sentences: Sentences in a test set.

    Returns:
        The folder.
    """
    rng = np.random.default_rng(7)
    targets = list(targets or SMALL)
    folder.mkdir(parents=True, exist_ok=True)
    sources = ["eng", "deu", "spa"] if "multi-sim" in methods or "multi-avg" in methods else ["eng"]
    truth = {
        code: {
            "direct": 84 - 46 * i / max(len(targets) - 1, 1) + rng.normal(0, 3),
            "gain": 4.5 - 3.5 * i / max(len(targets) - 1, 1) + rng.normal(0, 0.8),
        }
        for i, code in enumerate(targets)
    }
    rows, count_rows = [], {code: [] for code in targets}
    for method in methods:
        multi = method.startswith("multi")
        for target in targets:
            used = "+".join(s for s in sources if s != target) if multi else "eng"
            used = "none" if method == "supervised" else used
            for budget in budgets if method != "direct" else ("none",):
                for n in sizes if method != "direct" else (0,):
                    for seed in seeds:
                        f1 = _expected(truth[target], method, budget, n) + rng.normal(0, 0.7)
                        rows.append(_row(name, method, used, target, budget, n, seed, f1, rng))
                        rows[-1]["n_test_sentences"] = n_sentences
                        if counts:
                            rows[-1]["f1"] = _counts(rows[-1], count_rows[target], n_sentences, rng)
    frame = pd.DataFrame(rows)
    scored = [c for c in frame.columns if c.startswith("f1") or c in ("precision", "recall")]
    for at in rng.choice(len(frame), size=failures, replace=False):
        frame.loc[at, [*scored, "steps", "train_seconds"]] = np.nan
        frame.loc[at, "status"] = "failed"
        frame.loc[at, "reason"] = "loss is not finite at step 12 <script>alert('x')</script>"
    tables.write_csv(
        folder / "scores.csv",
        frame.reindex(columns=list(score_columns(["PER", "LOC", "ORG"]))),
        SCORES,
    )
    if counts:
        for code, found in count_rows.items():
            path = folder / "counts" / f"{code}.parquet"
            path.parent.mkdir(exist_ok=True)
            columns = list(zip(*found, strict=True))
            pq.write_table(
                pa.Table.from_arrays(
                    [pa.array(c, f.type) for c, f in zip(columns, COUNTS_SCHEMA, strict=True)],
                    schema=COUNTS_SCHEMA,
                ),
                path,
            )
    _write_weights(folder, targets, sources, seeds, rng)
    _write_corpora(folder, targets, sources, corpus_format, n_sentences, rng)
    config = {
        "study": name,
        "labels": ["PER", "LOC", "ORG"],
        "sources": sources,
        "targets": targets,
        "sizes": list(sizes),
        "seeds": list(seeds),
        "methods": list(methods),
        "budgets": list(budgets),
        "single_sources": ["eng"],
        "encoder": {"name": "embedded", "layers": 8, "freeze": 6},
        "analysis": {
            "primary_method": "ts",
            "primary_budget": budgets[-1],
            "primary_distance": "syntactic",
            "distance_variant": "knn",
            "bootstrap": bootstrap,
            "confidence": 0.95,
            "extrapolate": 10,
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    versions = {"xnerbench": "0.1.0", "python": "3.11", "numpy": np.__version__, "commit": "0" * 40}
    (folder / "versions.json").write_text(json.dumps(versions))
    return folder


def _expected(truth: dict[str, float], method: str, budget: str, n: int) -> float:
    """The true F1 in 0..100: a Hill curve in n, under `epochs` with a later rise."""
    if method == "direct":
        return truth["direct"]
    ceiling = truth["direct"] + truth["gain"] + BONUS.get(method, 0.0)
    if method == "ts-warm":
        return ceiling - truth["gain"] / (1 + n / 150)
    n0 = {"supervised": 12.0}.get(method, 3.0 if budget == "steps" else 14.0)
    return ceiling / (1 + n0 / n)


def _row(name, method, sources, target, budget, n, seed, f1, rng) -> dict:
    f1 = float(np.clip(f1, 0, 100))
    return {
        "study": name, "cell": f"{method}/{sources}/{target}/{budget}/n{n}/s{seed}",
        "method": method, "sources": sources, "target": target, "n": n, "seed": seed,
        "teacher_seed": seed, "subset_seed": seed, "student_seed": seed, "budget": budget,
        "init": "teacher" if method == "ts-warm" else "pretrained", "f1": f1,
        "precision": min(f1 + 1, 100), "recall": max(f1 - 1, 0), "f1_lenient": min(f1 + 0.5, 100),
        "f1_PER": min(f1 + 3, 100), "f1_LOC": f1, "f1_ORG": max(f1 - 6, 0), "n_test_entities": 100,
        "steps": 0 if method == "direct" else max(150 * (budget == "steps"), n * 3 // 32),
        "train_seconds": 0.0 if method == "direct" else 4 + n / 40 + rng.uniform(0, 1),
        "seconds": 1.0 if method == "direct" else 5 + n / 40 + rng.uniform(0, 1),
        "peak_mb": 400 + n / 10, "encoder": "simulated", "status": "ok", "reason": None,
    }  # fmt: skip


def _counts(row: dict, found: list, n_sentences: int, rng) -> float:
    """Draws counts whose F1 is near the row's, appends them, and returns their exact F1."""
    gold = rng.integers(1, 4, n_sentences)
    tp = rng.binomial(gold, row["f1"] / 100)
    predicted = tp + rng.binomial(gold - tp + 1, 0.5) * (gold > tp)
    found.extend(
        (row["cell"], i, "PER", int(t), int(p), int(g))
        for i, (t, p, g) in enumerate(zip(tp, predicted, gold, strict=True))
    )
    return float(200 * tp.sum() / (predicted.sum() + gold.sum()))


def _write_weights(folder, targets, sources, seeds, rng) -> None:
    rows = []
    for target in targets if len(sources) > 1 else []:
        used = [s for s in sources if s != target]
        for seed in seeds:
            alpha = rng.dirichlet(np.full(len(used), 4.0))
            for i, source in enumerate(used):
                rows.append((target, seed, "multi-sim", source, alpha[i]))
                rows.append((target, seed, "multi-avg", source, 1 / len(used)))
    if rows:
        columns = ["target", "seed", "method", "source", "alpha"]
        tables.write_csv(folder / "weights.csv", pd.DataFrame(rows, columns=columns), WEIGHTS)


def _write_corpora(folder, targets, sources, corpus_format, n_sentences, rng) -> None:
    rows = []
    for role, codes in (("source", sources), ("target", targets)):
        for code in codes:
            source = role == "source"
            rows.append({
                "language": code, "role": role, "name": names.language(code),
                "family": "A" if len(rows) % 2 else "B", "licence": "simulated <b>licence</b> & co",
                "format": corpus_format, "script": "Latn",
                "train": 1500 if source else None, "pool": None if source else 1600,
                "test": None if source else n_sentences, "test_entities": None if source else 100,
                "removed_test": 3, "removed_duplicates": 12, "repairs": 1,
                "mean_words": 14 + rng.normal(), "fertility": 1.4 + rng.uniform(0, 1),
                "unknown_share": rng.uniform(0, 0.02), "split_share": rng.uniform(0.3, 0.7),
                "sha256": "ab" * 32,
            })  # fmt: skip
    tables.write_csv(folder / "corpora.csv", pd.DataFrame(rows), CORPORA)
