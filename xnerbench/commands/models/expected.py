"""What a committed study of many languages lets one expect of a tagger that nobody can score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.errors import InputError

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell

REFERENCE = Path(__file__).parents[3] / "results/reference/wide"
"""The study that is asked: English as source, the embedded encoder, forty languages."""
LOOKED_AT = 1000
"""Sentences of the pool that the fertility is counted on."""


def sentence(study: Config, cell: Cell) -> str:
    """The expected F1 in words, or why there is none.

    Args:
        study: Of the tagger.
        cell: The tagger's.
    """
    if not (REFERENCE / "scores.csv").is_file():
        return "What F1 to expect is not known: the reference study is not beside the package."
    try:
        n, f1, low, high = _answer(study, cell)
    except InputError as error:
        return f"What F1 to expect is not known: {error}"
    text = (
        f"Without a test set its F1 is not known. Students of the reference study (other languages, English as "
        f"source, PER, LOC and ORG in news and encyclopaedias) let one expect {f1:.0f} F1 at {n:,.0f} sentences, "
        f"and anything from {low:.0f} to {high:.0f} is possible"
    )
    if study.encoder.name != "embedded" or cell.sources != ("eng",):
        return f"{text}; this tagger has another encoder or other sources, so take it as a rough guide."
    return f"{text}."


def _answer(study: Config, cell: Cell) -> tuple[float, float, float, float]:
    """Size, expected F1 and the ends of the prediction interval: everything that is asked of planning."""
    import numpy as np
    import pandas as pd

    from xnerbench.analysis import fit, scores
    from xnerbench.analysis.planning import plan
    from xnerbench.study import config

    reference = config.load(REFERENCE / "config.yaml", base=REFERENCE.parents[3])
    settings = reference.analysis
    found = fit.primary_only(scores.read(REFERENCE / "scores.csv"), settings)
    corpora = pd.read_csv(REFERENCE / "corpora.csv", keep_default_na=False, na_values=[""])
    whole = fit.study_of(found, REFERENCE / "counts", corpora, settings)
    answer = plan.plan(whole, cell.target, 50.0, None, _fertility(study, cell))
    if not len(answer.sizes):
        raise InputError(answer.verdict)
    n = float(np.clip(cell.n, answer.sizes[0], answer.sizes[-1]))
    at = [
        float(np.interp(np.log(n), np.log(answer.sizes), y))
        for y in (answer.f1, answer.lower, answer.upper)
    ]
    return n, at[0], max(0.0, at[1]), min(100.0, at[2])


def _fertility(study: Config, cell: Cell) -> float | None:
    """Subwords per word of the pool, where they are those of the reference's tokenizer."""
    if study.encoder.name != "embedded":
        return None
    from xnerbench.learning.encoders import subwords
    from xnerbench.storage.artifacts import read_parquet
    from xnerbench.study.layout import Layout

    words = read_parquet(Layout(study).pool(cell.target))[0]["words"].slice(0, LOOKED_AT)
    counts = subwords.statistics(study, cell.target, words.to_pylist())
    return counts["subwords"] / counts["words"] if counts["words"] else None
