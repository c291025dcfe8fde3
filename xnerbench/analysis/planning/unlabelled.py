"""What to expect in a language without labels, from its teachers' confidence on raw text, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xnerbench.analysis.confidence.stored import Entry, Stored
from xnerbench.errors import InputError
from xnerbench.methods.roles import DIRECT, MIXTURE

WIDE = 30.0
"""An interval wider than so many points of F1 is said before the number."""
CLEAR = 2 / 3
"""Students are read off confidence where that errs by at most this share of what the others' mean errs by."""
FEW = 50
"""Entity words below which the signals themselves are uncertain."""
LABELS = ((50.0, 19.0, 16), (65.0, 10.4, 15), (100.0, 2.4, 12))
"""What 100 labelled sentences on top of the teacher (`few`) gave over direct transfer in the second reference study:
upper limit of direct transfer's F1, median gain in F1, languages (`results/reference/study-arms/scores.csv`)."""
TEXT_GAIN = 1.0
"""What 1,600 unlabelled sentences and 1,200 updates gave there (`results/reference/study`): F1, mean over languages."""
WARM_GAINS = {100: 1.2, 1600: 1.2}
"""Mean gain in F1 of students from their teacher's weights by sentences (`results/reference/study-arms`)."""
MIXING = "Without labels: mix the teachers of several source languages or seeds (`tag --with`)."
"""For whoever asked one teacher; with several, `plan` reads their mixture as well."""


@dataclass(frozen=True)
class Expected:
    """F1 of one outcome.

    Attributes:
        method, sources, budget, n: The outcome.
        f1, low, high: Expected F1 and its interval, 0..100.
        level: Of the interval.
        likely_low, likely_high: The 80 % interval.
        n_languages, n_families: What it rests on.
        error: Mean absolute error on left-out families.
        basis: What it was read off, `confidence` or `direct transfer carried forward`.
    """

    method: str
    sources: str
    budget: str
    n: int
    f1: float
    low: float
    high: float
    level: float
    likely_low: float
    likely_high: float
    n_languages: int
    n_families: int
    error: float
    basis: str


