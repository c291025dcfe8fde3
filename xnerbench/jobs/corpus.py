"""One language's corpus in one role, as the files of a study."""

from __future__ import annotations

from typing import Any

from xnerbench.data import corpus
from xnerbench.errors import InputError
from xnerbench.storage import artifacts
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, language: str, role: str) -> None:
    """Writes a source's, a target's, a pool's gold or a source's held-out files, and prints what they hold.

    Everything is read and checked before the first file is written; the manifest comes last.
    """
    key = "sources" if role in ("source", "heldout") else "targets"
    if language not in getattr(config, key):
        raise InputError(f"`{language}` is not in `{key}`", "--language", f"add it to `{key}`")
    record: dict[str, Any] = {"status": "ok", "language": language, "role": role}
    if role == "gold":
        table = corpus.gold(config, language, layout.pool(language))
        artifacts.write_parquet(layout.gold(language), table, record)
        print(f"{language}: gold tags of {table.num_rows} sentences")
        return
    if role == "heldout":
        part = corpus.heldout(config, language)
        artifacts.write_parquet(layout.heldout(language), part.table(), record)
        print(f"{language}: {len(part.words)} held-out sentences")
        return
    if role == "source":
        part = corpus.source(config, language)
        facts = corpus.manifest(config, language, role, part)
        artifacts.write_parquet(layout.train(language), part.table(), record)
    else:
        target = corpus.target(config, language)
        facts = corpus.manifest(config, language, role, target)
        artifacts.write_parquet(layout.test(language), target.test.table(), record)
        artifacts.write_parquet(layout.pool(language), target.pool.table(), record)
    artifacts.write_json(layout.manifest(language, role), facts)
    print(describe(facts))


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
