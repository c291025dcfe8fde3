"""Subsets are prefixes of one permutation."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.data import corpus, subsets
from xnerbench.errors import InputError
from xnerbench.storage import artifacts


def pool(n):
    ids = [3 * row + 1 for row in range(n)]
    return pa.table([ids, [["a"]] * n], schema=corpus.POOL)


@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.sampled_from(["deu", "swa"]))
def test_every_row_occurs_once_with_its_id(n, seed, target):
    table = subsets.make(pool(n), target, seed)
    rows = table.column("position").to_numpy()
    assert sorted(rows) == list(range(n))
    assert (table.column("sentence_id").to_numpy() == 3 * rows + 1).all()
    assert table.equals(subsets.make(pool(n), target, seed))


def test_targets_and_seeds_differ():
    orders = [subsets.permutation(50, *key) for key in (("deu", 0), ("deu", 1), ("swa", 0))]
    assert len({tuple(order) for order in orders}) == 3


def test_known_permutation():
    # Stored results depend on it: it may never change.
    assert subsets.permutation(6, "deu", 0).tolist() == [0, 2, 3, 4, 5, 1]


def test_sizes_are_nested(tmp_path):
    path = tmp_path / "deu.s0.parquet"
    artifacts.write_parquet(path, subsets.make(pool(40), "deu", 0))
    small, large = subsets.prefix(path, 10), subsets.prefix(path, 30)
    np.testing.assert_array_equal(large[:10], small)
    with pytest.raises(InputError, match="more than the pool has"):
        subsets.prefix(path, 41)
