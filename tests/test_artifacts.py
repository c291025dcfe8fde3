"""Files that killed processes left behind."""

import os
import time
from pathlib import Path

from xnerbench.storage import artifacts


def test_only_idle_leftovers_are_removed(tmp_path: Path) -> None:
    (tmp_path / "cells").mkdir()
    old = time.time() - 4000
    leftover, fresh, own, folder = (
        tmp_path / "cells" / name
        for name in (".a.parquet.17.partial", ".b.parquet.18.partial", ".notes.partial", ".e.9.partial")
    )  # fmt: skip
    for path in (leftover, fresh, own):
        path.write_text("half", "utf-8")
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"half")
    whole = tmp_path / "a.parquet"
    whole.write_text("whole", "utf-8")
    for path in (leftover, own, folder, whole):
        os.utime(path, (old, old))
    artifacts.remove_leftovers(tmp_path)
    assert {path for path in (leftover, fresh, own, folder, whole) if path.exists()} == {
        fresh,
        own,
        whole,
    }


def test_what_a_killed_writer_leaves_is_known_as_such(tmp_path: Path) -> None:
    with artifacts.atomic(tmp_path / "scores.csv") as partial:
        partial.write_text("half", "utf-8")
        assert artifacts.LEFTOVER.fullmatch(partial.name)


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    artifacts.remove_leftovers(tmp_path / "none")
