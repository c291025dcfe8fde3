"""Frozen-trunk activations of a text."""

from __future__ import annotations

import time

from xnerbench.jobs.parts.upstream import UpstreamFailed, encoder_spec
from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer
from xnerbench.learning.layers.activations import run_trunk, tokenise, write
from xnerbench.learning.training import process
from xnerbench.storage.artifacts import read_json, read_parquet, sha256_file
from xnerbench.storage.provenance import stamp
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, language: str, split: str) -> None:
    """`activations/<language>.<split>.safetensors`."""
    path = layout.activations(language, split)
    process.one_thread()
    spec = encoder_spec(config, layout)
    corpus_path = getattr(layout, split)(language)
    table, corpus_record = read_parquet(corpus_path)
    if corpus_record.get("status") == "failed":
        raise UpstreamFailed(f"the corpus {language} failed: {corpus_record.get('reason')}")
    start = time.perf_counter()
    spaced = config.corpora.languages[language].spaced
    tokenizer = load_tokenizer(spec.folder, spaced)
    tokenised = tokenise(tokenizer, table["words"].to_pylist(), config.max_subwords)
    trunk = encoder.load_trunk(spec.folder, spec.freeze)
    hidden = run_trunk(trunk, tokenised.ids, spec.precision)
    settings = {"freeze": spec.freeze, "precision": spec.precision}
    settings |= {"max_subwords": config.max_subwords, "spaced": spaced}
    inputs = {
        "corpus": sha256_file(corpus_path),
        "encoder": read_json(layout.encoder_record)["sha256"],
    }
    record = {"status": "ok", "seconds": time.perf_counter() - start}
    record |= {"peak_mb": process.peak_memory_mb()} | stamp(inputs, settings)
    write(path, hidden, tokenised, table["sentence_id"].to_numpy(), record)
