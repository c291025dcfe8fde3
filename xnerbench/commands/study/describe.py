"""`xnerbench describe`: what regressions and planning need to know of the languages, before anything runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.commands import configuration

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    configuration.add_argument(parser, "the study's configuration")
    parser.add_argument(
        "--csv", type=Path, help="write the table here as well, all columns in full"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints one row per target, and writes it."""
    import pandas as pd

    from xnerbench.storage import artifacts
    from xnerbench.study import config

    frame = pd.DataFrame(rows(config.load(arguments.config)))
    with pd.option_context("display.max_columns", None, "display.width", None):
        print(frame.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.3f}"))
    if arguments.csv is not None:
        artifacts.write_text(arguments.csv, frame.to_csv(index=False))
    return 0


def rows(study: Config) -> list[dict[str, Any]]:
    """One row per target: sizes, overlap, tokenisation, and its distance from the first source.

    `family` and `branch` are the language's (URIEL, or `analysis.families`), `corpus` is the family of its corpus;
    `overlap` is the number of pool sentences that were removed because the test set has them;
    `shared` the number of features known of both languages, without imputation.

    Raises:
        InputError: A corpus cannot be read, or a language has no distances.
    """
    from xnerbench.analysis.distances import between, genealogy
    from xnerbench.data import corpus, doubts
    from xnerbench.learning.encoders import subwords

    analysis = study.analysis
    own = study.path(analysis.distances) if analysis.distances else None
    apart = between.rows(
        study.sources, study.targets, analysis.macrolanguages, own, analysis.distance_variant
    )
    tree = study.path(analysis.families) if analysis.families else None
    kin = genealogy.of(study.targets, analysis.macrolanguages, tree)
    found = []
    for language in study.targets:
        target = corpus.target(study, language)
        text = target.test if target.test.words else target.pool  # an untested one has only a pool
        row: dict[str, Any] = {
            "target": language,
            "family": kin[language].family,
            "branch": kin[language].branch,
            "corpus": study.corpora.languages[language].family,
            "script": doubts.script(text),
            "pool": len(target.pool.words),
            "test": len(target.test.words),
            "entities": target.test.entities().total(),
            "overlap": target.removed["test"],
            "repeats": target.removed["duplicates"],
        }
        if subwords.at_hand(study):
            counts = subwords.statistics(study, language, text.words)
            row["fertility"] = counts["subwords"] / counts["words"]
            row["split"] = counts["split_words"] / counts["words"]
            row["unknown"] = counts["unknown_words"] / counts["words"]
            row["cut"] = counts["words_cut"]
        for distance in apart:
            if (distance["source"], distance["target"]) != (study.sources[0], language):
                continue
            if distance["variant"] in (analysis.distance_variant, "uriel", "csv"):
                row[distance["kind"]] = distance["distance"]
                if distance["kind"] == analysis.primary_distance:
                    row["shared"] = distance["shared_features"]
        found.append(row)
    return found
