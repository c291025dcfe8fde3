"""The section `analysis` of a configuration, which is also the settings of an analysis of somebody else's scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xnerbench.study.reading.keys import PATH, PATH_HINT, SEED, key


@dataclass(frozen=True)
class AnalysisConfig:
    """Settings of the analysis; a primary method or budget of None is settled by what was run.

    The defaults are those of an analysis of somebody else's scores, too.
    """

    primary_method: str | None = key(
        None,
        "Method whose curves the pre-registered regression uses. `null` is `ts`, or the first of `methods` that trains "
        "on the pool.",
    )
    primary_budget: str | None = key(
        None,
        "Its budget, `u300` for 300 updates. `null` is the first of `budgets`, or the largest of `updates`.",
    )
    exchange: tuple[str, ...] = key(
        (),
        "Methods whose gain over `primary_method` is told in sentences of it: the arms that augment the text.",
    )
    primary_distance: str = key(
        "syntactic",
        "Primary linguistic distance: `syntactic`, `phonological`, `inventory`, `featural`, `geographic`, `genetic`, "
        "or a kind in the table of `distances`.",
    )
    distance_variant: Literal["knn", "union"] = key(
        "knn",
        "`knn`: URIEL vectors with missing values filled in. `union`: union of its sources, missing as 0.",
    )
    distances: str | None = key(
        None,
        "CSV of your own distances (`source,target,kind,distance`), which replace or extend URIEL's.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    covariates: str | None = key(
        None,
        "CSV of what else you know of the targets (`target,name,value`): each name is regressed on as a covariate, "
        "beside the suite's own.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    families: str | None = key(
        None,
        "CSV of your own genealogy (`target,family,branch`), which replaces what URIEL says of a language; intervals "
        "over languages allow for families.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    macrolanguages: dict[str, str] = key(
        {"ara": "arb", "zho": "cmn", "swa": "swh"},
        "Which individual language stands for a macrolanguage when distances are looked up. Your entries are added to "
        "the default ones; an entry to itself (`lav: lav`) takes the macrolanguage's own row.",
        of="macrolanguage",
    )
    bootstrap: int = key(
        2000, "Bootstrap draws behind every interval.", minimum=100, maximum=1_000_000
    )
    confidence: float = key(0.95, "Level of the intervals.", above=0.5, below=1)
    extrapolate: float = key(
        10.0, "Predict at so many times the largest size.", minimum=1, maximum=1000
    )
    batch_size: int | None = key(
        None,
        "Sentences an update, by which the analysis counts passes over the text. `null` is that of `student`, or 16 "
        "without a configuration.",
        minimum=1,
    )
    seed: int = key(0, "Seed of the analysis' own draws.", minimum=0, maximum=SEED)
