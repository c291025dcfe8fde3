"""Statistics of the embedded corpus, as the Markdown tables of `docs/embedded-corpus.md`.

The page keeps its prose; what stands between the two marker lines of a block is written anew.
"""

from __future__ import annotations

import csv
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import babel
import faker

from xnerbench.data.embedded import display, frames, partition
from xnerbench.data.embedded.generator import generate
from xnerbench.data.embedded.names import Names
from xnerbench.errors import InputError

SENTENCES = 2000  # of the pool, behind every measured column
TOKENS = 10_000  # of the pool, behind the type-token ratio: it falls with length, so one length

_CHECKS = re.compile(r"Checks: (.*?[Nn]ot reviewed by a native speaker\.)")


def refresh(page: str, scores: Path) -> str:
    """Writes the page's generated blocks anew.

    Args:
        page: The page's text.
        scores: Scores of the difficulty study; without them its table stays as it is.

    Raises:
        InputError: The page lacks a block's markers.
    """
    blocks = {"lists": lists_table, "statistics": statistics_table, "checks": checks_list}
    if scores.is_file():
        blocks["difficulty"] = partial(difficulty_table, scores)
    for name, write in blocks.items():
        pattern = re.compile(rf"(<!-- {name}:begin[^\n]*-->\n).*?(<!-- {name}:end -->)", re.DOTALL)
        block = pattern.search(page)
        if block is None:
            raise InputError(
                f"the page has no block '{name}'",
                remedy=f"Add the lines <!-- {name}:begin --> and <!-- {name}:end -->",
            )
        text = f"{block[1]}\n{write()}\n{block[2]}"
        page = page[: block.start()] + text + page[block.end() :]
    return page


def _table(header: str, rows: Iterable[list[str]]) -> str:
    names = header.split(" | ")
    rule = ["---"] + ["---:"] * (len(names) - 1)
    lines = [names, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def lists_table() -> str:
    """Frames and names a language can draw from, one row a language."""
    rows = []
    for language in frames.languages():
        file = frames.load(language)
        names = Names(file)
        test = sum(partition.is_test_frame(line.text) for line in file.frames)
        first = {n for g in "mf" for part in names.own.first[g] for n in part}
        last = {n for g in "mf" for part in names.own.last[g] for n in part}
        organisations = sum(len(ls) for s, ls in file.sections.items() if s.startswith("ORG."))
        regions = sum(
            len(ls)
            for s, ls in file.sections.items()
            if s.startswith("LOC.") and s not in ("LOC.city", "LOC.country")
        )
        cities = {c for parts in (names.local_cities, names.world_cities) for p in parts for c in p}
        countries = {c for parts in (names.often, names.seldom) for p in parts for c in p}
        counts = [
            len(file.frames) - test,
            test,
            len(file.lists),
            len(first),
            len(last),
            len(cities),
            len(countries),
            regions,
            organisations,
        ]
        rows.append([f"{file.meta['name']} ({language})", *(f"{count:,}" for count in counts)])
    header = (
        "language | frames: train and pool | frames: test | word lists | given names | surnames "
        "| cities | countries | other places | organisations and patterns"
    )
    return _table(header, rows)


def statistics_table() -> str:
    """What generated text looks like, one row a language."""
    rows = []
    for language in frames.languages():
        words_seen: list[str] = []
        lengths, empty = 0, 0
        entities: Counter[str] = Counter()
        surfaces = set()
        for words, tags in generate(language, "pool", SENTENCES):
            found = [(kind, " ".join(c)) for kind, c in display.chunks(words, tags) if kind]
            lengths += len(words)
            empty += not found
            entities.update(kind for kind, _ in found)
            surfaces.update(found)
            words_seen += words
        sample = words_seen[:TOKENS]
        rows.append(
            [
                f"{frames.load(language).meta['name']} ({language})",
                f"{lengths / SENTENCES:.1f}",
                *(f"{entities[kind] / SENTENCES:.2f}" for kind in frames.TYPES),
                f"{100 * empty / SENTENCES:.0f} %",
                f"{len(surfaces):,}",
                f"{len(set(sample)) / len(sample):.2f}",
            ]
        )
    header = (
        "language | words a sentence | PER | LOC | ORG | sentences without entity "
        "| distinct entities | types/tokens"
    )
    note = (
        f"{SENTENCES:,} sentences of the pool, seed 0; types/tokens over its first {TOKENS:,} "
        f"words; faker {faker.VERSION}, babel {babel.__version__}."
    )
    return f"{_table(header, rows)}\n\n{note}"


def difficulty_table(scores: Path) -> str:
    """F1 of direct transfer, of students by size, and of the supervised control, one row a language.

    Args:
        scores: `scores.csv` of config/reference-embedded.yaml.
    """
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with scores.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["status"] == "ok":
                column = row["method"] if row["n"] == "0" else f"{row['method']}, {int(row['n']):,}"
                found[row["target"]][column].append(float(row["f1"]))
    columns = list(dict.fromkeys(column for cells in found.values() for column in cells))
    order = sorted(found, key=lambda code: statistics.mean(found[code]["direct"]))
    rows = [
        [f"{frames.load(code).meta['name']} ({code})", *(_spread(found[code][c]) for c in columns)]
        for code in order
    ]
    seeds = max(len(values) for cells in found.values() for values in cells.values())
    note = f"Strict F1, mean and standard deviation of {seeds} seeds, by {scores.as_posix()}."
    return f"{_table(' | '.join(['language', *columns]), rows)}\n\n{note}"


def _spread(values: list[float]) -> str:
    if not values:
        return "–"
    spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{spread}"


def checks_list() -> str:
    """How each language was checked, from the comments at the head of its file."""
    lines = []
    for language in frames.languages():
        file = frames.load(language)
        found = _CHECKS.search(" ".join(file.notes))
        checks = found[1] if found else "not stated."
        lines.append(f"- **{file.meta['name']}** ({language}): {checks}")
    return "\n".join(lines)
