"""`xnerbench distil`: from raw text of a language and other languages' labels to a tagger, in one go.

It writes a configuration, lets Snakemake run the same rules as any study up to one cell, and exports that.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from xnerbench.errors import InputError, JobFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "text",
        type=Path,
        help="raw text of the language, one sentence a line; with `--labelled` its labelled text",
    )
    parser.add_argument("out", type=Path, help="folder to write the tagger to")
    parser.add_argument("--target", required=True, metavar="LANG", help="its language (ISO 639-3)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--source",
        action="append",
        metavar="[LANG=]FILE",
        help="labelled text of another language (CoNLL columns, CoNLL-U, JSON lines); may be repeated",
    )
    what.add_argument(
        "--teacher", type=Path, help="a folder that `xnerbench export` wrote, instead of labels"
    )
    parser.add_argument(
        "--labels",
        nargs="+",
        metavar="TYPE",
        help="entity types to learn; all that the sources share by default",
    )
    parser.add_argument(
        "--labelled",
        action="store_true",
        help="TEXT has labels: the teacher is trained on with them (`few`), and there is no student",
    )
    parser.add_argument(
        "--words", action="store_true", help="the lines are words already, with spaces between"
    )
    parser.add_argument(
        "--encoder", default="embedded", help="as `encoder.name`; `embedded` by default"
    )
    parser.add_argument("--revision", help="commit of a hub model")
    parser.add_argument("--seed", type=int, default=0, help="seed of teacher, student and subset")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="all by default")
    parser.add_argument(
        "--draft", action="store_true", help="write the configuration, OUT.yaml, and stop there"
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes OUT.yaml, runs it, writes OUT, and prints how faithful the tagger is and what to expect of it."""
    from xnerbench.commands.models import expected, export
    from xnerbench.storage.artifacts import read_parquet_record
    from xnerbench.study import config, grid
    from xnerbench.study.layout import Layout

    file = arguments.out.with_name(arguments.out.name + ".yaml")
    _write(file, _draft(arguments))
    print(f"{file}: the configuration of this tagger")
    if arguments.draft:
        return 0
    study = config.load(file)
    layout = Layout(study)
    (cell,) = grid.cells(study)
    _snakemake(file, layout.cell(cell), arguments.cores)
    record = read_parquet_record(layout.cell(cell))
    if record["status"] != "ok":
        raise JobFailed(record["reason"])
    export.export(study, layout, cell, "the only one of its study", arguments.out)
    if not arguments.labelled:
        print(_faithful(record, cell.target))
    for sentence in expected.sentences(study, cell):
        print(sentence)
    print(f"\nxnerbench tag {arguments.out} FILE")
    return 0


def _draft(arguments: argparse.Namespace) -> str:
    from xnerbench.data import corpus
    from xnerbench.study import config, proposal
    from xnerbench.study.proposal import distillation, written

    target = arguments.target
    raw: dict[str, Any] = {"study": f"distil-{proposal.study_name(arguments.out)}"}
    labels_of = _from_teacher if arguments.teacher is not None else _from_sources
    raw |= labels_of(arguments)
    several = len(raw["sources"]) > 1
    if arguments.labelled and several:
        what, remedy = (
            "one teacher is trained on with labels",
            "make a tagger of each source, and ask them together: `xnerbench tag A --with B`",
        )
        raise InputError(what, "--source", remedy)
    raw |= {
        "targets": [target],
        "untested": [target],
        "sizes": [1],
        "seeds": [arguments.seed],
        "methods": ["few" if arguments.labelled else written.tagger(several)],
    }
    corpora = raw["corpora"]
    if arguments.labelled:
        own = distillation.labelled(f"{target}={arguments.text}", "TEXT")
        corpora["languages"][target] = own.entry
        corpora["label_map"] = {
            **distillation.renamed(own.types, raw["labels"]),
            **corpora.get("label_map", {}),
        }
    else:
        corpora["languages"][target] = _pool(arguments)
    pool = len(corpus.target(config.from_dict(raw, Path.cwd()), target).pool.words)
    raw["sizes"] = [pool if arguments.labelled else distillation.sizes(pool)]
    return distillation.text(raw, target, pool)


