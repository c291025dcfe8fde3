import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.report import numbers


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_size_never_has_twelve_digits(value: float) -> None:
    shown = numbers.rounded(value)
    assert len(shown) <= 14 and sum(c.isdigit() for c in shown) <= 7


@given(st.floats(min_value=1e-3, max_value=9e5))
def test_rounding_keeps_the_stated_digits(value: float) -> None:
    read = float(numbers.rounded(value).replace(",", ""))
    assert math.isclose(read, value, rel_tol=0.05)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (numbers.fixed(-0.04), "0.0"),
        (numbers.fixed(-12.34), "\u221212.3"),
        (numbers.signed(0.04), "0.0"),
        (numbers.signed(1.26), "+1.3"),
        (numbers.rounded(1234.5), "1,200"),
        (numbers.rounded(0.03456), "0.035"),
        (numbers.rounded(999.9), "1,000"),
        (numbers.rounded(3.2e7), "3.2 × 10⁷"),
        (numbers.rounded(-3.2e-7), "\u22123.2 × 10⁻⁷"),
        (numbers.fixed(float("nan")), "–"),
        (numbers.fixed(None), "–"),
        (numbers.interval(-1, None), "–"),
        (numbers.interval(-1, 2, numbers.signed), "\u22121.0 to +2.0"),
        (numbers.p_phrase(0.00001), "p < 0.001"),
        (numbers.p_phrase(0.04), "p = 0.040"),
        (numbers.plural(1, "study"), "1 study"),
        (numbers.plural(1200, "study"), "1,200 studies"),
        (numbers.plural(2, "key"), "2 keys"),
        (numbers.listed(["a", "b", "c"], "or"), "a, b or c"),
    ],
)
def test_how_numbers_look(shown: str, expected: str) -> None:
    assert shown == expected
