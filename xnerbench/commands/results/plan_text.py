"""`xnerbench plan --text`: F1 to expect in languages without labels, from teachers' confidence on their raw text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from xnerbench.analysis.confidence.stored import Stored
    from xnerbench.analysis.planning.unlabelled import Answer
    from xnerbench.study.config import Config

CALIBRATION = Path(__file__).parents[3] / "results/reference/study-signals/calibration.json"
"""What is used unless another is named: English as source, embedded encoder, default recipe, 43 languages."""
OPTIONS = ("text", "language", "words", "teacher", "calibration", "csv")
"""Options that are read without `--scores` only."""
SENTENCES = 600
"""Sentences of a text that are looked at, evenly spread: more move the share of confident words by under a point."""


@dataclass(frozen=True)
class Said:
    """What teachers say of one text.

    Attributes:
        probabilities: Source -> one array (W, labels) a seed.
        fertility: Subwords per word; `None` where not counted.
        split: Share of split words; likewise.
        types: Entity types.
        about: What is to be said of the teachers, in sentences.
    """

    probabilities: Mapping[str, list[np.ndarray]]
    fertility: float | None
    split: float | None
    types: tuple[str, ...]
    about: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `plan` takes beside its other arguments."""
    parser.add_argument(
        "--text", type=Path, nargs="+", metavar="FILE", help="raw text, one sentence a line, a file a language"
    )  # fmt: skip
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="the languages of --text (ISO 639-3), in order"
    )  # fmt: skip
    parser.add_argument(
        "--words", action="store_true", help="the lines are words already, with spaces between"
    )
    parser.add_argument(
        "--teacher",
        type=Path,
        nargs="+",
        metavar="FOLDER",
        help="teachers that `xnerbench export` wrote (--cell direct/...); by default those of the study of --config, "
        "from its working folder",
    )
    parser.add_argument("--calibration", type=Path, help="by default the reference study's")
    parser.add_argument("--csv", type=Path, help="write all numbers here as well")


def run(args: argparse.Namespace, measured: dict[int, float]) -> int:
    """Prints what is expected of each language, and writes a table and a figure where asked to."""
    import textwrap

    import pandas as pd

    from xnerbench.analysis.confidence import stored
    from xnerbench.analysis.planning import unlabelled
    from xnerbench.commands.results import plan_figure
    from xnerbench.errors import InputError
    from xnerbench.storage import artifacts

    _check(args, measured)
    calibration = stored.read(args.calibration or CALIBRATION)
    answers = [
        answer_of(calibration, language, said, measured) for language, said in _said(args, calibration)
    ]  # fmt: skip
    for answer in answers:
        for paragraph in unlabelled.paragraphs(answer, calibration.study):
            print(textwrap.fill(paragraph, 100))
        print()
    frame = pd.DataFrame([row for answer in answers for row in answer.rows])
    if len(answers) > 1 and len(frame):
        shown = frame[["language", "method", "sources", "n", "f1", "low", "high"]]
        print(shown.to_string(index=False, float_format=lambda value: f"{value:.0f}"))
    if args.csv is not None:
        artifacts.write_text(args.csv, frame.to_csv(index=False))
    if args.figure is not None:
        if len(answers) > 1 or not answers[0].direct:
            raise InputError("it shows one language that has an answer", "--figure", "Ask for one")
        plan_figure.draw(answers[0], calibration, args.figure)
        print(args.figure)
    return 0


def _check(args: argparse.Namespace, measured: Mapping[int, float]) -> None:
    from xnerbench.data import languages
    from xnerbench.errors import InputError

    if args.text is None and args.config is None:
        raise InputError(
            "there is nothing to go by",
            "xnerbench plan",
            "Give raw text (--text FILE --language CODE), or scores (--scores FILE --target CODE --goal-f1 F1)",
        )
    if args.text is not None and len(args.text) != len(args.language or ()):
        raise InputError(
            f"{len(args.text)} texts and {len(args.language or ())} languages",
            "--language",
            "Give the code of each text, in order",
        )
    if args.text is not None and args.teacher is None and args.config is None:
        raise InputError(
            "there is no teacher to ask",
            "--teacher",
            "Name folders that `xnerbench export` wrote, or with --config the study whose teachers are asked (it says "
            "how to train them where there are none)",
        )
    if measured and len(args.text or ()) != 1:
        raise InputError("points are of one language", "--point", "Ask for one language")
    for code in args.language or ():
        if not languages.is_code(code):
            raise InputError(f"{code!r} is no ISO 639-3 code", "--language", "Give one such as lug")


def _said(args: argparse.Namespace, calibration: Stored) -> Iterator[tuple[str, Said]]:
    """Each language with what the teachers say of its text."""
    from xnerbench.data.readers import plain
    from xnerbench.data.survey import recognised
    from xnerbench.study import config

    study = config.load(args.config) if args.config is not None else None
    if args.text is None:
        assert study is not None
        from xnerbench.data.readers.opening import open_split

        for target in study.targets:
            words = open_split(study, target, "pool", with_tags=False).words
            yield target, of_study(study, target, some(words), calibration, args.config)
        return
    segmentation = "spaces" if args.words else "words"
    for path, language in zip(args.text, args.language, strict=True):
        if doubt := recognised.of_raw(path):
            print(f"warning: {doubt}", file=sys.stderr)
        words = some(plain.read(path, segmentation, "utf-8", "--text").words)
        if args.teacher is not None:
            yield language, of_folders(args.teacher, language, words, calibration)
        else:
            assert study is not None
            yield language, of_study(study, language, words, calibration, args.config)


