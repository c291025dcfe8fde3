"""Parallel text for `project` that is real and free: two Bibles, verse by verse.

`python -m benchmarks.verses FOLDER` writes FOLDER/eng.txt and FOLDER/spa.txt, in which line n of one translates line n
of the other, and FOLDER/verses.yaml, which lies over `config/projection.yaml` and names them.
It takes two public-domain modules of the SWORD project and its reader (`apt install diatheke sword-text-web
sword-text-sparv`): the World English Bible and the Reina-Valera of 1909.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import yaml

MODULES = {"eng": "engWEB2015eb", "spa": "spaRV1909eb"}
BOOKS = "Genesis-Revelation"
KEY = re.compile(r"^ *((?:[IV]+ )?[A-Z][A-Za-z ]* \d+:\d+): ?(.*)$")
STRONG = re.compile(r"<[GH]\d+>")
WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
LONGEST, RATIO = 60, 1.7
"""Words of a side; words of one side to the other, beyond which one of the two has a heading or half a verse more."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    sides = {code: verses(module) for code, module in MODULES.items()}
    pairs = matched(*sides.values())
    folder.mkdir(parents=True, exist_ok=True)
    paths = {code: folder.resolve() / f"{code}.txt" for code in MODULES}
    for side, path in enumerate(paths.values()):
        path.write_text("".join(" ".join(pair[side]) + "\n" for pair in pairs), encoding="utf-8")
    source, target = map(str, paths.values())
    overlay = {
        "parallel": {"spa": {"source": source, "target": target}},
        "corpora": {"languages": {"spa": {"pool": {"path": target}}}},
    }
    (folder / "verses.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    print(
        f"{folder}: {len(pairs)} pairs of {' and '.join(str(len(s)) for s in sides.values())} verses"
    )


def verses(module: str) -> dict[str, list[str]]:
    """`John 3:16` -> words, of all verses of a module."""
    command = ["diatheke", "-b", module, "-f", "plain", "-k", BOOKS]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, list[str]] = {}
    key = None
    for line in text.splitlines():
        if (begun := KEY.match(line)) is not None:
            key, line = begun[1], begun[2]
        if key is not None:
            found.setdefault(key, []).extend(WORD.findall(STRONG.sub("", line)))
    return found


def matched(
    left: dict[str, list[str]], right: dict[str, list[str]]
) -> list[tuple[list[str], list[str]]]:
    """Verses that both have, once each and of comparable length, in the order of the left side."""
    found: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for key in left:
        pair = (left[key], right.get(key, []))
        short, long = sorted(map(len, pair))
        if short > 0 and long <= min(LONGEST, RATIO * short):
            found.setdefault(tuple(pair[1]), pair)
    return list(found.values())


if __name__ == "__main__":
    main()
