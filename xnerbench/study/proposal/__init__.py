"""A first configuration for a folder of corpora: which languages, types and sizes, and why, in comments."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from xnerbench.data import corpus, languages
from xnerbench.data.survey import known_types
from xnerbench.errors import InputError
from xnerbench.study.proposal import candidates, choice, written
from xnerbench.study.proposal.written import Proposal
from xnerbench.study.rules import RESERVED


def study_name(folder: Path) -> str:
    """A study's name from a folder's; `corpora` is `corpora-study`, as a study has a folder of that name."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-_")[:90] or "study"
    return f"{name}-study" if name.lower() in RESERVED else name


def draft(folder: Path, sources: tuple[str, ...], say: Callable[[str], None]) -> str:
    """The configuration as YAML with comments.

    Args:
        folder: Of the corpora.
        sources: Chosen by the user; English, or else the largest labelled text, if empty.
        say: Called with a line about each thing that was found or left out.

    Raises:
        InputError: No source, or no target, can be made of what is there.
    """
    found, raw, left_out = candidates.found(folder)
    chosen, others = choice.one_each(found, sources or ("eng",))
    left_out += others
    kinds = sum((c.types for c in chosen.values()), Counter())
    label_map = {kind: known_types.proposed(kind) for kind in kinds}
    labels = choice.labels(chosen, label_map)
    for code, one in list(chosen.items()):
        have = {label_map.get(kind) or kind for kind in one.types}
        if missing := [label for label in labels if label not in have]:
            left_out.append(f"{code} ({one.folder}): no entity of {', '.join(missing)}")
            del chosen[code]
    sources = sources or choice.source(chosen)
    for source in sources:
        if source not in chosen or "train" not in chosen[source].entry:
            known = ", ".join(code for code, c in chosen.items() if "train" in c.entry)
            raise InputError(
                f"`{source}` has no labelled text here", "--source", f"labelled are {known}"
            )
    targets = [code for code, c in chosen.items() if code not in sources and c.is_target]
    left_out += [f"{code} ({c.folder}): no test set" for code, c in chosen.items()
                 if code not in {*sources, *targets}]  # fmt: skip
    proposal = Proposal(
        study_name(folder), folder, sources, targets, labels, label_map, kinds, chosen, left_out
    )
    _size(proposal)
    if proposal.targets or not sources:
        left_out += [_without_test(one, proposal) for one in raw]
    else:
        proposal.untested = [one.language for one in raw if one.language not in sources]
        chosen |= {one.language: one for one in raw}
        targets += proposal.untested
        _size(proposal)
        proposal.untested = [code for code in proposal.untested if code in targets]
    if not sources or not targets:
        raise InputError(
            "no study can be made of it: it needs a language with labelled text and another with a test set, or "
            f"with {min(choice.SIZES)} sentences of raw text",
            str(folder),
            f"see docs/corpora.md for what is read; left out: {'; '.join(left_out) or 'nothing'}",
        )
    _tell(proposal, say)
    return written.text(proposal)


def _size(proposal: Proposal) -> None:
    """Counts the pools and sets the sizes; targets without enough text are left out."""
    _measure(proposal)
    targets, chosen = proposal.targets, proposal.chosen
    proposal.sizes, largest = choice.sizes({code: chosen[code].pool for code in targets})
    for code in [code for code in targets if largest.get(code) == 0]:
        what = f"{chosen[code].pool} unlabelled sentences are too few"
        proposal.left_out.append(f"{code}: {what}")
        targets.remove(code)
    most = max(proposal.sizes)
    proposal.largest = {code: size for code, size in largest.items() if size and size < most}


def _without_test(one: candidates.Candidate, proposal: Proposal) -> str:
    """That raw text alone gives no target with scores, and what can be done with it."""
    said = f"{one.language} ({one.folder}): raw text, but neither labelled text nor a test set"
    command = written.distil(proposal, one)
    return f"{said}; a tagger can be made of it: {command}" if command else said


def _tell(proposal: Proposal, say: Callable[[str], None]) -> None:
    for code in (*proposal.sources, *proposal.targets):
        one = proposal.chosen[code]
        target = "target without a test set" if code in proposal.untested else "target"
        role = (
            "source" if code in proposal.sources else f"{target}, {one.pool:,} unlabelled sentences"
        )
        kind = "raw text" if code in proposal.untested else one.entry["format"]
        note = f"; {one.note}" if one.note else ""
        say(f"{code} ({languages.name(code)}): {kind} in {one.folder}; {role}{note}")
    for line in proposal.left_out:
        say(f"left out: {line}")


def _measure(proposal: Proposal) -> None:
    """Pools as a study will have them: without test sentences and repeats."""
    useful: dict[str, str | None] = {
        kind: label for kind, label in proposal.label_map.items() if label in proposal.labels
    }
    for code in list(proposal.targets):
        one = proposal.chosen[code]
        opened = candidates.opening(proposal.folder, {code: one.entry}, labels=proposal.labels)
        opened = dataclasses.replace(
            opened,
            corpora=dataclasses.replace(opened.corpora, label_map=useful),
            untested=tuple(proposal.untested),
        )
        try:
            one.pool = len(corpus.target(opened, code).pool.words)
        except InputError as error:
            proposal.left_out.append(f"{code} ({one.folder}): {error}")
            proposal.targets.remove(code)