def _from_sources(arguments: argparse.Namespace) -> dict[str, Any]:
    from xnerbench.study.proposal import distillation

    sources = [distillation.labelled(given) for given in arguments.source]
    languages = {source.language: source.entry for source in sources}
    if len(languages) < len(sources):
        raise InputError("two files are of one language", "--source", "put them into one file")
    types, label_map = distillation.types_of(sources, arguments.labels or ())
    encoder = {"name": arguments.encoder}
    if arguments.revision:
        encoder["revision"] = arguments.revision
    return {
        "sources": list(languages),
        "labels": types,
        "encoder": encoder,
        "corpora": {"label_map": label_map, "languages": languages},
    }


def _from_teacher(arguments: argparse.Namespace) -> dict[str, Any]:
    from xnerbench.data import languages
    from xnerbench.learning.taggers import exported

    folder: Path = arguments.teacher
    if arguments.labels:
        raise InputError("a teacher brings its own types", "--labels", "leave it out")
    if arguments.encoder != "embedded" or arguments.revision:
        what = "a teacher brings its own encoder"
        raise InputError(what, "--encoder", "leave it out")
    note = exported.note_of(folder)
    if "language" not in note:
        what = "it does not say which language it was made for"
        raise InputError(what, str(folder), "export it again with this version")
    if not note["spaced"] and languages.is_spaced(arguments.target):
        what = "its tokenizer is one for words without spaces between them"
        raise InputError(what, str(folder), "take a teacher that was made for words with spaces")
    types = [name[2:] for name in exported.names_of(folder) if name.startswith("B-")]
    return {
        "sources": [note["language"]],
        "labels": types,
        "encoder": {"name": str(folder), "freeze": note["freeze"]},
        "given_teacher": str(folder),
        "max_subwords": note["max_subwords"],
        "corpora": {"languages": {}},
    }


def _pool(arguments: argparse.Namespace) -> dict[str, Any]:
    """The target's entry: its text as the survey sees it."""
    from xnerbench.data import survey

    path: Path = arguments.text
    if not path.is_file():
        raise InputError("there is no such file", str(path), "name a file of raw text")
    found = survey.recognise(path, path.parent)
    settings = {} if found is None else found.settings
    if found is not None and found.format not in ("text", "conll"):
        what, remedy = "the raw text has one sentence on each line", "take the sentences out of it"
        raise InputError(f"{path} looks like {found.format}; {what}", "TEXT", remedy)
    if found is not None and found.remedy:
        remedy = f"{found.remedy}, or give its sentences, one on each line"
        raise InputError(f"{path} looks like CoNLL columns and {found.note}", "TEXT", remedy)
    if arguments.words:
        settings = {**settings, "segmentation": "spaces"}
    if found is not None and found.format == "conll":
        known = ("token_column", "encoding")
        settings = {"format": "conll", **{k: v for k, v in settings.items() if k in known}}
    pool = {"path": str(path), **settings}
    return {"format": "conll", "pool": pool}


def _write(file: Path, text: str) -> None:
    from xnerbench.pipeline import advice
    from xnerbench.storage import artifacts

    if file.exists() and file.read_text(encoding="utf-8") != text:
        what = "there is another configuration under this name"
        raise InputError(what, str(file), f"run it (`{advice.to_run(file)}`), or move it")
    artifacts.write_text(file, text)


def _snakemake(file: Path, cell: Path, cores: int) -> None:
    from xnerbench.pipeline.advice import SNAKEFILE

    if not SNAKEFILE.is_file():
        what = "the workflow is not beside the package"
        raise InputError(what, str(SNAKEFILE), "run it from a checkout of the suite")
    command = [sys.executable, "-m", "snakemake", str(cell), "--snakefile", str(SNAKEFILE)]
    command += ["--cores", str(cores), "--configfile", str(file)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise JobFailed(f"the run ended with status {done.returncode}; what it printed says why")


def _faithful(record: dict[str, Any], target: str) -> str:
    agreement = record.get("fidelity_heldout")
    if record.get("collapsed"):
        return f"warning: it finds next to no entities where its teacher finds some: {target} needs more text"
    if agreement is None:
        return "Neither it nor its teachers find an entity in text that it did not learn from."
    return (
        f"On text that it did not learn from it agrees with its teachers at F1 {agreement:.1f}. That says how "
        "faithful it is, not how right its teachers are."
    )
