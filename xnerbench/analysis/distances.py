"""Distances between languages from lang2vec's vectors (URIEL, Littell et al. 2017) or one's own CSV.

lang2vec 1.1.2 has no `distance()` and its import needs `pkg_resources`, which today's setuptools
lacks; so its data files are read from the installed package without importing it.

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

import difflib
import functools
import importlib.metadata
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pycountry

from xnerbench.errors import InputError

PREFIXES = {"syntactic": "S_", "phonological": "P_", "inventory": "INV_", "featural": ""}
KINDS = (*PREFIXES, "geographic", "genetic")
VARIANTS = ("knn", "union")
EXACT = "uriel"
"""The variant of the kinds that have only one."""


@dataclass(frozen=True)
class Distance:
    """One distance.

    Attributes:
        value: 0..1, or `None` where nothing is known of one of the two.
        shared_features: Features known of both before imputation (genetic: shared ancestors);
            `None` where that does not apply.
    """

    value: float | None
    shared_features: int | None
    provenance: str


@dataclass(frozen=True)
class Vectors:
    """lang2vec's vectors, a language a row; `known` and `union` before imputation."""

    codes: dict[str, int]
    features: np.ndarray
    knn: np.ndarray
    union: np.ndarray
    known: np.ndarray
    geo: np.ndarray
    family: np.ndarray
    two_letter: Mapping[str, str]
    version: str


@functools.cache
def vectors() -> Vectors:
    """Reads the installed package's data files.

    Raises:
        InputError: lang2vec is not installed.
    """
    spec = importlib.util.find_spec("lang2vec")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "lang2vec is not installed", "distances", "pip install lang2vec, or give your own CSV"
        )
    data = Path(spec.submodule_search_locations[0]) / "data"
    predictions, features = _arrays(data, "feature_predictions"), _arrays(data, "features")
    geo, family = _arrays(data, "geocoord_features"), _arrays(data, "family_features")
    codes = {str(code): i for i, code in enumerate(predictions["langs"])}
    order = _order(features["langs"], codes)
    raw = features["data"][order]
    known = (raw >= 0).any(-1)
    return Vectors(
        codes=codes,
        features=predictions["feats"].astype(str),
        knn=predictions["data"][..., 0].astype(float),
        union=np.where(known, raw.max(-1), 0).astype(float),
        known=known,
        geo=geo["data"][_order(geo["langs"], codes)][..., 0].astype(float),
        family=family["data"][_order(family["langs"], codes)][..., 0] > 0,
        two_letter=json.loads((data / "letter_codes.json").read_text(encoding="utf-8")),
        version=importlib.metadata.version("lang2vec"),
    )


def _arrays(data: Path, name: str) -> dict[str, np.ndarray]:
    with np.load(data / f"{name}.npz") as archive:
        return {key: archive[key] for key in ("langs", "feats", "data") if key in archive}


def _order(langs: np.ndarray, codes: dict[str, int]) -> np.ndarray:
    place = {str(code): i for i, code in enumerate(langs)}
    return np.array([place[code] for code in codes])


def available(code: str) -> bool:
    """Whether lang2vec knows the code."""
    return code in vectors().codes


def nearest_code(code: str) -> str | None:
    """The available code that is most likely meant: by two-letter code, name, or spelling."""
    known = vectors()
    if known.two_letter.get(code) in known.codes:
        return known.two_letter[code]
    name = _name(code)
    if name is not None:
        names = {n: c for c in known.codes if (n := _name(c)) is not None}
        words = [n for n in names if set(n.split()) & set(name.split())]
        if close := difflib.get_close_matches(name, words or list(names), 1, 0.5):
            return names[close[0]]
    close = difflib.get_close_matches(code, known.codes, 1, 0.5)
    return close[0] if close else None


@functools.cache
def _name(code: str) -> str | None:
    found = pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    return found.name if found is not None else None


def between(kind: str, variant: str, one: str, two: str) -> Distance:
    """The distance of two codes that lang2vec knows."""
    known = vectors()
    i, j = known.codes[one], known.codes[two]
    if kind == "geographic":
        value = float(np.abs(known.geo[i] - known.geo[j]).max())
        return Distance(value, None, f"lang2vec {known.version} geo")
    if kind == "genetic":
        return _genetic(known, i, j)
    columns = np.char.startswith(known.features, PREFIXES[kind])
    shared = int((known.known[i] & known.known[j])[columns].sum())
    table = known.knn if variant == "knn" else known.union
    value = angular(table[i, columns], table[j, columns])
    return Distance(value, shared, f"lang2vec {known.version} {variant}")


def _genetic(known: Vectors, i: int, j: int) -> Distance:
    one, two = known.family[i], known.family[j]
    shared = int((one & two).sum())
    value = 0.0 if i == j else 1 - shared / (max(one.sum(), two.sum()) + 1)
    return Distance(float(value), shared, f"lang2vec {known.version} fam")


def angular(one: np.ndarray, two: np.ndarray) -> float | None:
    """(2/pi) arccos(cosine), 0..1 for vectors without negative entries; `None` for a zero vector."""
    norms = np.linalg.norm(one) * np.linalg.norm(two)
    if norms == 0:
        return None
    cosine = min(1.0, float(one @ two / norms))
    return 0.0 if np.array_equal(one, two) else float(2 / np.pi * np.arccos(cosine))


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
        InputError: A language is unknown to lang2vec and absent from the CSV, naming the nearest
            code; or the CSV is malformed.
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
            if all(usable):
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
    if given in covered:
        return False
    near = nearest_code(code)
    instead = f"{near} ({_name(near) or 'no ISO name'})" if near else "none that is similar"
    raise InputError(
        f"there are no distances for the language {code}; the nearest available code is {instead}",
        "analysis.macrolanguages",
        f"Write {given}: {near or '<code>'} there, or give distances of your own "
        "(analysis.distances)",
    )


def _computed(source: str, target: str, one: str, two: str) -> Iterable[dict[str, Any]]:
    for kind in KINDS:
        for variant in VARIANTS if kind in PREFIXES else (EXACT,):
            distance = between(kind, variant, one, two)
            missing = f"not available: no {kind} features are known of one of the two"
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
    if not path.is_file():
        raise InputError("there is no such file", str(path), "Name a CSV of distances")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[])
    needed = ("source", "target", "kind", "distance")
    if missing := [name for name in needed if name not in frame.columns]:
        raise InputError(
            f"the column {missing[0]} is missing", str(path), f"Needed are {', '.join(needed)}"
        )
    result = []
    for i, row in enumerate(frame.to_dict("records")):
        try:
            value = float(row["distance"])
        except ValueError:
            value = float("nan")
        if not np.isfinite(value) or value < 0:
            raise InputError(
                f"the distance '{row['distance']}' is no number of 0 or more",
                f"{path}, row {i + 2}",
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
