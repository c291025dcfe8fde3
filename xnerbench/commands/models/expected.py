"""What F1 to expect of a tagger that nobody can score: read off its teachers' confidence on the target's raw text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xnerbench.errors import InputError

if TYPE_CHECKING:
    from xnerbench.analysis.confidence.stored import Stored
    from xnerbench.analysis.planning.unlabelled import Answer
    from xnerbench.commands.results.plan_text import Said
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell


def sentences(study: Config, cell: Cell) -> Iterator[str]:
    """The expected F1 in words, or why there is none.

    Args:
        study: Of the tagger, with its pool and its teachers in the working folder.
        cell: The tagger's.
    """
    from xnerbench.analysis.confidence import stored
    from xnerbench.commands.results.plan_text import CALIBRATION, answer_of

    if not CALIBRATION.is_file():
        yield "What F1 to expect is not known: the reference study is not beside the package."
        return
    calibration = stored.read(CALIBRATION)
    yield "Without a test set its F1 is not known."
    try:
        answer = answer_of(calibration, cell.target, _said(study, cell, calibration), {})
    except InputError as error:
        yield f"It cannot be read off its teachers' confidence: {error.what}."
        yield _valid_for(calibration)
        yield _seen(calibration)
        return
    yield from _paragraphs(answer, calibration, cell)


def _said(study: Config, cell: Cell, calibration: Stored) -> Said:
    """What the teachers say of the pool; a given teacher answers for itself."""
    from xnerbench.commands.results.plan_text import of_folders, of_study, some
    from xnerbench.storage.artifacts import read_parquet
    from xnerbench.study.layout import Layout

    words = some(read_parquet(Layout(study).pool(cell.target))[0]["words"].to_pylist())
    if study.given_teacher is not None:
        return of_folders([study.path(study.given_teacher)], cell.target, words, calibration)
    return of_study(study, cell.target, words, calibration)


def _paragraphs(answer: Answer, calibration: Stored, cell: Cell) -> Iterator[str]:
    """What is said of direct transfer, and how students of such a size compared with it."""
    from xnerbench.analysis.planning import unlabelled

    labelled, warm = cell.info.reads_gold, cell.info.init == "teacher"
    if labelled or warm:  # the calibration's students begin afresh
        answer = dataclasses.replace(answer, students=())
    *told, _ = unlabelled.paragraphs(answer, calibration.study)  # the next step has been made
    yield from told
    if labelled:
        if answer.direct:
            gave = unlabelled.labels_gave(answer.direct[0].f1)
            yield f"This tagger is that teacher, trained on with {cell.n:,} labelled sentences: {gave}."
        return
    if warm:
        gains = " and ".join(f"{g:.1f} of {n:,}" for n, g in unlabelled.WARM_GAINS.items())
        yield (
            "This tagger is a student that began at its teacher's weights. There, such students were above direct "
            f"transfer by {gains} sentences (F1, means over languages)."
        )
        return
    students = [
        entry
        for entry in calibration.entries
        if entry.n and entry.carried is not None and entry.sources == answer.direct[0].sources
    ] if answer.direct else []  # fmt: skip
    if not students:
        return
    near = min(students, key=lambda entry: abs(entry.n / cell.n - 1))
    if near.carried is None or near.n in {student.n for student in answer.students}:
        return
    gain = near.carried["mean"]
    yield (
        f"This tagger is a student of {cell.n:,} sentences. There, students of {near.n:,} were {abs(gain):.0f} F1 "
        f"{'above' if gain > 0 else 'below'} direct transfer on average, but that differed by language and by how "
        "long they were trained; one that agrees with its teacher as above is about as good as it."
    )


def _valid_for(calibration: Stored) -> str:
    labels = " ".join(calibration.made_with["labels"])
    sources = ", ".join(sorted(calibration.teachers))
    return (
        f"That calibration holds for the embedded encoder, its teachers' recipe, the source {sources} and the types "
        f"{labels} in this order (`--labels {labels}`)."
    )


def _seen(calibration: Stored) -> str:
    """How much F1 differed between languages, which is all that can be said then."""
    f1 = [float(point["observed"]) for point in calibration.entries[0].points]
    return (
        f"In that study direct transfer reached {min(f1):.0f} to {max(f1):.0f} F1 in {len(f1)} languages, "
        f"{sum(f1) / len(f1):.0f} on average."
    )
