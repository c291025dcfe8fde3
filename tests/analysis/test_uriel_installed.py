from pathlib import Path

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
