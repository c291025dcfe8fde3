"""`xnerbench corpus prepare`: one language's corpus in one role, as the files of a study."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from xnerbench.data import corpus
from xnerbench.errors import InputError
from xnerbench.storage import artifacts
from xnerbench.study import config
from xnerbench.study.layout import Layout

if TYPE_CHECKING:
    from xnerbench.study.config import Config

ROLES = ("source", "target", "gold")


def register(actions: argparse._SubParsersAction) -> None:
    """Adds `prepare` to `xnerbench corpus`."""
    summary = "write a language's corpus into the working folder of a study"
    parser = actions.add_parser("prepare", help=summary, description=summary)
    parser.add_argument("--config", required=True, help="the study's configuration")
    parser.add_argument("--language", required=True, help="ISO 639-3 code")
    parser.add_argument("--role", required=True, choices=ROLES, help="what the study uses it for")
    parser.set_defaults(act=run_prepare)


def run_prepare(arguments: argparse.Namespace) -> int:
    """Writes the files of the role and prints what they hold."""
    study = config.load(arguments.config)
    print(prepare(study, arguments.language, arguments.role))
    return 0


def prepare(study: Config, language: str, role: str) -> str:
    """Writes a source's, a target's or a pool's gold files, and returns a line about them.

    Everything is read and checked before the first file is written; the manifest comes last.
    """
    paths = Layout(study)
    wanted = study.sources if role == "source" else study.targets
    if language not in wanted:
        key = "sources" if role == "source" else "targets"
        raise InputError(f"`{language}` is not in `{key}`", "--language", f"add it to `{key}`")
    record: dict[str, Any] = {"status": "ok", "language": language, "role": role}
    if role == "gold":
        table = corpus.gold(study, language, paths.pool(language))
        artifacts.write_parquet(paths.gold(language), table, record)
        return f"{language}: gold tags of {table.num_rows} sentences"
    if role == "source":
        part = corpus.source(study, language)
        facts = corpus.manifest(study, language, role, part)
        artifacts.write_parquet(paths.train(language), part.table(), record)
    else:
        target = corpus.target(study, language)
        facts = corpus.manifest(study, language, role, target)
        artifacts.write_parquet(paths.test(language), target.test.table(), record)
        artifacts.write_parquet(paths.pool(language), target.pool.table(), record)
    artifacts.write_json(paths.manifest(language, role), facts)
    return describe(facts)


def describe(facts: dict[str, Any]) -> str:
    """A manifest in one line."""
    counts = [f"{facts[split]} {split}" for split in ("train", "test", "pool") if split in facts]
    types = ", ".join(f"{kind} {n}" for kind, n in facts["entity_types"].items())
    notes = [f"{', '.join(counts)} sentences; {types}"]
    if unmapped := facts.get("unmapped"):
        notes.append(f"became O: {', '.join(f'{kind} {n}' for kind, n in unmapped.items())}")
    if recased := facts.get("case_ignored"):
        pairs = ", ".join(f"{kind} as {label}" for kind, label in recased.items())
        notes.append(f"capitals ignored: {pairs}")
    if removed := facts.get("removed_test"):
        notes.append(f"{removed} test sentences taken out of the pool")
    if removed := facts.get("removed_duplicates"):
        notes.append(f"{removed} repeats taken out of the pool")
    if facts["repairs"]:
        repairs = ", ".join(f"{n} {kind}" for kind, n in facts["repairs"].items())
        notes.append(f"repaired: {repairs}")
    return f"{facts['language']} ({facts['role']}): " + "; ".join(notes)
