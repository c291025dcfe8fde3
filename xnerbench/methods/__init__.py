"""The methods of a study: one module each, one entry here; the grid, the scores and the report go by name.

Free of torch, so that grids and configurations can ask. `docs/methods.md` shows how to add one.
"""

from xnerbench.methods import (
    direct,
    multi_avg,
    multi_concat,
    multi_sim,
    supervised,
    ts,
    ts_hard,
    ts_kl,
    ts_warm,
)
from xnerbench.methods.info import MethodInfo

__all__ = ["METHODS", "MethodInfo"]

METHODS: dict[str, MethodInfo] = {
    module.METHOD.name: module.METHOD
    for module in (
        direct,
        ts,
        ts_hard,
        ts_kl,
        ts_warm,
        supervised,
        multi_avg,
        multi_sim,
        multi_concat,
    )
}
