"""What must hold between the keys of a configuration, beyond what the schema can say."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from xnerbench.errors import SHOWN, InputError
from xnerbench.study.reading.yaml_source import Where
from xnerbench.study.rules import cells, corpora, handed_in, names, settings
from xnerbench.study.rules.names import FILES, RESERVED
from xnerbench.study.rules.settings import DISTANCES, primary_method

if TYPE_CHECKING:
    from xnerbench.study.model import Config

__all__ = ["DISTANCES", "FILES", "RESERVED", "mistakes", "primary_method"]


def mistakes(config: Config, where: Where) -> list[InputError]:
    """The first broken rules, most basic first; later rules may assume nothing about earlier ones."""
    broken = (
        names.name,
        names.duplicates,
        names.labels,
        names.codes,
        cells.updates,
        corpora.dictionaries,
        handed_in.handed_in,
        cells.sources,
        cells.cells,
        cells.only,
        cells.largest_size,
        cells.some_targets,
        settings.given_teacher,
        settings.encoder,
        corpora.label_map,
        corpora.corpora,
        settings.analysis,
    )
    return list(islice(chain.from_iterable(rule(config, where) for rule in broken), SHOWN))
