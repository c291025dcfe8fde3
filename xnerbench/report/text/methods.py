"""The methods paragraph of the report, from the configuration and the scores."""

from __future__ import annotations

from typing import Any

from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results

BORROWED = (
    "Languages with one seed borrow what seeds do from those with several, and what a seed does to all languages is "
    "known from these."
)


def paragraphs(study: Results) -> list[str]:
    """How the numbers were made, as two paragraphs; only what the configuration states."""
    made = [" ".join([*_setting(study), *_training(study.config)]), " ".join(_measures(study))]
    return [text for text in made if text]


def _setting(study: Results) -> list[str]:
    config = study.config
    result = []
    labels = config.get("labels")
    sources = [study.language(code) for code in config.get("sources") or []]
    encoder = config.get("encoder") or {}
    if sources and labels:
        result.append(
            f"A teacher, a token classifier for {numbers.listed([str(x) for x in labels])}, is trained "
            f"on labelled text of each source ({numbers.listed(sources)}); a student is trained on "
            "unlabelled text of a target to reproduce the teacher's label probabilities at the first "
            "subword of each word."
        )
    methods = [f"{names.method(m)} (`{m}`)" for m in study.methods]
    if methods:
        result.append(f"Methods: {numbers.listed(methods)}.")
    if encoder.get("name"):
        kept = f", its first {encoder['layers']} layers" if encoder.get("layers") else ""
        frozen = f", the lowest {encoder['freeze']} frozen" if encoder.get("freeze") else ""
        result.append(f"Encoder: {encoder['name']}{kept}{frozen}.")
    if study.sizes:
        result.append(
            "For each target and seed the unlabelled subsets are prefixes of one permutation, so a "
            f"larger subset holds the smaller ones; sizes: {numbers.listed([numbers.count(n) for n in study.sizes])} "
            "sentences. Test sentences and repeats are removed from the unlabelled text."
        )
    return result


def _training(config: dict[str, Any]) -> list[str]:
    student = config.get("student") or {}
    budgets = config.get("budgets") or []
    parts = []
    if "epochs" in budgets and student.get("epochs"):
        parts.append(f"`epochs` trains for {student['epochs']} epochs whatever the size")
    if "steps" in budgets and student.get("min_steps"):
        parts.append(f"`steps` trains for at least {student['min_steps']} updates")
    return [f"Training budget: {numbers.listed(parts)}."] if parts else []


def _measures(study: Results) -> list[str]:
    analysis = study.config.get("analysis") or {}
    draws = analysis.get("bootstrap")
    result = [
        "F1 is entity-level, micro-averaged and strict (IOB2), in 0 to 100; words beyond the maximum "
        "length count as not found.",
        f"Intervals are {queries.confidence(study)} percentile intervals"
        + (f" of {numbers.count(draws)} bootstrap draws" if draws else "")
        + " over seeds and test sentences, paired between methods."
        + (" " + BORROWED if study.config.get("all_seeds_in") else ""),
        "Curves are chosen among five forms by AICc, and checked by predicting the largest size "
        "without it; parameters that the data do not determine are reported as not identifiable.",
        f"The primary distance, chosen beforehand, is {names.distance(study.primary_distance)}; "
        "all other distances are secondary and corrected for their number (Holm). For distances, n "
        "is the number of languages. Means and slopes over six or more languages allow for relatives: languages of one "
        "family share their weight in means (with errors robust by family), and lines have an effect of each family; "
        "what independent languages would give stands beside them in the tables.",
    ]
    return result
