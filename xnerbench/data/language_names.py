"""Names of languages as people write them: those of ISO 639-3, and others in common use.

Apart from `languages`, on whose code every prepared corpus depends: a name added here prepares nothing anew.
"""

from __future__ import annotations

import difflib
from typing import Any

import pycountry

from xnerbench.data import languages

NEARLY = 0.85

ALIASES: dict[str, str] = {
    # Bantu languages under their own names, with their prefixes
    "luganda": "lug", "kiswahili": "swa", "setswana": "tsn", "sepedi": "nso", "sesotho": "sot",
    "isizulu": "zul", "isixhosa": "xho", "siswati": "ssw", "xitsonga": "tso", "tshivenda": "ven",
    "chewa": "nya", "nyanja": "nya", "chinyanja": "nya", "chishona": "sna",
    "ikinyarwanda": "kin", "rwanda": "kin", "kirundi": "run", "gikuyu": "kik",
    "kikongo": "kon", "tshiluba": "lua", "ciluba": "lua", "chibemba": "bem", "icibemba": "bem",
    "chitumbuka": "tum", "runyankole": "nyn", "runyankore": "nyn", "ghomala": "bbj", "ghomálá": "bbj",
    # other languages of Africa
    "acholi": "ach", "dholuo": "luo", "luo": "luo", "fante": "fat", "moore": "mos", "mooré": "mos",
    "bamanankan": "bam", "eʋe": "ewe", "fula": "ful", "fulani": "ful", "fulfulde": "ful",
    "oromiffa": "orm", "naija": "pcm", "pidgin": "pcm",
    # of Asia
    "farsi": "fas", "pashtu": "pus", "pashto": "pus", "kurmanji": "kmr", "sorani": "ckb",
    "azeri": "aze", "kyrgyz": "kir", "uyghur": "uig", "uygur": "uig", "punjabi": "pan",
    "bangla": "ben", "sinhalese": "sin", "singhalese": "sin", "dhivehi": "div", "meitei": "mni",
    "mandarin": "cmn", "putonghua": "cmn", "cantonese": "yue", "hokkien": "nan", "myanmar": "mya",
    "cambodian": "khm", "pilipino": "fil", "ilocano": "ilo", "ilokano": "ilo", "malaysian": "zsm",
    # of Europe
    "greek": "ell", "slovene": "slv", "bokmål": "nob", "bokmal": "nob", "nynorsk": "nno",
    "castilian": "spa", "valencian": "cat", "frisian": "fry", "letzeburgesch": "ltz",
    "euskara": "eus", "moldovan": "ron", "belorussian": "bel", "gaelic": "gla", "romani": "rom",
    "aromanian": "rup",
    # of elsewhere
    "kreyol": "hat", "kreyòl": "hat", "greenlandic": "kal", "ojibwe": "oji", "tongan": "ton",
}  # fmt: skip
"""Name in small letters -> ISO 639-3, where the code has another name or the name is two languages'."""


def code_of(name: str) -> str | None:
    """The code of a name in common use or of ISO 639-3, without its qualifiers, whatever its capitals."""
    return ALIASES.get(name.strip().casefold()) or languages.code_of(name)


def suggest(text: str) -> str | None:
    """The code somebody who wrote `text` may have meant, with its name, or None; see `languages.suggest`."""
    key = text.strip().casefold()
    known = languages.code_of(key) if len(key) > 3 else None  # shorter ones are codes
    if known is None and 4 < len(key) <= 100:
        key = next(iter(difflib.get_close_matches(key, ALIASES, 1, NEARLY)), key)
    if code := ALIASES.get(key, known):
        record: Any = pycountry.languages.get(alpha_3=code)
        return f"{code} ({record.name})"
    return languages.suggest(text)
