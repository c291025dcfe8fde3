"""Links between the pages lead to a file that is there, and to a heading of it."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/*.md", "config/**/*.md", "results/**/*.md")
    for page in ROOT.glob(pattern)
)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")


def text_of(page: Path) -> str:
    """The page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings, and those that the page names itself."""
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text_of(page)))
    for heading in re.findall(r"^#+\s+(.+?)\s*$", text_of(page), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        count = sum(
            each == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", each) is not None
            for each in found
        )
        found.add(f"{slug}-{count}" if count else slug)
    return found


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    wrong = []
    for link in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        there = (page.parent / unquote(name)).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert not broken(page)


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One: `two`, three?\n[a](#one-two-three) [b](#one) [c](other.md) [d](https://example.org/#e)\n"
        "```\n[f](nowhere)\n```\n# Twice\n# Twice\n[g](page.md#twice-1) [h](page.md#twice-2)\n"
    )
    assert broken(page) == ["#one", "other.md", "page.md#twice-2"]


def test_every_committed_study_is_on_the_page_about_results() -> None:
    told = set(
        re.findall(r"\[[^]]*\]\(reference/([^/)]+)/", (ROOT / "results" / "README.md").read_text())
    )
    assert told == {path.name for path in (ROOT / "results" / "reference").iterdir()}
