"""The card of an exported tagger: what it is, what it learned from, how good it is, what it cannot do."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pycountry
import yaml

from xnerbench.analysis import scores as score_files
from xnerbench.analysis.inference.bootstrap import interval, sentence_weights
from xnerbench.analysis.scores import Counts
from xnerbench.data import languages
from xnerbench.storage.artifacts import read_json, read_parquet_record

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell
    from xnerbench.study.layout import Layout

E5 = "intfloat/multilingual-e5-small"
CITATION = Path(__file__).parent.parent.parent / "CITATION.cff"
PAPER = "Wu et al. (2020), https://doi.org/10.18653/v1/2020.acl-main.581"


def render(config: Config, layout: Layout, cell: Cell, reason: str, equal: float | None) -> str:
    """Markdown with the hub's header.

    Args:
        config: The study.
        layout: Its paths; scores, counts and manifests are read where they exist.
        cell: What was exported.
        reason: Why this cell.
        equal: Share of test words tagged as in the study.
    """
    name = languages.name(cell.target)
    parts = [_header(config, cell), f"# Named entities in {name}", _what(config, cell, name)]
    parts += [
        "## Use",
        _use(config, cell),
        "## What it learned from",
        _corpora(config, layout, cell),
    ]
    parts += ["## How it was trained", _recipe(config, cell, reason)]
    parts += ["## How good it is", _scores(config, layout, cell, equal)]
    parts += ["## Limits", _limits(config, cell, name), "## How to cite", _cite()]
    return "\n\n".join(parts) + "\n"


def _header(config: Config, cell: Cell) -> str:
    record = pycountry.languages.get(alpha_3=cell.target)
    code = getattr(record, "alpha_2", cell.target)
    lines = ["---", f"language: [{code}]", "library_name: transformers"]
    lines += ["pipeline_tag: token-classification", "tags: [named-entity-recognition, xnerbench]"]
    if config.encoder.name == "embedded":
        lines.append(f"base_model: {E5}")
    elif config.encoder.revision:
        lines.append(f"base_model: {config.encoder.name}")
    return "\n".join([*lines, "---"])


def _what(config: Config, cell: Cell, name: str) -> str:
    labels = ", ".join(config.labels)
    text = f"It marks {labels} in {name} (`{cell.target}`), in IOB2 tags on the first subword of every word."
    if cell.info.reads_gold:
        return f"{text} It was trained on labelled {name} text."
    sources = ", ".join(languages.name(source) for source in cell.sources)
    if not cell.info.trains_student:
        return f"{text} It was trained on labelled text in {sources} and on no {name} text at all."
    return (
        f"{text} It was taught on unlabelled {name} text by taggers trained on labelled text in {sources} "
        f"({PAPER}). No label of {name} was read in training."
    )


def _use(config: Config, cell: Cell) -> str:
    unspaced = not config.corpora.languages[cell.target].spaced
    text = (
        "```python\nfrom transformers import pipeline\n\n"
        'tag = pipeline("token-classification", "PATH", aggregation_strategy="first")\n'
    )
    if unspaced:
        return (
            f'{text}tag(["words", "of", "a", "sentence"], is_split_into_words=True, delimiter="")\n```\n\n'
            "The language puts no spaces between words: give segmented words, as above; the tokenizer of this "
            "folder leaves out the mark of a word's beginning, as in training. Or `xnerbench tag PATH FILE --words`."
        )
    return (
        f'{text}tag("A sentence, its words with spaces between them .")\n```\n\n'
        "The pipeline takes words to be what stands between spaces, so punctuation wants spaces around it. "
        "`xnerbench tag PATH FILE` finds words by itself."
    )


def _corpora(config: Config, layout: Layout, cell: Cell) -> str:
    taught = () if config.given_teacher else cell.sources
    roles = [(source, "source", "train", "labelled text") for source in taught]
    if cell.info.trains_student:
        kind = "labelled text" if cell.info.reads_gold else "unlabelled text"
        roles.append((cell.target, "target", "pool", kind))
    if cell.target not in config.untested:
        roles.append((cell.target, "target", "test", "test set, for the scores only"))
    lines = ["| language | what | sentences | licence |", "|---|---|---|---|"]
    for language, role, split, what in roles:
        path = layout.manifest(language, role)
        facts: dict[str, Any] = read_json(path) if path.is_file() else {}
        number = cell.n if split == "pool" else facts.get(split, "not known")
        licence = config.corpora.languages[language].licence or "not stated"
        lines.append(
            f"| {languages.name(language)} (`{language}`) | {what} | {number} | {licence} |"
        )
    lines += ["", "Whoever publishes the model has to see to these licences."]
    return "\n".join(lines)


def _recipe(config: Config, cell: Cell, reason: str) -> str:
    recipe = config.student if cell.info.trains_student else config.teacher
    layers = f"{config.encoder.layers} layers" if config.encoder.layers else "all layers"
    steps = f"; at least {recipe.min_steps} updates" if cell.budget == "steps" else ""
    encoder = E5 if config.encoder.name == "embedded" else config.encoder.name
    known = encoder if config.encoder.revision or encoder == E5 else "a local folder"
    return (
        f"Method `{cell.method}`: {cell.info.summary.removesuffix('.')}. Encoder: {known}, {layers}, of "
        f"which the embeddings and the lowest {config.encoder.freeze} were frozen. "
        f"{recipe.epochs} epochs{steps}; batches of {recipe.batch_size}; learning rate "
        f"{recipe.learning_rate:g}; dropout {recipe.dropout:g}; seed {cell.seed}. "
        f"Study `{config.study}`, cell `{cell.id}`; chosen: {reason}."
    )


def _scores(config: Config, layout: Layout, cell: Cell, equal: float | None) -> str:
    text = []
    row = _row(layout, cell)
    if row is None:
        untested = cell.target in config.untested
        why = ": there was no test set, so how often it is right is not known" if untested else ""
        text.append(f"It has not been scored{why}.")
    else:
        whole = f"Strict entity-level F1 on {int(row['n_test_sentences']):,} test sentences: **{row['f1']:.1f}**"
        if (bounds := _interval(config, layout, cell, int(row["n_test_sentences"]))) is not None:
            share = round(100 * config.analysis.confidence)
            whole += f" ({share} % interval over test sentences {bounds[0]:.1f} to {bounds[1]:.1f})"
        text.append(f"{whole}; precision {row['precision']:.1f}, recall {row['recall']:.1f}.")
        types = [(label, row.get(f"f1_{label}")) for label in config.labels]
        known = [
            f"{label} {float(f1):.1f}" for label, f1 in types if f1 not in (None, "") and f1 == f1
        ]
        text.append(f"By type: {', '.join(known)}.")
        text.append("One training run: other seeds differ, by several points where text is little.")
    path = layout.cell(cell)
    record = read_parquet_record(path) if path.is_file() else {}
    for key, where in (
        ("fidelity_heldout", "unlabelled text it had not seen"),
        ("fidelity_test", "the test set"),
    ):
        if record.get(key) is not None:
            text.append(
                f"Agreement with its teachers' entities on {where} (F1): {float(record[key]):.1f}."
            )
    if equal is not None:
        text.append(
            f"The weights were trained anew for this folder; {100 * equal:.2f} % of test words are tagged "
            "as in the run that was scored."
        )
    return " ".join(text)


def _row(layout: Layout, cell: Cell) -> dict[str, Any] | None:
    for path in (layout.results_scores, layout.scores(cell.target)):
        if path.is_file():
            frame = score_files.read(path).ok
            found = frame[frame["cell"] == cell.id]
            if len(found):
                return found.iloc[0].to_dict()
    return None


def _interval(
    config: Config, layout: Layout, cell: Cell, sentences: int
) -> tuple[float, float] | None:
    """Percentile interval of F1 over resampled test sentences; None without counts."""
    for path in (layout.results_counts(cell.target), layout.counts(cell.target)):
        if not path.is_file():
            continue
        frame = pq.read_table(path).to_pandas()
        frame = frame[frame["cell"] == cell.id]
        sums = {name: np.zeros((1, sentences), np.float32) for name in ("tp", "predicted", "gold")}
        for name, values in sums.items():
            np.add.at(values[0], frame["sentence"].to_numpy(), frame[name].to_numpy())
        rng = np.random.default_rng([0, zlib.crc32(cell.id.encode())])
        weights = sentence_weights(sentences, config.analysis.bootstrap, rng)
        draws = score_files.f1_of(Counts((cell.id,), **sums), weights)[0]
        return interval(draws, config.analysis.confidence)
    return None


def _limits(config: Config, cell: Cell, name: str) -> str:
    spaces = (
        ""
        if config.corpora.languages[cell.target].spaced
        else " It needs words segmented as its text was."
    )
    taught = (
        ""
        if cell.info.reads_gold
        else f" What its teachers get wrong in {name} it has learned to get wrong, too."
    )
    return (
        f"It knows {', '.join(config.labels)} as its corpora annotate them, and text like theirs; on other kinds "
        f"of text it is worse, by how much is not known. Words beyond {config.max_subwords} subwords of a sentence "
        f"are not tagged by the pipeline (`xnerbench tag` goes on).{spaces}{taught} Names of people are personal data."
    )


def _cite() -> str:
    """The suite and the paper, as CITATION.cff has them where the suite runs from its checkout."""
    if not CITATION.is_file():
        return "xnerbench, as its CITATION.cff says; cite the corpora and the encoder, too."
    facts = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    lines = [f"- {_names(facts)}. {facts['title']}. Version {facts['version']}."]
    for work in facts["references"]:
        where = f"{work['collection-title']}, {work['year']}. https://doi.org/{work['doi']}"
        lines.append(f"- {_names(work)}. {work['title']}. {where}")
    return "\n".join([*lines, "- The corpora and the encoder."])


def _names(work: dict[str, Any]) -> str:
    return ", ".join(
        person.get("name") or f"{person['given-names']} {person['family-names']}"
        for person in work["authors"]
    )