def some(sentences: list[list[str]]) -> list[list[str]]:
    """At most `SENTENCES` of a text, evenly spread."""
    if len(sentences) <= SENTENCES:
        return sentences
    return [sentences[i * len(sentences) // SENTENCES] for i in range(SENTENCES)]


def of_study(
    study: Config,
    language: str,
    words: list[list[str]],
    calibration: Stored,
    files: Path | str | Sequence[Path] = "FILE",
) -> Said:
    """What a study's trained teachers say of a text; `files` are its configuration, for the message.

    Raises:
        InputError: It has none, or the calibration is not valid for them.
    """
    from xnerbench.data import languages
    from xnerbench.errors import InputError
    from xnerbench.jobs.parts import unlabelled
    from xnerbench.study import validity
    from xnerbench.study.layout import Layout

    calibration.check(validity.made_with(study), f"the study {study.study}")
    layout = Layout(study)
    trained = unlabelled.trained(study, layout, files)
    teachers = [(s, seed) for s, seeds in trained.items() if s != language for seed in seeds]
    if not teachers:
        what = f"the study has no trained teacher of another language than {language}"
        raise InputError(what, "sources", "Train one of another source, or name it with --teacher")
    corpus = study.corpora.languages.get(language)
    spaced = corpus.spaced if corpus is not None else languages.is_spaced(language)
    said, counts = unlabelled.probabilities(study, layout, teachers, spaced, words)
    by_source: dict[str, list[np.ndarray]] = {}
    for (source, _), array in zip(teachers, said, strict=True):
        by_source.setdefault(source, []).append(array)
    n = max(1, counts["words"])
    # The source of a given teacher has no corpus, and nothing is said of it.
    known = study.corpora.languages
    families = {source: known[source].family for source in by_source if source in known}
    about = tuple(calibration.of_other_corpora(families))
    return Said(by_source, counts["subwords"] / n, counts["split_words"] / n, study.labels, about)


def of_folders(
    folders: list[Path], language: str, words: list[list[str]], calibration: Stored
) -> Said:
    """What exported teachers say of a text.

    Raises:
        InputError: One is no teacher, is of a language written otherwise, or the calibration is not valid for it.
    """
    from xnerbench.data import languages
    from xnerbench.errors import InputError
    from xnerbench.learning.taggers import tagging
    from xnerbench.learning.taggers.export import NOTE
    from xnerbench.storage.artifacts import read_json

    by_source: dict[str, list[np.ndarray]] = {}
    for folder in folders:
        model = tagging.Model(folder)
        note = read_json(folder / NOTE)
        if not str(note.get("cell", "")).startswith("direct/") or "made_with" not in note:
            raise InputError(
                "it is no exported teacher of this version",
                str(folder),
                "Export one: `xnerbench export --config FILE --cell direct/eng/<target>/none/n0/s0 FOLDER`",
            )
        calibration.check(note["made_with"], str(folder))
        if model.spaced != languages.is_spaced(language):
            raise InputError(
                f"it was exported for a language {'with' if model.spaced else 'without'} spaces between words, and "
                f"{language} is written otherwise",
                str(folder),
                "Export the teacher from a cell of a language that is written alike",
            )
        by_source.setdefault("+".join(note["sources"]), []).append(model.probabilities(words))
    return Said(by_source, None, None, tuple(calibration.made_with["labels"]))


def answer_of(
    calibration: Stored, language: str, said: Said, measured: Mapping[int, float]
) -> Answer:
    """What is expected of a language, from what the teachers say of its text."""
    from xnerbench.analysis.planning import unlabelled
    from xnerbench.jobs.parts import unlabelled as jobs

    signals = jobs.signals_of(said.probabilities, said.types)
    about = list(said.about)
    for source in (name for name in signals if "+" not in name):
        distance, note = _distance(source, language)
        if said.fertility is not None:
            signals[source]["fertility"] = said.fertility
        if distance is not None:
            signals[source]["distance"] = distance
        if note:
            about.append(note)
    if said.fertility is not None and said.split is not None:
        about.append(
            f"Its words have {said.fertility:.2f} subwords on average, and {100 * said.split:.0f} % of them are split."
        )
    return unlabelled.answer(calibration, language, signals, measured, tuple(about))


def _distance(source: str, language: str) -> tuple[float | None, str]:
    """Syntactic distance, and what has to be said of it."""
    from xnerbench.analysis.distances import between
    from xnerbench.analysis.settings import Settings
    from xnerbench.errors import InputError

    settings = Settings()
    try:
        rows = between.rows(
            [source], [language], settings.macrolanguages, None, settings.distance_variant
        )
    except InputError:
        return None, f"No distance of {language} is known."
    for row in rows:
        if (row["kind"], row["variant"]) == (settings.primary_distance, settings.distance_variant):
            if not row.get("shared_features"):
                return row["distance"], (
                    f"Its syntactic distance from {source} is imputed as a whole: no feature is known of both "
                    "languages."
                )
            return row["distance"], ""
    return None, ""
