"""Numbers that a page prints, and the committed tables they come from.

`docs/numbers.csv` has a row a phrase: the page, the phrase with `#` for each number, the table, its row
(`column=value; ...`), and the column of each number. After a study was run again,

    python -m tests.page_numbers

writes the tables' numbers into the pages; what the prose makes of them is for a person to read again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "numbers.csv"
MINUS = "\N{MINUS SIGN}"
CHANGES: dict[str, Callable[[float], float]] = {
    "minus": lambda value: -value,
    "abs": abs,
    "tenth": lambda value: value / 10,
    "percent": lambda value: 100 * value,
}
NUMBER = rf"[+{MINUS}]?\d+(?:,\d{{3}})*(?:\.\d+)?"


@dataclass(frozen=True)
class Phrase:
    """One row of the list.

    Attributes:
        page: Path from the repository's root.
        words: As in the page, with `#` for each number; any white space matches any other.
        table: Path below `results/reference`.
        row: Conditions that hold for one row, or for those that a `mean` or so is taken of.
        columns: One a number: `count`, or a column; before it `mean`, `median`, `min` or `max` where the row is
            several, and before that any of `CHANGES`.
    """

    page: str
    words: str
    table: str
    row: str
    columns: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the phrase in the page; a group a number."""
        parts = [r"\s+".join(map(re.escape, re.split(r"\s+", w))) for w in self.words.split("#")]
        return re.compile(f"({NUMBER})".join(parts))

    def values(self) -> list[float]:
        """The tables' numbers, in the phrase's order."""
        frame = _table(self.table)
        for condition in filter(None, self.row.split("; ")):
            name, sign, wanted = re.fullmatch(r"(\w+)(=|<|>)(.*)", condition).groups()
            if sign == "=":
                frame = frame[frame[name].isin(wanted.split("|"))]
            else:
                numbers = pd.to_numeric(frame[name])
                frame = frame[
                    numbers.lt(float(wanted)) if sign == "<" else numbers.gt(float(wanted))
                ]
        return [self._value(frame, column) for column in self.columns.split("; ")]

    def _value(self, frame: pd.DataFrame, column: str) -> float:
        if column == "count":
            return len(frame)
        *how, name = column.split(" ")
        numbers = pd.to_numeric(frame[name])
        if how and how[-1] in ("mean", "median", "min", "max"):
            value = float(getattr(numbers.dropna(), how.pop())())
        elif len(numbers) == 1:
            value = float(numbers.iloc[0])
        else:
            raise ValueError(f"{len(numbers)} rows of {self.table} are {self.row}")
        for word in reversed(how):
            value = CHANGES[word](value)
        return value


@cache
def _table(path: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / "results/reference" / path, dtype=str, keep_default_na=False)


def phrases() -> list[Phrase]:
    """The list."""
    with LIST.open(encoding="utf-8", newline="") as handle:
        return [Phrase(**row) for row in csv.DictReader(handle)]


def written(value: float, like: str) -> str:
    """A value with the decimals, the thousands' commas and the kind of sign of a printed number."""
    decimals = len(like.partition(".")[2])
    text = f"{abs(value):,.{decimals}f}"
    zero = not text.strip("0.,")
    if value < 0 and not zero:
        return MINUS + text
    return "+" + text if like[0] in f"+{MINUS}" and not zero else text


def rewrite(text: str, own: list[Phrase]) -> str:
    """A page with the tables' numbers; phrases that it does not hold stay for the test to find."""
    for phrase in own:
        found = phrase.pattern.search(text)
        if found is None:
            continue
        new, end = "", found.start()
        for group, value in enumerate(phrase.values(), start=1):
            new += text[end : found.start(group)] + written(value, found[group])
            end = found.end(group)
        text = text[: found.start()] + new + text[end:]
    return text


def main() -> None:
    """Rewrites every page of the list."""
    every = phrases()
    for page in dict.fromkeys(phrase.page for phrase in every):
        path = ROOT / page
        before = path.read_text(encoding="utf-8")
        after = rewrite(before, [phrase for phrase in every if phrase.page == page])
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(page)


if __name__ == "__main__":
    main()
