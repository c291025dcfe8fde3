"""Which languages are relatives: family, branch, and the ancestors that two languages share.

The ancestors are URIEL's `fam` vectors (Glottolog's tree; Littell et al. 2017, E17-2002), as lang2vec ships them: every
group that a language belongs to, from its family down. The *family* is the largest of them. The *branch* is the largest
group that holds at most two fifths of the family's languages: one step below the root is not enough where the root has
few branches (Volta-Congo holds 96 % of Atlantic-Congo), and this gives Germanic, Indo-Aryan, Narrow Bantu, Semitic.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.analysis.distances import own_csv, uriel
from xnerbench.errors import InputError

BRANCH_SHARE = 0.4
"""A branch holds at most this share of its family's languages."""
STAND_IN = {"nob": "nor", "nno": "nor", "twi": "aka", "fat": "aka", "lvs": "lav", "ekk": "est"}
"""Languages whose vector has no ancestors, and the macrolanguage (ISO 639-3) whose ancestors are theirs."""
OWN = ("target", "family", "branch")
NO_RELATIVES = "no ancestors are known: it counts as a family of its own"


@dataclass(frozen=True)
class Genealogy:
    """One language among its relatives.

    Attributes:
        language: Code in the scores.
        code: Code whose vector was read.
        family: Top-level family; the code itself where no ancestor is known.
        branch: Group below; empty where there is none.
        ancestors: All groups, the family first.
        provenance: Where it is from.
    """

    language: str
    code: str
    family: str
    branch: str
    ancestors: tuple[str, ...]
    provenance: str

    @property
    def is_known(self) -> bool:
        """Whether anything is known of its ancestors."""
        return bool(self.ancestors)


def of(
    languages: Iterable[str], macrolanguages: Mapping[str, str], csv: Path | None = None
) -> dict[str, Genealogy]:
    """The genealogy of each language, in order.

    Args:
        languages: Codes as in the scores.
        macrolanguages: Code in the scores -> code whose vectors stand for it.
        csv: `target,family,branch`: replaces what is read; its ancestors are these two.

    Raises:
        InputError: The CSV is malformed, has an empty family, or names a language twice.
    """
    own = _read_csv(csv) if csv is not None else {}
    return {
        language: own.get(language) or _read(language, macrolanguages.get(language, language))
        for language in languages
    }


def _read(language: str, code: str) -> Genealogy:
    known = uriel.vectors()
    if code in STAND_IN and not _ancestors(code):
        code = STAND_IN[code]
    found = _ancestors(code)
    names = tuple(name for name, _ in found)
    largest = found[0][1] if found else 0
    branch = next((name for name, n in found[1:] if n <= BRANCH_SHARE * largest), "")
    family = names[0] if names else language
    return Genealogy(language, code, family, branch, names, f"lang2vec {known.version} fam")


@functools.cache
def _ancestors(code: str) -> tuple[tuple[str, int], ...]:
    """Groups of a language with their number of languages, largest first; empty for an unknown code."""
    known = uriel.vectors()
    if code not in known.codes:
        return ()
    sizes = known.family.sum(0)
    own = np.flatnonzero(known.family[known.codes[code]])
    order = sorted(own.tolist(), key=lambda i: (-int(sizes[i]), i))
    return tuple((known.family_names[i], int(sizes[i])) for i in order)


def _read_csv(path: Path) -> dict[str, Genealogy]:
    found: dict[str, Genealogy] = {}
    for where, row in own_csv.rows(path, OWN, "families"):
        language, family, branch = (row[name].strip() for name in OWN)
        if not language or not family:
            what = f"the family of {language} is empty" if language else "the target is empty"
            raise InputError(what, where, "Name it")
        if language in found:
            raise InputError(f"{language} stands there twice", where, "Keep one row")
        ancestors = (family, f"{family}/{branch}") if branch else (family,)
        found[language] = Genealogy(language, language, family, branch, ancestors, path.name)
    return found


def texts_of(targets: Iterable[str], macrolanguages: Mapping[str, str]) -> dict[str, list[str]]:
    """The targets by language, under the first of each: a second text of a language is no second language.

    Codes for local use, dialects and the like are one language where `macrolanguages` has one code for them.
    """
    found: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for target in targets:
        name = first.setdefault(macrolanguages.get(target, target), target)
        found.setdefault(name, []).append(target)
    return found


def rows(found: Mapping[str, Genealogy]) -> list[dict[str, Any]]:
    """Rows of `families`, one a language."""
    return [
        {
            "target": language,
            "family": own.family,
            "branch": own.branch,
            "n_ancestors": len(own.ancestors),
            "code_target": own.code,
            "provenance": own.provenance,
            "verdict": "ok" if own.is_known else f"ok; {NO_RELATIVES}",
        }
        for language, own in found.items()
    ]


def relatedness(found: Iterable[Genealogy]) -> np.ndarray:
    """Share of common ancestors of every two languages, [languages, languages].

    C_ij = |A_i and A_j| / sqrt((|A_i| + 1)(|A_j| + 1)) with A_i the ancestors of i, C_ii = 1: the path from the root
    that two languages share on a tree with branches of length one, as a correlation (Felsenstein 1985; Pagel 1999).
    Positive definite, since it is the correlation of the languages' ancestors and of a step of each one's own.
    """
    sets = [frozenset(own.ancestors) for own in found]
    n = len(sets)
    result = np.eye(n)
    for i in range(n):
        for j in range(i):
            depth = np.sqrt((len(sets[i]) + 1) * (len(sets[j]) + 1))
            result[i, j] = result[j, i] = len(sets[i] & sets[j]) / depth
    return result
