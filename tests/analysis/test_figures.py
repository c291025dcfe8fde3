"""Every figure, with many and few languages, and with parts of the study missing."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from tests.analysis import simulated, simulated_tables
from xnerbench.catalogue.figures import FIGURES
from xnerbench.errors import InputError
from xnerbench.report import reading
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw
from xnerbench.report.figures import writing
from xnerbench.report.figures.writing import draw
from xnerbench.report.results import Results


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Forty-eight languages."""
    folder = tmp_path_factory.mktemp("wide")
    simulated.write(folder, targets=simulated.NEAR_TO_FAR, sizes=(25, 400, 3200), seeds=(0, 1))
    return reading.load(simulated_tables.write(folder))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three languages."""
    folder = tmp_path_factory.mktemp("tiny")
    simulated.write(folder, targets=["deu", "fin", "swh"], sizes=(25, 400))
    return reading.load(simulated_tables.write(folder))


CACHE: dict[tuple[str, int], Drawing] = {}


def drawn(name: str, study: Results) -> Drawing:
    """The figure, drawn once for all tests (the fixtures keep the studies alive)."""
    if (name, id(study)) not in CACHE:
        with style.styled():
            drawing = draw(name, study)
            drawing.figure.canvas.draw()
        CACHE[name, id(study)] = drawing
    return CACHE[name, id(study)]


def texts(drawing: Drawing) -> list[Text]:
    """Every text that is drawn (labels of ticks beyond the limits exist, but are not)."""
    beyond = set()
    for axes in drawing.figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-6 * (high - low)
            for tick in axis.get_major_ticks():
                if not low - slack <= tick.get_loc() <= high + slack:
                    beyond |= {tick.label1, tick.label2}
    found = drawing.figure.findobj(Text)
    return [t for t in found if t.get_visible() and t.get_text().strip() and t not in beyond]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_states_what_it_rests_on(name: str, simulated_study: Results) -> None:
    drawing = drawn(name, simulated_study)
    assert "2 seeds" in drawing.caption
    assert "7 target languages" in drawing.caption
    assert f"study: {simulated_study.name} (simulated scores)" in drawing.caption
    if name not in ("weights", "distance-direct", "confidence", "transfer"):
        assert "60 test sentences each" in drawing.caption
        assert "budget: " in drawing.caption
    width, height = drawing.figure.get_size_inches()
    assert width <= style.FULL and height <= style.PAGE + 0.5
    assert not drawing.title.endswith(".")


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other by more than a tenth of the smaller one."""
    with style.styled():
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts(drawing)]
    found = []
    for i, (one, a) in enumerate(boxes):
        for other, b in boxes[:i]:
            width = min(a.x1, b.x1) - max(a.x0, b.x0)
            height = min(a.y1, b.y1) - max(a.y0, b.y0)
            smaller = min(a.width * a.height, b.width * b.height)
            if width > 0 and height > 0 and width * height > 0.1 * smaller:
                found.append((one, other))
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_and_none_covers_another(name: str, simulated_study: Results) -> None:
    check_texts(drawn(name, simulated_study))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("curves", marks=pytest.mark.slow),
        "gain",
        "break-even",
        "forest",
        "weights",
        "distance-f1",
        "left-out",
    ],
)
def test_nor_with_forty_eight_languages(name: str, wide: Results) -> None:
    check_texts(drawn(name, wide))


REFERENCE = Path(__file__).parents[2] / "results" / "reference"


@pytest.mark.parametrize(
    "scores", sorted(REFERENCE.glob("*/scores.csv")), ids=lambda p: p.parent.name
)
def test_nor_in_the_curves_of_a_committed_study(scores: Path) -> None:
    try:
        drawing = drawn("curves", reading.load(scores.parent))
    except NothingToDraw as why:
        pytest.skip(str(why))  # a study without students
    check_texts(drawing)


def check_texts(drawing: Drawing) -> None:
    frame = drawing.figure.bbox
    for text in texts(drawing):
        box = text.get_window_extent()
        assert frame.x0 - 1 <= box.x0 and box.x1 <= frame.x1 + 1, text.get_text()
        assert frame.y0 - 1 <= box.y0 and box.y1 <= frame.y1 + 1, text.get_text()
    assert overlaps(drawing) == []


def test_no_axes_are_empty_and_no_number_is_long(simulated_study: Results) -> None:
    for name in FIGURES:
        drawing = drawn(name, simulated_study)
        for axes in drawing.figure.axes:
            assert axes.has_data(), name
        for text in texts(drawing):
            assert not re.search(r"\d[\d.,]{7,}", text.get_text()), (name, text.get_text())


def test_files_are_the_same_bytes_every_time(simulated_study: Results, tmp_path: Path) -> None:
    """Also when they are drawn side by side."""
    names = ["gain", "weights"]
    for folder, processes in (("one", 1), ("two", 2)):
        writing.write_all(simulated_study, tmp_path / folder, names, processes)
    for name in names:
        for kind in writing.FORMATS:
            one, two = ((tmp_path / f / f"{name}.{kind}").read_bytes() for f in ("one", "two"))
            assert one == two, f"{name}.{kind}"
    assert b"<dc:date>" not in (tmp_path / "one" / "gain.svg").read_bytes()
    assert b"CreationDate" not in (tmp_path / "one" / "gain.pdf").read_bytes()


