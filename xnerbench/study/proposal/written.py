"""A proposal as a configuration file with comments."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xnerbench.data import languages
from xnerbench.study.proposal.candidates import Candidate


def student(several: bool) -> str | dict[str, str]:
    """The trained student (docs/recipe.md) of one source's teacher, or of several's mean, as an entry of `methods`."""
    return {"name": "multi-avg-kl", "base": "multi-avg", "loss": "kl"} if several else "ts-kl"


def tagger(several: bool) -> str | dict[str, str]:
    """The student that is the better tagger: one from its teacher's weights (docs/findings.md); several have none."""
    return student(True) if several else {"name": "ts-kl-warm", "base": "ts-kl", "init": "teacher"}


@dataclass
class Proposal:
    """What a first configuration says.

    Attributes:
        study: Its name.
        folder: Of the corpora.
        sources: Languages to learn from.
        targets: Languages to be scored on.
        labels: Types that the corpora share.
        label_map: Label of each type that occurs, None for one without a usual label.
        kinds: Number of entities of each type.
        chosen: A corpus a language.
        left_out: A line about each thing that is not used.
        sizes: Numbers of unlabelled sentences.
        largest: Of a target whose pool is smaller.
        untested: Targets with raw text alone.
    """

    study: str
    folder: Path
    sources: tuple[str, ...]
    targets: list[str]
    labels: list[str]
    label_map: dict[str, str | None]
    kinds: Counter[str]
    chosen: dict[str, Candidate]
    left_out: list[str]
    sizes: list[int] = field(default_factory=list)
    largest: dict[str, int] = field(default_factory=dict)
    untested: list[str] = field(default_factory=list)

    @property
    def methods(self) -> list[str | dict[str, str]]:
        """Direct transfer, trained students (docs/recipe.md), the supervised control where every pool has gold tags."""
        gold = all("pool" not in self.chosen[code].entry for code in self.targets)
        several = ["direct-avg", student(True)] if len(self.sources) > 1 else []
        return ["direct", student(False), *several, *(["supervised"] if gold else [])]


def text(proposal: Proposal) -> str:
    """The configuration, every line with what a reader needs to change it."""
    chosen, targets = proposal.chosen, proposal.targets
    smallest = min(chosen[code].pool for code in targets)
    lines = [
        f"# A first configuration of the corpora in {proposal.folder}, made by `xnerbench init`. Every line is "
        "yours to change;",
        "# docs/configuration.md has all keys.",
        f"study: {flow(proposal.study)}",
        f"sources: {flow(proposal.sources)}   # labelled text to learn from",
        f"targets: {flow(targets)}",
        *_untested(proposal),
        f"sizes: {flow(proposal.sizes)}   # unlabelled sentences; pools hold {smallest:,} and more",
    ]
    if proposal.largest:
        lines.append(f"largest_size: {flow(proposal.largest)}   # smaller pools")
    lines += [
        "seeds: [0, 1, 2]",
        f"methods: {flow(proposal.methods)}   # docs/methods.md",
        f"labels: {flow(proposal.labels)}",
        "encoder: {name: embedded}   # or a hub name with `revision:`, or a local folder",
        "corpora:",
        f"  root: {flow(str(proposal.folder))}",
        "  # max_train: 5000   # caps make a first run short",
        "  # max_test: 1000",
        *_label_map(proposal),
        "  languages:   # add `licence:` to each; the report prints it",
    ]
    for code in (*proposal.sources, *targets):
        one = chosen[code]
        note = f"; {one.note}" if one.note else ""
        lines.append(f"    {flow(code)}: {flow(one.entry)}   # {languages.name(code)}{note}")
    if proposal.left_out:
        lines.append("# Left out:")
        lines += [f"#   {' '.join(line.split())}" for line in proposal.left_out]
    return "\n".join(lines) + "\n"


def _untested(proposal: Proposal) -> Iterator[str]:
    if proposal.untested:
        yield (
            f"untested: {flow(proposal.untested)}   # no test set: taggers are trained and can be exported, "
            "without scores"
        )
    for code in proposal.untested:
        if command := distil(proposal, proposal.chosen[code]):
            yield f"# One tagger, in one command: {command}"


def distil(proposal: Proposal, one: Candidate) -> str:
    """The command that makes a tagger of raw text alone; nothing where the first source is no file of its own."""
    if not proposal.sources:
        return ""
    source = proposal.sources[0]
    entry = proposal.chosen[source].entry
    if entry["format"] == "hub":
        return ""
    text = proposal.folder / one.entry["pool"]["path"]
    labelled = f"{source}={proposal.folder / entry['train']}"
    words = (
        "xnerbench",
        "distil",
        str(text),
        f"{one.language}-tagger",
        "--target",
        one.language,
        "--source",
        labelled,
    )
    return shlex.join(words)


def _label_map(proposal: Proposal) -> Iterator[str]:
    labels = proposal.labels
    entries = [(kind, n) for kind, n in proposal.kinds.most_common() if kind not in labels]
    if entries:
        yield "  label_map:   # types of these corpora that are no label of the study; null becomes O"
    for kind, n in entries:
        label = proposal.label_map.get(kind)
        yield f"    {flow(kind)}: {flow(label if label in labels else None)}   # {n:,} entities"


_RESERVED = frozenset(("no", "yes", "on", "off", "true", "false", "null", "y", "n"))


def flow(value: Any) -> str:
    """A value on one line of YAML, quoted only where it must be."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*", value)
    reserved = str(value).lower() in _RESERVED
    return str(value) if plain and not reserved else json.dumps(value, ensure_ascii=False)