@dataclass(frozen=True)
class Answer:
    """What is expected of one language.

    Attributes:
        language: Its code.
        direct: Direct transfer of each source, the one to take first.
        students: Trained students from that source, by n.
        mixture: Of several sources, if calibrated.
        notes: What limits the answer, in sentences.
        next_step: What to do, one sentence.
        signals: Source -> its teacher's signals.
    """

    language: str
    direct: tuple[Expected, ...]
    students: tuple[Expected, ...] = ()
    mixture: Expected | None = None
    notes: tuple[str, ...] = ()
    next_step: str = ""
    signals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per outcome, for a table."""
        every = [*self.direct, *self.students, *([self.mixture] if self.mixture else [])]
        return [{"language": self.language, **vars(one)} for one in every]


def answer(
    calibration: Stored,
    language: str,
    signals: Mapping[str, Mapping[str, float]],
    measured: Mapping[int, float] | None = None,
    about: tuple[str, ...] = (),
) -> Answer:
    """What is expected.

    Args:
        calibration: From `stored.read`; that it is valid for the teachers is the caller's business.
        language: ISO 639-3.
        signals: Source (or sources joined by `+`, for their mean) -> signals of the text, as in `signals.csv`, and
            facts (`fertility`, `distance`) where known.
        measured: F1 measured on the language: size -> F1, 0 for direct transfer of the first source.
        about: Further sentences on what is known of the language.

    Raises:
        InputError: None of the sources is calibrated, or the calibration reads what is not known.
    """
    measured = dict(measured or {})
    notes = list(about)
    direct = []
    for sources, own in signals.items():
        entry = calibration.entry(DIRECT, sources)
        if "+" in sources or entry is None:
            continue
        if not own.get("entity_words"):
            notes.append(f"The teacher of {sources} finds no entity in the text.")
            continue
        if own["entity_words"] < FEW:
            words = f"{own['entity_words']:.0f} entity words"
            notes.append(f"The teacher of {sources} finds {words} only: give more text.")
        read = _read(entry, own)
        if side := entry.outside(own):
            notes.append(
                f"Its confidence ({sources}) is {side} that of all {entry.n_languages} languages of the calibration."
            )
        direct.append(read)
    if not direct and not any(own.get("entity_words") for own in signals.values()):
        return Answer(language, (), (), None, tuple(notes), _next(None, measured), signals)
    if not direct:
        known = ", ".join(e.sources for e in calibration.entries if e.method == DIRECT)
        raise InputError(
            f"{', '.join(signals)} is not calibrated", "sources", f"The calibration has {known}"
        )
    first = direct[0].sources
    direct.sort(key=lambda one: -one.f1)
    best = direct[0]
    source = first if 0 in measured else best.sources
    students = tuple(
        _student(entry, signals[source], measured)
        for entry in calibration.entries
        if entry.sources == source and entry.n > 0 and _told(entry, measured)
    )
    mixed = [s for s in signals if "+" in s]
    entry = calibration.entry(MIXTURE, mixed[0]) if mixed else None
    mixture = _read(entry, signals[mixed[0]]) if entry is not None else None
    if 0 in measured:
        notes.append(
            "Students are expected where the measured direct transfer is, plus what students gained elsewhere."
        )
    step = _next(best, measured)
    if len(signals) == 1:
        step = f"{step} {MIXING}"
    return Answer(language, tuple(direct), students, mixture, tuple(notes), step, signals)


def _told(entry: Entry, measured: Mapping[int, float]) -> bool:
    """Whether an outcome can be told: by a measured point, or where confidence errs clearly less than the mean."""
    if 0 in measured and entry.carried is not None:
        return True
    return entry.error <= CLEAR * entry.error_mean


def _read(entry: Entry, signals: Mapping[str, float]) -> Expected:
    f1, low, high = entry.predict(signals)
    likely = entry.predict(signals, likely=True)[1:]
    return _expected(entry, f1, low, high, entry.level, likely, entry.error, "confidence")


def _student(entry: Entry, signals: Mapping[str, float], measured: Mapping[int, float]) -> Expected:
    if 0 not in measured or entry.carried is None:
        return _read(entry, signals)
    carried = entry.carried
    f1 = entry.carry(measured[0], signals)
    half = carried["half"] if carried["half"] is not None else 100.0
    low, high = max(0.0, f1 - half), min(100.0, f1 + half)
    basis = "direct transfer carried forward"
    return _expected(entry, f1, low, high, carried["level"], (low, high), carried["error"], basis)


def _expected(
    entry: Entry,
    f1: float,
    low: float,
    high: float,
    level: float,
    likely: tuple[float, float],
    error: float,
    basis: str,
) -> Expected:
    return Expected(
        entry.method, entry.sources, entry.budget, entry.n, f1, low, high, level,
        *likely, entry.n_languages, entry.n_families, error, basis,
    )  # fmt: skip


def paragraphs(answer: Answer, study: str) -> Iterator[str]:
    """The answer in paragraphs, what makes it doubtful first; `study` is the one that the calibration was made on."""
    if answer.notes:
        yield " ".join(answer.notes)
    if answer.direct:
        best = answer.direct[0]
        lines = [sentence(best, f"{answer.language}, direct transfer from {best.sources}")]
        lines += [sentence(one, f"from {one.sources}") for one in answer.direct[1:]]
        if answer.mixture is not None:
            lines.append(sentence(answer.mixture, "the mean of all sources' teachers"))
        lines.append(
            f"Read off the teacher's confidence, calibrated on {best.n_languages} languages of {best.n_families} "
            f"families ({study}); languages whose family was left out were missed by {best.error:.1f} F1 on average."
        )
        yield " ".join(lines)
    if answer.students:
        yield "Trained students: " + " ".join(
            sentence(one, f"{one.method} on {one.n:,} sentences") for one in answer.students
        )
    yield answer.next_step


def sentence(one: Expected, subject: str) -> str:
    """One outcome in words; a wide interval comes before the number."""
    span = f"{one.low:.0f} to {one.high:.0f} in {100 * one.level:.0f} %"
    if one.likely_high - one.likely_low < one.high - one.low - 1:
        span = f"{one.likely_low:.0f} to {one.likely_high:.0f} in 80 % of languages, {span}"
    if one.high - one.low > WIDE:
        return f"{subject}: {span}; {one.f1:.0f} F1 expected."
    return f"{subject}: {one.f1:.0f} F1 expected ({span})."


def labels_gave(f1: float) -> str:
    """What 100 labelled sentences gave where direct transfer was as good, in words."""
    (poor, *_), (good, *_), _ = LABELS
    if f1 < poor:
        where, (_, gain, languages) = f"below {poor:.0f} F1", LABELS[0]
    elif f1 < good:
        where, (_, gain, languages) = f"between {poor:.0f} and {good:.0f} F1", LABELS[1]
    else:
        where, (_, gain, languages) = f"{good:.0f} F1 or more", LABELS[2]
    return (
        f"where direct transfer was {where}, 100 labelled sentences on top of the teacher gave {gain:.0f} F1 in the "
        f"median of {languages} languages"
    )


def _next(best: Expected | None, measured: Mapping[int, float]) -> str:
    """What to do next: a rule from what is expected, and how surely."""
    if best is None:
        return "Next: annotate 100 sentences and train on them; transfer finds nothing here."
    f1 = measured.get(0, best.f1)
    poor = LABELS[0][0]
    if f1 >= poor > best.likely_low and 0 not in measured:
        return (
            "Next: annotate 200 sentences, one half to measure on (`--point 0:F1`), the other to train the teacher on "
            "with (`few`); the interval is too wide to tell what labels will give."
        )
    return (
        f"Next: annotate 100 sentences and train the teacher on with them (`few`): {labels_gave(f1)}, and 1,600 "
        f"unlabelled ones about {TEXT_GAIN:.0f} on average."
    )
