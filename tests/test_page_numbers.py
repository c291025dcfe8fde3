"""Every result that a page prints is the number of a committed table: see `page_numbers`."""

from __future__ import annotations

import re

import pytest

from tests.page_numbers import MINUS, NUMBER, ROOT, Phrase, phrases, rewrite, written
from xnerbench.report import comparison, reading
from xnerbench.report.markup import markdown


def compared() -> str:
    loaded = reading.load(ROOT / "results/reference/conll-e5")
    published = comparison.read_published(loaded.folder / "published.csv", loaded.targets)
    return markdown.table(comparison.side_by_side(loaded, published, None))


def units() -> str:
    return "per 0.1"


WHOLLY_LISTED = {
    "docs/benchmark.md": compared,
    "docs/findings.md": units,
}
"""Pages whose every number with a decimal point is in the list, or in the text beside the page's name."""


@pytest.mark.parametrize("phrase", phrases(), ids=lambda p: f"{p.page}: {p.words[:50]}")
def test_a_printed_number_is_the_tables(phrase: Phrase) -> None:
    text = (ROOT / phrase.page).read_text(encoding="utf-8")
    found = phrase.pattern.findall(text)
    assert len(found) == 1, f"{phrase.page} has {len(found)} times: {phrase.words}"
    printed = [found[0]] if isinstance(found[0], str) else list(found[0])
    values = phrase.values()
    assert len(printed) == len(values)
    expected = [written(value, like) for value, like in zip(values, printed, strict=True)]
    assert printed == expected, f"{phrase.page}: {phrase.words} (python -m tests.page_numbers)"


@pytest.mark.parametrize("name", WHOLLY_LISTED)
def test_no_result_of_these_pages_is_missing_from_the_list(name: str) -> None:
    text = original = (ROOT / name).read_text(encoding="utf-8")
    for phrase in phrases():
        found = phrase.pattern.search(original) if phrase.page == name else None
        for group in range(1, len(found.groups()) + 1 if found else 0):
            start, end = found.span(group)
            text = text[:start] + "#" * (end - start) + text[end:]
    allowed = WHOLLY_LISTED[name]()
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", text.replace(allowed, ""))
    left = re.findall(rf"(?<![\w.]){NUMBER}(?![\w.]*\d)", text)
    assert {number for number in left if "." in number} <= set(re.findall(NUMBER, allowed))


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (-8.69, "8.7", f"{MINUS}8.7"),
        (8.69, f"{MINUS}1.2", "+8.7"),
        (1234.5, "10", "1,234"),
        (-0.04, "+0.1", "0.0"),
        (3.0, "2.0", "3.0"),
    ],
)
def test_a_number_is_written_like_the_one_before(value: float, like: str, text: str) -> None:
    assert written(value, like) == text


def test_stale_numbers_are_written_anew() -> None:
    own = [phrase for phrase in phrases() if phrase.page == "docs/benchmark.md"]
    text = (ROOT / "docs/benchmark.md").read_text(encoding="utf-8")
    stale = text
    for phrase in own:
        stale = phrase.pattern.sub(lambda found: re.sub(r"\d\.\d", "9.9", found[0]), stale)
    assert stale != text
    assert rewrite(stale, own) == text


def test_the_benchmarks_table_is_what_compare_prints() -> None:
    assert compared() in (ROOT / "docs/benchmark.md").read_text(encoding="utf-8")


def test_every_test_that_a_page_names_is_there() -> None:
    """`tests/x.py::test_y`, and `::test_z` of the file named last."""
    missing = []
    for page in ("README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))):
        file = ""
        for found in re.finditer(
            r"`(tests/[\w/]+\.py)?(?:::(\w+))?`", (ROOT / page).read_text(encoding="utf-8")
        ):
            file, name = found[1] or file, found[2] or ""
            if not (found[1] or name):
                continue
            text = (ROOT / file).read_text(encoding="utf-8") if (ROOT / file).is_file() else ""
            if not text or (name and f"def {name}(" not in text):
                missing.append(f"{page}: {file}::{name}")
    assert missing == []