def test_a_palette_makes_a_png_small_and_hardly_changes_what_is_seen(
    simulated_study: Results, tmp_path: Path
) -> None:
    path, plain = tmp_path / "gain.png", tmp_path / "plain.png"
    with style.styled():
        figure = writing.draw("gain", simulated_study).figure
        writing.save(figure, path, {})
        figure.savefig(plain, format="png")
    assert path.stat().st_size < 0.5 * plain.stat().st_size
    with Image.open(path) as few, Image.open(plain) as every:
        assert few.size == every.size and few.info["dpi"] == pytest.approx(every.info["dpi"])
        apart = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(every.convert("RGB"), int))
    assert apart.max() <= 32 and apart.mean() < 1


def test_figures_are_drawn_again_only_when_something_changed(
    simulated_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FIGURES", {name: FIGURES[name] for name in ("gain", "weights")})
    folder = tmp_path / "study"
    shutil.copytree(simulated_folder, folder, ignore=shutil.ignore_patterns("figures", "tables"))
    study = reading.load(folder)
    entries = writing.current(study, folder / "figures")
    stamp = (folder / "figures" / "gain.svg").stat().st_mtime_ns
    assert writing.current(study, folder / "figures") == entries
    assert (folder / "figures" / "gain.svg").stat().st_mtime_ns == stamp
    scores = folder / "scores.csv"
    scores.write_text(scores.read_text().replace("failed", "lost"))
    writing.current(reading.load(folder), folder / "figures")
    assert (folder / "figures" / "gain.svg").stat().st_mtime_ns > stamp


def test_a_figure_whose_table_is_not_there_is_left_as_it_is(
    simulated_folder: Path, tmp_path: Path
) -> None:
    """Committed results lack points and lines, and still have the figures that were drawn from them."""
    folder = tmp_path / "study"
    shutil.copytree(simulated_folder, folder, ignore=shutil.ignore_patterns("figures"))
    drawn = folder / "figures" / "distance-f1.png"
    writing.write_all(reading.load(folder), folder / "figures", ["distance-f1"])
    before = drawn.read_bytes()
    for table in ("regression_points", "regression_lines"):
        (folder / "tables" / f"{table}.csv").unlink()
    (entry,) = writing.write_all(reading.load(folder), folder / "figures", ["distance-f1"])
    assert entry["omitted"].endswith("tables/regression_points.csv is absent")
    assert drawn.read_bytes() == before


def test_an_unknown_figure_is_the_users_mistake(simulated_study: Results, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no figure curve"):
        writing.write_all(simulated_study, tmp_path, ["curve"])


def test_without_tables_the_rest_is_drawn_and_the_reasons_are_told(tiny: Results) -> None:
    without = replace(tiny, tables={})
    omitted = {}
    for name in FIGURES:
        try:
            draw(name, without)
        except NothingToDraw as reason:
            omitted[name] = str(reason)
    assert set(FIGURES) - set(omitted) == {"curves", "gain", "methods", "weights", "cost"}
    assert min(len(reason) for reason in omitted.values()) > 15


@pytest.mark.parametrize(
    ("lost", "name"),
    [
        ("means", "curves"),
        ("curves", "curves"),
        ("curve_points", "curves"),
        ("regressions", "distance-gain"),
        ("regression_lines", "distance-gain"),
        ("distances", "break-even"),
        ("costs", "cost"),
    ],
)
def test_one_missing_table_leaves_what_it_does_not_hold(
    lost: str, name: str, simulated_study: Results
) -> None:
    tables = {n: t for n, t in simulated_study.tables.items() if n != lost}
    assert draw(name, replace(simulated_study, tables=tables)).figure.axes


@pytest.mark.parametrize("name", ["distance-direct", "distance-gain", "distance-growth"])
def test_no_line_is_drawn_through_a_handful_of_languages(name: str, tiny: Results) -> None:
    with pytest.raises(NothingToDraw, match=r"^\d languages: a line through languages needs 6$"):
        draw(name, tiny)


@pytest.mark.parametrize(
    "part",
    [
        {"targets": ["swh"], "seeds": (3,), "sizes": (100,)},
        {"methods": ("direct",)},
        {"methods": ("ts",)},
        {"methods": ("supervised", "multi-sim")},
    ],
)
def test_thin_studies_are_drawn_as_far_as_they_go(part: dict, tmp_path: Path) -> None:
    part = {"targets": ["deu", "swh"], **part}
    study = reading.load(simulated.write(tmp_path, failures=0, **part))
    for name in FIGURES:
        try:
            with style.styled():
                drawing = draw(name, study)
                drawing.figure.canvas.draw()
            assert overlaps(drawing) == [], name
        except NothingToDraw as reason:
            assert str(reason)


def test_a_study_without_a_single_score_draws_nothing(tmp_path: Path) -> None:
    study = reading.load(simulated.write(tmp_path, targets=["swh"], failures=0))
    empty = study.scores.assign(status="failed", f1=float("nan"))
    study = replace(study, scores=empty, weights=pd.DataFrame(columns=["alpha"]))
    for name in FIGURES:
        with pytest.raises(NothingToDraw):
            draw(name, study)


def test_a_legend_of_many_methods_stays_inside() -> None:
    study = reading.load(REFERENCE / "methods")
    with style.styled():
        figure = draw("methods", study).figure
        figure.canvas.draw()
    (legend,) = figure.legends
    assert len(legend.get_texts()) == len(study.methods) > 20
    inside = legend.get_window_extent()
    assert figure.bbox.y0 <= inside.y0 and inside.y1 <= figure.bbox.y1
