from pathlib import Path

import numpy as np
import pytest

from xnerbench.analysis.distances import uriel


def test_the_packages_script_of_the_same_name_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`bin/lang2vec.py` stands first on the path of every program started from `bin`."""
    (tmp_path / "lang2vec.py").write_text("raise SystemExit('this is the script')\n")
    monkeypatch.syspath_prepend(tmp_path)
    uriel.vectors.cache_clear()
    assert "eng" in uriel.vectors().codes


def test_files_that_list_the_languages_in_another_order_give_the_same_vectors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those of lang2vec 1.1.2 all have one order, and are then not reordered."""
    whole, read = uriel.vectors(), uriel._arrays

    def turned(data: Path, name: str) -> dict[str, np.ndarray]:
        arrays = read(data, name)
        if name == "feature_predictions":
            return arrays
        return {**arrays, "langs": arrays["langs"][::-1], "data": arrays["data"][::-1]}

    monkeypatch.setattr(uriel, "_arrays", turned)
    again = uriel.vectors.__wrapped__()
    for name in ("union", "known", "geo", "family"):
        assert np.array_equal(getattr(again, name), getattr(whole, name)), name
