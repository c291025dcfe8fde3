"""URIEL's vectors of languages, as lang2vec ships them, and the distances between them.

lang2vec 1.1.2 has no `distance()` and its import needs `pkg_resources`, which today's setuptools
lacks; so its data files are read from the installed package without importing it.
"""

from __future__ import annotations

import difflib
import functools
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
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
    """lang2vec's vectors, one language per row; `known` and `union` before imputation."""

    codes: dict[str, int]
    features: np.ndarray
    knn: np.ndarray
    union: np.ndarray
    known: np.ndarray
    geo: np.ndarray
    family: np.ndarray
    family_names: tuple[str, ...]
    two_letter: Mapping[str, str]
    version: str


@functools.cache
def vectors() -> Vectors:
    """Reads the installed package's data files.

    Raises:
        InputError: lang2vec is not installed.
    """
    # by its metadata: the package also installs a script `lang2vec.py`, which is found first by any
    # program that was started from the environment's `bin`
    try:
        installed = importlib.metadata.distribution("lang2vec")
    except importlib.metadata.PackageNotFoundError as error:
        raise InputError(
            "lang2vec is not installed", "distances", "pip install lang2vec, or give your own CSV"
        ) from error
    data = Path(str(installed.locate_file("lang2vec"))) / "data"
    predictions, features = _arrays(data, "feature_predictions"), _arrays(data, "features")
    geo, family = _arrays(data, "geocoord_features"), _arrays(data, "family_features")
    codes = {str(code): i for i, code in enumerate(predictions["langs"])}
    highest = _ordered(features["data"].max(-1), features["langs"], codes)  # over sources; -1: none
    known = highest >= 0
    return Vectors(
        codes=codes,
        features=predictions["feats"].astype(str),
        knn=predictions["data"][..., 0].astype(float),
        union=np.where(known, highest, 0).astype(float),
        known=known,
        geo=_ordered(geo["data"][..., 0], geo["langs"], codes).astype(float),
        family=_ordered(family["data"][..., 0] > 0, family["langs"], codes),
        family_names=tuple(str(name).removeprefix("F_") for name in family["feats"]),
        two_letter=json.loads((data / "letter_codes.json").read_text(encoding="utf-8")),
        version=importlib.metadata.version("lang2vec"),
    )


def _arrays(data: Path, name: str) -> dict[str, np.ndarray]:
    with np.load(data / f"{name}.npz") as archive:
        return {key: archive[key] for key in ("langs", "feats", "data") if key in archive}


def _ordered(rows: np.ndarray, langs: np.ndarray, codes: dict[str, int]) -> np.ndarray:
    """Rows of `langs` in the order of `codes`, as they are in lang2vec 1.1.2: then nothing of 100 MB is copied."""
    if langs.tolist() == list(codes):
        return rows
    place = {str(code): i for i, code in enumerate(langs)}
    return rows[[place[code] for code in codes]]


def available(code: str) -> bool:
    """Whether lang2vec knows the code."""
    return code in vectors().codes


def nearest_code(code: str) -> str | None:
    """The available code that is most likely meant: by two-letter code, name, or spelling."""
    known = vectors()
    if known.two_letter.get(code) in known.codes:
        return known.two_letter[code]
    name = language_name(code)
    if name is not None:
        names = {n: c for c in known.codes if (n := language_name(c)) is not None}
        words = [n for n in names if set(n.split()) & set(name.split())]
        if close := difflib.get_close_matches(name, words or list(names), 1, 0.5):
            return names[close[0]]
    close = difflib.get_close_matches(code, known.codes, 1, 0.5)
    return close[0] if close else None


@functools.cache
def language_name(code: str) -> str | None:
    """The ISO 639-3 name of a code, if it has one."""
    found = pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    return found.name if found is not None else None


def between(kind: str, variant: str, one: str, two: str) -> Distance:
    """The distance of two codes that lang2vec knows."""
    known = vectors()
    i, j = known.codes[one], known.codes[two]
    if kind == "geographic":
        apart = float(np.abs(known.geo[i] - known.geo[j]).max())
        return Distance(apart, None, f"lang2vec {known.version} geo")
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
