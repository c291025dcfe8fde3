"""Gathers a study's scores, weights and corpora from its working files into small tables."""

from __future__ import annotations

import dataclasses
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import yaml

from xnerbench.analysis import tables
from xnerbench.analysis.tables import as_frame
from xnerbench.catalogue.signal_tables import SIGNALS
from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS, score_columns
from xnerbench.data.dictionaries.coverage import Coverage
from xnerbench.errors import InputError
from xnerbench.storage import artifacts, provenance
from xnerbench.study.config import Config
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of, teachers_of

SUBWORD_COUNTS = ("words", "subwords", "unknown_words", "split_words")
"""Keys of an activations file's record: words, subwords, words of unknown subwords only or with
one, and words of more than one subword."""


def scores(files: Iterable[Path], order: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
    """All targets' scores, sorted as the grid.

    Args:
        files: One `scores/<target>.parquet` a target.
        order: Ids of the grid's cells.
        labels: Entity types of the study.

    Raises:
        InputError: A file is absent, or a cell of the grid has no row.
    """
    frames = []
    for path in files:
        if not path.is_file():
            raise InputError("the target has not been scored", str(path), "Run `xnerbench score`")
        frames.append(artifacts.read_parquet(path)[0].to_pandas(types_mapper=pd.ArrowDtype))
    rows = {row["cell"]: row for frame in frames for row in frame.to_dict("records")}
    if missing := [cell for cell in order if cell not in rows]:
        raise InputError(
            f"{len(missing)} cells have no score, {missing[0]} first",
            "scores",
            "Score the targets again: the grid has grown since",
        )
    return as_frame((rows[cell] for cell in order), score_columns(labels))


def mixtures(cells: Iterable[Cell], paths: Layout) -> list[tuple[str, int, str, Path]]:
    """Target, seed, method and file of the weights of every mixture that the cells learn from."""
    found = {
        (cell.target, cell.seed, cell.method): paths.weights(*need)
        for cell in cells
        for need in needs_of(cell).weights
    }
    return [(*key, path) for key, path in found.items()]


def prepared(
    sources: Iterable[str], targets: Iterable[str], paths: Layout
) -> list[tuple[str, str, Path, Path]]:
    """Language, role, manifest and activations of every corpus: of a source's training text, a target's test set."""
    return [
        (language, role, paths.manifest(language, role), paths.activations(language, split))
        for role, languages, split in (("source", sources, "train"), ("target", targets, "test"))
        for language in languages
    ]


def teachers(cells: Iterable[Cell], paths: Layout) -> dict[str, str]:
    """A digest of the trained weights of every teacher by its file's name, which `join` compares.

    The same recipe and seed train to other last bits on another kind of machine.
    """
    wanted = dict.fromkeys(each for cell in cells for each in teachers_of(cell))
    files = [paths.teacher(*each) for each in wanted]
    return {path.stem: artifacts.sha256_tensors(path)[:16] for path in files if path.is_file()}


def made_with(teachers: Mapping[str, str]) -> dict[str, Any]:
    """What a results folder says of the code, the machine and the teachers that made it."""
    return {
        "versions": provenance.versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "commit": provenance.commit(),
        "teachers": dict(teachers),
    }


def weights(files: Iterable[tuple[str, int, str, Path]]) -> pd.DataFrame:
    """The mixtures' weights per language, by similarity or by confidence.

    Args:
        files: As of `mixtures`; a file has `sources` and their `alpha`.
    """
    rows = []
    for target, seed, method, path in files:
        if not path.is_file():
            continue  # its cells have failed and say why
        record = artifacts.read_json(path)
        if record.get("status", "ok") != "ok":
            continue
        key = {"target": target, "seed": seed, "method": method}
        near = record.get("neighbours") or [None] * len(record["sources"])
        rows += [
            {**key, "source": source, "alpha": alpha, "neighbours": share}
            for source, alpha, share in zip(record["sources"], record["alpha"], near, strict=True)
        ]
    return as_frame(rows, WEIGHTS.names)


def corpora(
    entries: Iterable[tuple[str, str, Path, Path]],
    dictionaries: Mapping[str, Coverage] | None = None,
) -> pd.DataFrame:
    """One row a language and role, from manifests and from what the tokeniser counted.

    Args:
        entries: As of `prepared`; the activations file's record has `SUBWORD_COUNTS`.
        dictionaries: What the targets' dictionaries cover.
    """
    rows = []
    for language, role, manifest_path, activations_path in entries:
        manifest = artifacts.read_json(manifest_path) if manifest_path.is_file() else {}
        row = {name: _flat(manifest.get(name)) for name in CORPORA.names}
        row |= {"language": language, "role": role}
        row |= _subwords(safetensors_record(activations_path))
        if role == "target" and (own := (dictionaries or {}).get(language)) is not None:
            row |= {
                "dictionary_entries": own.entries,
                "dictionary_share": own.share,
                "dictionary_share_in_pool": own.share_in_pool,
            }
        rows.append(row)
    return as_frame(rows, CORPORA.names)


def _flat(value: Any) -> Any:
    """A manifest's value in one field: mappings as JSON, counted things as their sum."""
    if isinstance(value, Mapping):
        if all(isinstance(v, int) for v in value.values()):
            return sum(value.values())
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _subwords(record: Mapping[str, Any]) -> dict[str, float]:
    if any(name not in record for name in SUBWORD_COUNTS):
        return {}
    words, subwords, unknown, split = (float(record[name]) for name in SUBWORD_COUNTS)
    if not words:
        return {}
    return {
        "fertility": subwords / words,
        "unknown_share": unknown / words,
        "split_share": split / words,
    }


def safetensors_record(path: Path) -> dict[str, Any]:
    """The record in a safetensors file's header, without reading its tensors; `{}` if absent.

    The header is a little-endian 64-bit length and so many bytes of JSON
    (https://github.com/huggingface/safetensors, "Format").
    """
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as handle:
            length = int.from_bytes(handle.read(8), "little")
            header = json.loads(handle.read(min(length, path.stat().st_size)))
        metadata = header.get("__metadata__", {})
        record = metadata.get(artifacts.RECORD_KEY.decode(), "{}")
        return {**metadata, **json.loads(record)}
    except (ValueError, TypeError, AttributeError, RecursionError):
        what = "its header is not that of a safetensors file"
        raise InputError(what, str(path), "Remove the file, and make it again") from None


def signals(files: Iterable[Path]) -> pd.DataFrame:
    """All targets' signals, in their order.

    Raises:
        InputError: A file is absent.
    """
    frames = []
    for path in files:
        if not path.is_file():
            raise InputError("the signals are missing", str(path), "Run `xnerbench signals`")
        frames.append(tables.read_csv(path))
    return pd.concat(frames, ignore_index=True).reindex(columns=list(SIGNALS.names))


def counts(source: Path, destination: Path) -> None:
    """Copies one target's counts, whole or not at all."""
    table, record = artifacts.read_parquet(source)
    if destination.is_file() and pq.read_table(destination).equals(table):
        return  # unchanged: leave the committed bytes alone
    artifacts.write_parquet(destination, table, record, kept=True)


def write(
    study: Config,
    weights: pd.DataFrame,
    corpora: pd.DataFrame,
    signals: pd.DataFrame | None,
    scores: pd.DataFrame,
    versions: Mapping[str, Any],
    paths: Layout | None = None,
) -> None:
    """Writes a study's results but for the counts, the scores last, and says how many cells have none.

    They go into the study's own folder unless other `paths` are given; `versions` says what they were made with.
    """
    paths = paths or Layout(study)
    study = dataclasses.replace(study, scores=None)  # what made the scores, not what shows them
    tables.write_csv(paths.results_weights, weights, WEIGHTS)
    tables.write_csv(paths.results_corpora, corpora, CORPORA)
    if signals is not None:
        tables.write_csv(paths.results_signals, signals, SIGNALS)
    artifacts.write_text(
        paths.results_config, yaml.safe_dump(study.to_dict(), sort_keys=False, allow_unicode=True)
    )
    artifacts.write_json(paths.results_versions, dict(versions))
    tables.write_csv(paths.results_scores, scores, SCORES)
    failed = int((scores["status"] != "ok").sum())
    print(f"{paths.results_scores}: {len(scores)} cells, {failed} without a score")
