from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.analysis.distances import own_csv
from xnerbench.errors import InputError

WORD = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


def read(path: Path) -> list[tuple[str, dict[str, str]]]:
    return list(own_csv.rows(path, ("target", "value"), "numbers"))


def test_a_row_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('# by hand\ntarget,value\n\ndeu,1\n# a note\n"fin\n-x",2\nhun,3\n', "utf-8")
    assert read(path) == [
        (f"{path}:4", {"target": "deu", "value": "1"}),
        (f"{path}:7", {"target": "fin\n-x", "value": "2"}),
        (f"{path}:8", {"target": "hun", "value": "3"}),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"target\ndeu\n", "the column value is missing. Needed are target, value"),
        (b"", "the column target is missing"),
        (b"target,value\ndeu,1\nfin,1,5\n", ":3: there are 3 values for 2 columns"),
        (b"target,value\nd\xe9u,1\n", "byte 0xe9 is not UTF-8"),
    ],
)
def test_a_malformed_file_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(path)
    assert said in str(refused.value)


@given(rows=st.lists(st.tuples(WORD, WORD)))
def test_what_a_csv_library_writes_is_read(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    import pandas as pd

    path = tmp_path_factory.mktemp("csv") / "own.csv"
    kept = [row for row in rows if not row[0].startswith("#")]
    pd.DataFrame(kept, columns=["target", "value"]).to_csv(path, index=False)
    assert [tuple(row.values()) for _, row in read(path)] == kept
