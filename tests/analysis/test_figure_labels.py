import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.transforms import Bbox

from xnerbench.report.canvas import labels, style


def crowd(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, n), rng.uniform(0, 1, n), [f"l{i:02d}" for i in range(n)]


def boxes(x, y, texts) -> tuple[list[Bbox], Bbox]:
    with style.styled():
        figure, (axes,) = style.panels(1, 1, width=style.COLUMN, panel_height=2.3)
        axes.set_xlim(-0.1, 1.1)
        axes.set_ylim(-0.1, 1.1)
        made = labels.place(axes, x, y, texts)
        figure.canvas.draw()
        return [text.get_window_extent() for text in made], axes.get_window_extent()


@pytest.mark.parametrize("seed", range(4))
def test_forty_eight_labels_in_a_column_do_not_overlap(seed: int) -> None:
    placed, frame = boxes(*crowd(48, seed))
    for i, one in enumerate(placed):
        assert frame.x0 - 1 <= one.x0 and one.x1 <= frame.x1 + 1
        for other in placed[:i]:
            shared = Bbox.intersection(one, other)
            assert shared is None or shared.width * shared.height < 2.0  # of about 170 pixels


def test_labels_of_equal_points_are_told_apart() -> None:
    placed, _ = boxes([0.5] * 6, [0.5] * 6, list("abcdef"))
    for i, one in enumerate(placed):
        assert not any(one.overlaps(other.shrunk(0.8, 0.8)) for other in placed[:i])


def test_places_are_the_same_every_time() -> None:
    first, second = (boxes(*crowd(20, 1))[0] for _ in range(2))
    assert [box.extents.tolist() for box in first] == [box.extents.tolist() for box in second]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 100), max_size=30), st.floats(0.1, 3))
def test_spread_keeps_order_gap_and_room(values: list[float], gap: float) -> None:
    placed = labels.spread(values, gap, 0.0, 100.0)
    assert len(placed) == len(values)
    if not values:
        return
    order = np.argsort(values, kind="stable")
    room = min(gap, 100 / max(len(values) - 1, 1))
    assert (np.diff(placed[order]) >= room - 1e-9).all()
    assert placed.min() >= -1e-9 and placed.max() <= 100 + 1e-9


def test_spread_leaves_what_has_room_where_it_is() -> None:
    assert labels.spread([10.0, 50.0, 30.0], 5.0, 0.0, 100.0).tolist() == [10.0, 50.0, 30.0]
