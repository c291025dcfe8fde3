"""Which of a study's languages are relatives, as the table `families` says."""

from __future__ import annotations

from xnerbench.report.results import Results


def of(study: Results) -> dict[str, str]:
    """Target -> family; empty where nobody says."""
    frame = study.table("families")
    known = frame[frame["target"].isin(study.targets)]
    return dict(zip(known["target"], known["family"].astype(str), strict=True))


def ordered(families: dict[str, str]) -> list[str]:
    """Families by their number of languages, then by name."""
    names = list(families.values())
    return sorted(set(names), key=lambda name: (-names.count(name), name))
