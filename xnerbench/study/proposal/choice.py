"""Which corpus, source, labels and sizes a first configuration takes."""

from __future__ import annotations

from collections import Counter

from xnerbench.data.survey import known_types
from xnerbench.study.proposal.candidates import Candidate

SIZES = (25, 100, 400, 1600)
"""Sizes that are proposed as far as the pools go; larger ones cost hours."""
FEW = 0.8
"""A label that so large a share of the languages has is kept, and the others are left out."""


def one_each(
    candidates: list[Candidate], sources: tuple[str, ...]
) -> tuple[dict[str, Candidate], list[str]]:
    """Of several corpora of a language the one that can be used best, and why the others are left out.

    That is one annotated by people before one whose tags a program made, as long as it can take the
    language's part (a source needs labelled text, a target a test set and unlabelled text); then the one with
    most parts, then the one of the commonest family.
    """
    families = Counter(c.entry["family"] for c in candidates)

    def rank(c: Candidate) -> tuple[bool, bool, int, int, str]:
        fits = "train" in c.entry if c.language in sources else c.is_target
        parts = len({"train", "test"} & c.entry.keys())
        return not fits, bool(c.automatic), -parts, -families[c.entry["family"]], c.folder

    chosen: dict[str, Candidate] = {}
    others = []
    for one in sorted(candidates, key=rank):
        first = chosen.setdefault(one.language, one)
        if first is one:
            continue
        reason = f"{first.folder} is taken for this language"
        if one.automatic and not first.automatic:
            reason += f", since people annotated it and a program {one.automatic}"
            first.note = f"annotated by people, so taken before {one.automatic}"
        elif first.automatic and not one.automatic:
            part = "labelled text" if one.language in sources else "both a test set and other text"
            reason += f": this one has no {part}, though people annotated it"
        others.append(f"{one.language} ({one.folder}): {reason}")
    return dict(sorted(chosen.items())), others


def labels(chosen: dict[str, Candidate], label_map: dict[str, str | None]) -> list[str]:
    """PER, LOC and ORG as far as most languages have them, or else the types that most have."""
    having: Counter[str] = Counter()
    for one in chosen.values():
        having.update({label_map.get(kind) or kind for kind in one.types})
    common = [label for label in known_types.KNOWN if having[label] >= FEW * len(chosen) > 0]
    every = [kind for kind, n in having.most_common(10) if n >= FEW * len(chosen)]
    return common or every or list(known_types.KNOWN)


def source(chosen: dict[str, Candidate]) -> tuple[str, ...]:
    """English, or else the largest labelled text."""
    labelled = {code: c.pool for code, c in chosen.items() if "train" in c.entry}
    return (
        ("eng",)
        if "eng" in labelled
        else tuple(sorted(labelled, key=lambda code: -labelled[code])[:1])
    )


def sizes(pools: dict[str, int]) -> tuple[list[int], dict[str, int]]:
    """Sizes, and the largest of each target (0: none)."""
    some = [size for size in SIZES if any(pool >= size for pool in pools.values())] or [SIZES[0]]
    return some, {
        code: max((s for s in some if s <= pool), default=0) for code, pool in pools.items()
    }
