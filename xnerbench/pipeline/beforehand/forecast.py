"""What a study costs before it runs: cells, core-hours and disk, from rates measured once.

The rates are in `rates.yaml`. Real times differ with sentence length and machine; the forecast is
there to tell an afternoon from a month.
"""

from __future__ import annotations

import functools
import itertools
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from xnerbench.study import grid
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell
    from xnerbench.study.sections import Recipe


@functools.cache
def rates() -> dict[str, Any]:
    """The measured rates of `rates.yaml`."""
    return yaml.safe_load(Path(__file__).with_name("rates.yaml").read_text(encoding="utf-8"))


def sentence_passes(recipe: Recipe, n: int, budget: str) -> int:
    """Sentences that go forward and backward in one training, repeats counted.

    Args:
        recipe: The teacher's or student's part of the configuration.
        n: Sentences of the text.
        budget: `steps` applies the floor `min_steps`; `epochs` does not.
    """
    return recipe.updates(n, budget) * recipe.batch_size


def cell_seconds(cell: Cell, config: Config) -> float:
    """Seconds of one core for one cell, all in."""
    if grid.twin(config, cell) is not None:
        return rates()["job_seconds"]
    passes = 0
    if cell.updates:  # its share of a training that serves the others, too
        shared = {u: u - before for before, u in itertools.pairwise((0, *config.updates))}
        passes = shared.get(cell.updates, cell.updates) * config.student.batch_size
    elif cell.info.trains_student:
        passes = sentence_passes(config.student, cell.n, cell.budget)
    return _passing(config, round(passes * cell.info.cost), _sentences(config, cell.target, "test"))


def teacher_seconds(sources: tuple[str, ...], config: Config) -> float:
    """Seconds of one core for one teacher."""
    n = sum(_sentences(config, source, "train") for source in sources)
    return _passing(config, sentence_passes(config.teacher, n, "steps"), 0)


def summary(config: Config, cells: tuple[Cell, ...] | None = None) -> str:
    """The forecast in words, a few lines: cells by method, core-hours, disk and whether it suffices.

    Args:
        config: The study.
        cells: Its cells, if they are at hand.
    """
    cells = grid.cells(config) if cells is None else cells
    layout = Layout(config)
    todo = [cell for cell in cells if not layout.cell(cell).exists()]
    whole = _Stages.of(cells)
    by_method = Counter(cell.method for cell in cells)
    methods = ", ".join(f"{name} {count}" for name, count in by_method.items())
    hours = _duration(_seconds(config, whole) / 3600)
    lines = [
        f"Study {config.study}: {len(cells):,} cells ({methods})",
        f"  {len(config.targets)} targets, {len(whole.teachers)} teachers,"
        f" {len(whole.labels)} sets of soft labels, {len(whole.texts)} texts",
        f"  forecast: {hours} of one core, {_size(_bytes(config, whole))} on disk",
    ]
    if len(todo) < len(cells):
        rest = _seconds(config, _Stages.of(tuple(todo))) / 3600
        hours = _duration(rest) if todo else "nothing"
        lines.append(f"  {len(cells) - len(todo):,} cells are there; at most {hours} for the rest")
    needed, free = _bytes(config, _Stages.of(tuple(todo))), shutil.disk_usage(".").free
    if todo and needed > free:
        lines.append(f"  WARNING: {_size(needed)} are needed and only {_size(free)} are free here")
    return "\n".join(lines)


@dataclass(frozen=True)
class _Stages:
    """What some cells need: the cells, and each thing that they share once."""

    cells: tuple[Cell, ...]
    teachers: set[Any]
    labels: set[Any]
    texts: set[Any]

    @classmethod
    def of(cls, cells: tuple[Cell, ...]) -> _Stages:
        needs = [needs_of(cell) for cell in cells]
        labels = {item for need in needs for item in need.softlabels}
        labels |= {  # every teacher labels the target's texts, for its signals
            (cell.target, *teacher)
            for cell, need in zip(cells, needs, strict=True)
            for teacher in need.teachers
        }
        teachers = {item for need in needs for item in need.teachers}
        teachers |= {(sources, seed) for _, sources, seed in labels}
        taught = {source for sources, _ in teachers for source in sources}
        taught |= {source for need in needs for _, names, *_ in need.weights for source in names}
        texts = {item for need in needs for item in need.activations}
        texts |= {(target, "pool") for target, _, _ in labels}
        return cls(cells, teachers, labels, texts | {(source, "train") for source in taught})


def _seconds(config: Config, stages: _Stages) -> float:
    rate, common = _rate(config), rates()
    frozen = max(1, config.encoder.freeze)
    cells = sum(cell_seconds(cell, config) + common["score_seconds"] for cell in stages.cells)
    taught = () if config.given_teacher else stages.teachers
    teachers = sum(teacher_seconds(sources, config) for sources, _ in taught)
    texts = sum(_sentences(config, *text) for text in stages.texts) * frozen / rate["trunk"]
    labels = sum(
        _passing(config, 0, _sentences(config, target, "pool")) for target, _, _ in stages.labels
    )
    return cells + teachers + texts + labels + len(stages.texts) * common["job_seconds"]


def _bytes(config: Config, stages: _Stages) -> float:
    rate, common = _rate(config), rates()
    words = common["words"]
    subwords = words * common["subwords"] + 2
    vector = 4 * (2 * len(config.labels) + 1)
    encoded = sum(_sentences(config, *text) for text in stages.texts)
    labelled = sum(_sentences(config, target, "pool") for target, _, _ in stages.labels)
    predicted = sum(_sentences(config, cell.target, "test") for cell in stages.cells)
    return (
        rate["encoder_mb"] * 1e6
        + encoded * subwords * rate["width"] * 2
        + len(stages.teachers) * _trained(config) * rate["layer_mb"] * 1e6
        + labelled * words * vector
        + predicted * words * common["cell_bytes_per_word"]
    )


def _passing(config: Config, trained: int, applied: int) -> float:
    """Seconds of a job that trains on and applies the trainable layers to so many sentences."""
    rate = _rate(config)
    work = trained / rate["train"] + applied / rate["apply"]
    return _trained(config) * work + rates()["job_seconds"]


def _trained(config: Config) -> int:
    layers = config.encoder.layers or _rate(config)["layers"]
    return max(1, int(layers) - config.encoder.freeze)


def _rate(config: Config) -> dict[str, float]:
    return rates().get(config.encoder.name, rates()["default"])


def _sentences(config: Config, lang: str, split: Any) -> int:
    """Sentences of one language's split: as configured, else the cap, else a usual number."""
    corpora = config.corpora
    if split == "test" and lang in config.untested:
        return 0
    cap = getattr(corpora, f"max_{split}")
    corpus = corpora.languages.get(lang)
    if corpus is not None and (number := corpus.length(split)) is not None:
        return min(number, cap) if cap else number
    return cap or rates()["sentences"][split]


def _duration(hours: float) -> str:
    if hours < 1:
        minutes = max(1, round(hours * 60))
        return f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"{hours:.1f} hours" if hours < 100 else f"{hours:,.0f} hours"


def _size(count: float) -> str:
    return f"{count / 1e6:,.0f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
