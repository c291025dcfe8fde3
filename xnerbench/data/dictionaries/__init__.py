"""Bilingual dictionaries that a user names: dictd files, tables, names of CLDR, and a small one of our own.

Nothing here is downloaded, and no dictionary of others is part of the suite: FreeDict's are GPL or
CC BY-SA, so they are read at run time from where the user has them.
"""

from __future__ import annotations

from pathlib import Path

from xnerbench.data.dictionaries import cldr, dictd, own, table
from xnerbench.data.dictionaries.dictionary import Dictionary, is_word
from xnerbench.errors import InputError

__all__ = ["Dictionary", "is_word", "read_dictionary"]


def read_dictionary(source: str, language: str, where: str) -> Dictionary:
    """Reads what a study names under `dictionaries`, by what it is.

    Args:
        source: `embedded` for the small dictionary of our own; `cldr` for names of territories and cities;
            a dictd dictionary's path without its ending (`/usr/share/dictd/freedict-eng-fin`); or the
            path of a table of word pairs.
        language: ISO 639-3 code of the target language.
        where: Configuration key, for messages.

    Raises:
        InputError: There is no such dictionary, or it cannot be read.
    """
    if source == "embedded":
        return own.read_own(language, where)
    if source == "cldr":
        return cldr.read_cldr(language, where)
    path = Path(source)
    endings = (".index", ".dict.dz", ".dict")
    ending = next((each for each in endings if path.name.endswith(each)), "")
    stem = path.with_name(path.name.removesuffix(ending))
    if stem.with_name(stem.name + ".index").is_file():
        return dictd.read_dictd(stem, where)
    if path.is_file():
        return table.read_table(path, where)
    raise InputError(
        f"there is no dictionary {source}",
        where,
        "name a dictd dictionary without its ending, a table of word pairs, `cldr` or `embedded`",
    )
