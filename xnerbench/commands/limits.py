"""The limits of what a user may hand in, for docs/reliability.md: each is a constant where it is enforced."""

from __future__ import annotations

import importlib

LIMITS = (
    ("configuration: bytes", "study.reading.yaml_source:BYTES"),
    ("configuration: levels of lists and mappings", "study.reading.yaml_source:DEPTH"),
    ("configuration: values", "study.reading.yaml_source:NODES"),
    ("configuration: characters of a number", "study.reading.yaml_source:DIGITS"),
    ("configuration: entries of a list", "study.reading.keys:MOST"),
    ("cells of a grid", "study.rules.cells:MOST_CELLS"),
    ("sources of one teacher or mixture", "study.layout:MOST_SOURCES"),
    ("a corpus, pool, table or Parquet file: bytes, unpacked too", "storage.foreign:LARGEST_FILE"),
    ("Parquet: values of a column", "storage.foreign:MOST_VALUES"),
    ("JSON: bytes", "storage.foreign:LARGEST_JSON"),
    ("a dictd dictionary: bytes, unpacked", "data.dictionaries.dictd:LARGEST"),
    ("text: characters of a line", "data.normalise:LONGEST_LINE"),
    ("text: words of a sentence", "data.normalise:MAX_WORDS"),
    ("rows of Parquet and JSON lines: characters of a word", "data.normalise:LONGEST_WORD"),
    ("a folder for `init`: files that are looked at", "data.survey:MOST_FILES"),
    ("encoder: labels of a head that is left behind", "learning.encoders.checkpoint:MOST_LABELS"),
    ("messages: mistakes that are listed", "errors:SHOWN"),
    ("messages: characters of place, fault and remedy each", "errors:LONGEST"),
    ("report: failed cells that are listed one by one", "report.views.scores:LISTED"),
    ("report: reasons of failures beyond that", "report.views.scores:REASONS"),
    ("warm process: bytes of a request", "pipeline.warm:LONGEST"),
)
"""What is limited, and the constant that says how."""


def page() -> str:
    """The table of limits."""
    rows = []
    for what, place in LIMITS:
        module, _, name = place.partition(":")
        value = getattr(importlib.import_module(f"xnerbench.{module}"), name)
        rows.append(f"| {what} | {value:,} | `{module}.{name}` |")
    return "\n".join(["| of | at most | `xnerbench.` |", "|---|---|---|", *rows])
