"""Distances between languages from lang2vec's vectors (URIEL, Littell et al. 2017) or one's own CSV.

| kind | variant | distance |
|---|---|---|
| syntactic, phonological, inventory, featural | knn | (2/pi) arccos(cosine) of the complete vectors, gaps imputed by nearest neighbours |
| the same | union | the same of the union of all sources, what no source knows = 0 |
| geographic | uriel | largest absolute difference of the two `geo` vectors |
| genetic | uriel | 1 - shared ancestors / (larger number of ancestors + 1) |

`featural` joins the first three. Databases and variants disagree even in order, so one distance is
chosen beforehand and all others are secondary.
"""  # noqa: E501 - a table

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.analysis.distances import own_csv
from xnerbench.analysis.distances.uriel import (
    EXACT,
    KINDS,
    PREFIXES,
    VARIANTS,
    Distance,
    available,
    between,
    language_name,
    nearest_code,
)
from xnerbench.data import languages
from xnerbench.errors import InputError

OWN = ("source", "target", "kind", "distance")


def rows(
    sources: Iterable[str],
    targets: Iterable[str],
    macrolanguages: Mapping[str, str],
    csv: Path | None = None,
    csv_variant: str = "knn",
) -> list[dict[str, Any]]:
    """Every kind and variant for every source and target.

    Args:
        sources: Codes as in the scores.
        targets: Codes as in the scores.
        macrolanguages: Code in the scores -> code whose vectors stand for it.
        csv: `source,target,kind,distance` and optionally `variant, provenance`: replaces the row of
            the same source, target, kind and variant, or adds one.
        csv_variant: The variant that a row of the CSV without one replaces.

    Raises:
        InputError: A code is no language's and absent from the CSV, naming the nearest one; or the CSV is malformed.
            A language that lang2vec does not know has rows that say so.
    """
    own = _read_csv(csv, csv_variant) if csv is not None else []
    covered = {row["source"] for row in own} | {row["target"] for row in own}
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for source in sources:
        for target in targets:
            pair = [macrolanguages.get(code, code) for code in (source, target)]
            usable = [
                _usable(c, given, covered) for c, given in zip(pair, (source, target), strict=True)
            ]
            if not all(usable) and covered & {source, target}:
                continue  # the file says what is known of them
            for row in _computed(source, target, *pair):
                found[source, target, row["kind"], row["variant"]] = row
    wanted = {(s, t) for s in sources for t in targets}
    for row in own:
        if (row["source"], row["target"]) in wanted:
            found[row["source"], row["target"], row["kind"], row["variant"]] = row
    return list(found.values())


def _usable(code: str, given: str, covered: set[str]) -> bool:
    if available(code):
        return True
    if given in covered or languages.is_code(code):
        return False
    near = nearest_code(code)
    instead = f"{near} ({language_name(near) or 'no ISO name'})" if near else "none that is similar"
    raise InputError(
        f"there are no distances for the language {code}; the nearest available code is {instead}",
        "analysis.macrolanguages",
        f"Write {given}: {near or '<code>'} there, or give distances of your own "
        "(analysis.distances)",
    )


def _computed(source: str, target: str, one: str, two: str) -> Iterable[dict[str, Any]]:
    """Rows of a pair, without a distance where lang2vec does not know one of the two."""
    lacking = [code for code in dict.fromkeys((one, two)) if not available(code)]
    for kind in KINDS:
        missing = f"not available: no {kind} features are known of one of the two"
        if lacking:
            missing = (
                f"not available: lang2vec does not know {' and '.join(lacking)}; a language that may stand for it "
                "can be named in analysis.macrolanguages, or distances given in analysis.distances"
            )
        for variant in VARIANTS if kind in PREFIXES else (EXACT,):
            distance = Distance(None, None, "") if lacking else between(kind, variant, one, two)
            yield {
                "source": source,
                "target": target,
                "kind": kind,
                "variant": variant,
                "distance": distance.value,
                "code_source": one,
                "code_target": two,
                "shared_features": distance.shared_features,
                "provenance": distance.provenance,
                "verdict": _coverage(distance) if distance.value is not None else missing,
            }


def _coverage(distance: Distance) -> str:
    if distance.shared_features == 0 and "fam" not in distance.provenance:
        return "ok; no feature is known of both languages, all is imputed"
    return "ok"


def _read_csv(path: Path, variant: str) -> list[dict[str, Any]]:
    result = []
    for where, row in own_csv.rows(path, OWN, "distances"):
        try:
            value = float(row["distance"])
        except ValueError:
            value = float("nan")
        if not np.isfinite(value) or value < 0:
            raise InputError(
                f"the distance '{row['distance']}' is no number of 0 or more",
                where,
                "Correct it, or leave the row out",
            )
        exact = row["kind"] in ("geographic", "genetic")
        given = row.get("variant") or (
            EXACT if exact else variant if row["kind"] in PREFIXES else "csv"
        )
        result.append(
            {
                "source": row["source"],
                "target": row["target"],
                "kind": row["kind"],
                "variant": given,
                "distance": value,
                "code_source": row["source"],
                "code_target": row["target"],
                "shared_features": None,
                "provenance": row.get("provenance") or path.name,
                "verdict": "ok",
            }
        )
    return result


def of_sources(
    found: list[dict[str, Any]], sources: str, kind: str, variant: str
) -> dict[str, float]:
    """Distance of each target from a method's sources: of several, the nearest.

    A kind without the wanted variant (geography has none) is taken in the one it has.
    """
    parts = set(sources.split("+"))
    of_kind = [r for r in found if r["kind"] == kind and r["source"] in parts]
    variants = {r["variant"] for r in of_kind}
    if variant not in variants and variants:
        variant = sorted(variants)[0]
    result: dict[str, float] = {}
    for row in of_kind:
        if row["variant"] == variant and row["distance"] is not None:
            value = float(row["distance"])
            result[row["target"]] = min(value, result.get(row["target"], value))
    return result
