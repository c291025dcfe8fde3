"""What a teacher's probabilities are worth on its own source, where that is known."""

from __future__ import annotations

from xnerbench.scoring.reliability import Reliability
from xnerbench.storage.artifacts import read_json
from xnerbench.study import taggers
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def trust_in(
    config: Config, layout: Layout, sources: tuple[str, ...], seed: int
) -> Reliability | None:
    """A teacher's temperature and thresholds; `None` without held-out text of its source, or where that failed."""
    path = layout.reliability(sources, seed)
    if not taggers.has_heldout(config, sources) or not path.is_file():
        return None
    record = read_json(path)
    if record.get("status") != "ok":
        return None
    return Reliability(**{name: record[name] for name in Reliability.__dataclass_fields__})
