"""Names that corpora give to persons, places and organisations, for a proposed `label_map`."""

from __future__ import annotations

KNOWN = {
    "PER": "per pers person persons people nep human name_person",
    "LOC": "loc location locations place places gpe gpe_loc gpe-loc geo nel city country state region toponym"
    " location-city location-street location-stop location-route",
    "ORG": "org organization organisation organizations organisations gpe_org gpe-org neo company corporation"
    " institution organization-company",
}
_LABEL = {name: label for label, names in KNOWN.items() for name in names.split()}


def proposed(kind: str) -> str | None:
    """The usual label of a corpus's type: PER, LOC, ORG, or None."""
    return _LABEL.get(kind.casefold())
