import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.analysis import simulated, simulated_tables
from xnerbench import cli
from xnerbench.report import page, reading
from xnerbench.report.figures import writing
from xnerbench.report.markup import latex, markdown
from xnerbench.report.results import Results
from xnerbench.report.view import Cell, View, columns, text
from xnerbench.report.views.scores import largest

LARGEST_PAGE = 15_000_000


class Page(HTMLParser):
    """Collects what a browser would load or run, ids, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts = 0
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.scripts += tag == "script"
        self.ids += [found["id"] or ""] if "id" in found else []
        for name in ("src", "srcset", "data", "poster", "action"):
            self.loads += [found[name] or ""] if name in found else []
        if tag in ("link", "image", "use"):
            self.loads += [v or "" for k, v in found.items() if k.endswith("href")]
        if tag == "a":
            self.links.append(found.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_needs_nothing_but_itself(reported_folder: Path) -> None:
    html = (reported_folder / "report.html").read_text("utf-8")
    page = Page(html)
    assert page.loads
    assert all(load.startswith(("data:", "#")) for load in page.loads)
    assert "@import" not in html
    assert not re.search(r"url\((?!#|data:)", html)
    assert "default-src 'none'" in html


def test_ids_are_unique_and_links_lead_somewhere(reported_folder: Path) -> None:
    page = Page((reported_folder / "report.html").read_text("utf-8"))
    assert len(page.ids) == len(set(page.ids))
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert len(inside) > 8 and set(inside) <= set(page.ids)
    used = [load[1:] for load in page.loads if load.startswith("#")]
    assert set(used) <= set(page.ids)


def test_f1_without_labels_is_on_the_first_screen_and_only_there(reported_folder: Path) -> None:
    ids = Page((reported_folder / "report.html").read_text("utf-8")).ids
    assert ids.index("summary") < ids.index("figure-confidence") < ids.index("methods")
    text = (reported_folder / "report.md").read_text("utf-8")
    assert text.count("figures/confidence.png") == 1
    assert text.index("figures/confidence.png") < text.index("## Methods")


def test_text_from_corpora_and_errors_is_shown_and_not_run(reported_folder: Path) -> None:
    html = (reported_folder / "report.html").read_text("utf-8")
    page = Page(html)
    assert page.scripts == 1
    assert "alert('x')" in "".join(page.text)  # the reason of a failed cell
    assert "<script>alert" not in html
    assert "<b>licence</b>" not in html and "<b>licence</b>" in "".join(page.text)
    assert "<script>" not in (reported_folder / "report.md").read_text("utf-8")


def test_the_page_says_what_its_numbers_are(reported_folder: Path) -> None:
    shown = " ".join(
        "".join(Page((reported_folder / "report.html").read_text("utf-8")).text).split()
    )
    assert "Simulated scores. No model was trained" in shown
    assert "conclusions about languages need real corpora" in shown
    for heading in ("Summary", "Methods", "Corpora", "Scores", "Scaling curves", "Missing cells",
                    "Linguistic distance", "Configuration and versions", "How to reproduce"):  # fmt: skip
        assert heading in shown
    assert "None" not in shown and "nan" not in shown.lower().split()


def test_the_same_study_gives_the_same_bytes(reported_folder: Path) -> None:
    paths = [
        reported_folder / "report.html",
        reported_folder / "report.md",
        *sorted(reported_folder.glob("tables/*.tex")),
    ]
    before = {path: path.read_bytes() for path in paths}
    page.write(reading.load(reported_folder))
    assert len(before) > 10
    assert {path: path.read_bytes() for path in paths} == before


def test_latex_tables_are_whole(reported_folder: Path) -> None:
    for path in reported_folder.glob("tables/*.tex"):
        source = path.read_text("utf-8")
        assert source.isprintable() or "\n" in source
        for environment in ("table", "tabular"):
            opened = len(re.findall(rf"\\begin{{{environment}\*?}}", source))
            assert opened == len(re.findall(rf"\\end{{{environment}\*?}}", source)) == 1
        for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\caption", r"\label{tab:"):
            assert rule in source, path.name
        assert source.count("{") - source.count(r"\{") == source.count("}") - source.count(r"\}")
        width = len(re.search(r"\\begin{tabular}{([lr]+)}", source)[1])
        body = source[source.index(r"\toprule") : source.index(r"\bottomrule")]
        rows = [line for line in body.splitlines() if line.endswith(r"\\")]
        assert len(rows) > 1
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {width - 1}, path.name


def test_latex_escapes_what_tex_would_run() -> None:
    assert latex.escape(r"a_b & 50% #1 {x} \y ~ ^ <z>") == (
        r"a\_b \& 50\% \#1 \{x\} \textbackslash{}y \textasciitilde{} \textasciicircum{} $<$z$>$"
    )
    assert latex.escape("\u22121.2 ± 0.3") == r"$-$1.2 $\pm$ 0.3"
    assert latex.escape("3.2 × 10⁻⁷") == r"3.2 $\times$ $10^{-7}$"


def test_markdown_rows_stay_rows() -> None:
    view = View(
        "t", "T", "", columns("a", words=("a",)), [[text("x|y\n<b>")], [text("z")]], "t.csv"
    )
    shown = markdown.table(view, 1)
    assert r"| x\|y &lt;b&gt; |" in shown
    assert "1 more rows in `t.csv`" in shown


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="2 cells, 1 columns"):
        View("t", "T", "", columns("a"), [[Cell("1", 1.0), Cell("2", 2.0)]], "t.csv")


def test_scores_in_the_table_are_the_scores(simulated_study: Results) -> None:
    view = largest(simulated_study)
    assert view is not None
    at = [column.title for column in view.columns].index("ts")
    ok = simulated_study.ok
    for row in view.rows:
        runs = ok[(ok["method"] == "ts") & (ok["budget"] == "steps") & (ok["n"] == 400)]
        runs = runs[runs["target"] == row[1].text]["f1"]
        assert row[at].text == f"{runs.mean():.1f} ± {runs.std():.1f}"
    means = [row[at].value for row in view.rows]
    assert view.total[at].value == pytest.approx(sum(means) / len(means))


def test_a_scores_file_alone_gives_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FORMATS", {"svg": {"Date": None}})
    simulated.write(tmp_path / "full", targets=["deu", "swh"])
    bare = tmp_path / "bare"
    bare.mkdir()
    shutil.copy(tmp_path / "full" / "scores.csv", bare)
    paths = page.write(reading.load(bare))
    shown = "".join(Page(paths["html"].read_text("utf-8")).text)
    assert "corpora.csv is absent" in shown
    assert "No figure break-even" in shown


def run(*arguments: str | Path) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    return ended.value.code or 0


def test_the_commands_write_everything(
    reported_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "study", tmp_path / "elsewhere"
    shutil.copytree(reported_folder, folder, ignore=shutil.ignore_patterns("*.tex", "report.*"))
    only = ("--only", "gain", "weights", "--out", out)
    assert run("figures", "--results", folder, *only) == 0
    assert "2 figures in" in capsys.readouterr().out
    assert {path.suffix for path in out.iterdir()} == {".svg", ".pdf", ".png"}
    assert min(path.stat().st_size for path in out.iterdir()) > 5000
    assert run("report", "--results", folder) == 0
    assert str(folder / "report.html") in capsys.readouterr().out
    assert (folder / "tables" / "derived.tex").exists()


def test_a_missing_folder_is_the_users_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "--results", tmp_path / "none") == 2
    assert "no such file" in capsys.readouterr().err


@pytest.mark.slow
def test_forty_eight_languages_stay_a_page_one_can_open(tmp_path: Path) -> None:
    """48 languages x 6 sizes x 5 seeds x 6 methods, the size of the largest study planned."""
    sizes = (25, 100, 400, 800, 1600, 3200)
    targets = simulated.NEAR_TO_FAR
    simulated.write(tmp_path, targets=targets, sizes=sizes, seeds=tuple(range(5)))
    simulated_tables.write(tmp_path)
    study = reading.load(tmp_path)
    assert len(study.scores) == 48 * 5 * (6 * 5 + 1)
    paths = page.write(study)
    assert paths["html"].stat().st_size < LARGEST_PAGE
