"""The page on the recipe shows the committed tables, as the command prints them."""

from __future__ import annotations

import contextlib
import io

from tests.page_numbers import ROOT
from xnerbench import cli

STUDIES = ("recipe", "recipe-updates", "recipe-two-layers", "recipe-four-layers")


def printed() -> str:
    """What `xnerbench recipes` prints for the committed studies."""
    out = io.StringIO()
    folders = [str(ROOT / "results/reference" / name) for name in STUDIES]
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        cli.main(["recipes", *folders])
    return out.getvalue()


def test_the_page_shows_what_the_command_prints() -> None:
    page = (ROOT / "docs/recipe.md").read_text(encoding="utf-8")
    assert printed().strip() in page
