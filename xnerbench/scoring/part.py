"""One part of a study that was run in parts: a results folder, checked where it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xnerbench.analysis.scores import validate
from xnerbench.analysis.tables import read_csv
from xnerbench.catalogue.signal_tables import SIGNALS
from xnerbench.catalogue.study_tables import CORPORA, WEIGHTS
from xnerbench.catalogue.table import Table
from xnerbench.errors import InputError
from xnerbench.storage import foreign

SEEDS = ("teacher_seed", "subset_seed", "student_seed")


@dataclass(frozen=True)
class Part:
    """One results folder; every field is read as text, so that nothing is rounded twice.

    Attributes:
        folder: The part's.
        without: Ids of cells that are not taken from it.
    """

    folder: Path
    without: frozenset[str] = frozenset()

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Its `scores.csv`."""
        frame = self._csv("scores.csv", ("cell", "f1", "status", "reason", *SEEDS))
        validate(frame, str(self.folder / "scores.csv"), foreign=False)
        return frame[~frame["cell"].isin(self.without)]

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Its `weights.csv`."""
        return self._of_any_version("weights.csv", WEIGHTS)

    @cached_property
    def corpora(self) -> pd.DataFrame:
        """Its `corpora.csv`."""
        return self._of_any_version("corpora.csv", CORPORA)

    @cached_property
    def signals(self) -> pd.DataFrame | None:
        """Its `signals.csv`; versions of the suite before it wrote none."""
        if not (self.folder / "signals.csv").is_file():
            return None
        return self._of_any_version("signals.csv", SIGNALS)

    @cached_property
    def versions(self) -> dict[str, Any]:
        """Its `versions.json`.

        Raises:
            InputError: It says nothing about what made the part.
        """
        path = self._file("versions.json")
        found = foreign.read_json(path)
        if not isinstance(found.get("versions"), dict) or not found["versions"]:
            raise InputError("it names no versions", str(path), "Collect the part's results again")
        digests = found.setdefault("teachers", {})
        if not isinstance(digests, dict) or not all(isinstance(d, str) for d in digests.values()):
            what = "`teachers` is no digest by teacher"
            raise InputError(what, str(path), "Collect the part's results again")
        return found

    def counts(self, target: str) -> pa.Table | None:
        """Its entity counts of a target, if it has any."""
        path = self.folder / "counts" / f"{target}.parquet"
        if not path.exists():
            return None
        needed = ("cell", "sentence", "type", "tp", "predicted", "gold")
        table = _with_columns(foreign.read_parquet(path), needed, path)
        own = pc.is_in(table["cell"], pa.array(sorted(self.without), pa.string()))
        return table.filter(pc.invert(own))

    def _of_any_version(self, name: str, table: Table) -> pd.DataFrame:
        """A table in all of its columns, of which earlier versions of the suite knew fewer."""
        found = self._csv(name, table.needs.split())
        return found.reindex(columns=list(table.names), fill_value="")

    def _csv(self, name: str, needed: Sequence[str]) -> pd.DataFrame:
        path = self._file(name)
        return _with_columns(read_csv(path), needed, path)

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise InputError(
                "there is no such file", str(path), "Name folders as of results/<study>"
            )
        return path


def _with_columns(table: Any, needed: Sequence[str], path: Path) -> Any:
    names = getattr(table, "column_names", None) or list(table.columns)
    if missing := [name for name in needed if name not in names]:
        raise InputError(
            f"the column {missing[0]} is missing", str(path), "Collect the part's results again"
        )
    return table
