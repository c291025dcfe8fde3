"""Numbers as a reader wants them: one decimal for F1, a real minus sign, no twelve digits."""

from __future__ import annotations

import math
from typing import Any, TypeGuard

NONE = "–"
"""What is written where there is no number; the verdict beside it says why."""

MINUS = "\u2212"


def is_number(value: Any) -> TypeGuard[float]:
    """Whether the value is a finite number (an empty CSV cell is not)."""
    try:
        return value is not None and math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def fixed(value: Any, digits: int = 1) -> str:
    """A number with a fixed count of decimals, `–` if there is none; never a negative zero."""
    if not is_number(value):
        return NONE
    text = f"{float(value):,.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if float(text.replace(",", "")) == 0 else MINUS + text[1:]
    return text


def signed(value: Any, digits: int = 1) -> str:
    """A difference, with its sign."""
    text = fixed(value, digits)
    if text == NONE or text.startswith(MINUS) or float(text.replace(",", "")) == 0:
        return text
    return f"+{text}"


def count(value: Any) -> str:
    """A whole number with thousands separators."""
    return fixed(value, 0)


def rounded(value: Any, digits: int = 2) -> str:
    """A number to so many significant digits, written out (`1,200`, `0.034`); 10^x beyond a million.

    Used for sizes read off a curve, whose further digits would claim a precision they lack.
    """
    if not is_number(value):
        return NONE
    number = float(value)
    if number == 0:
        return "0"
    exponent = math.floor(math.log10(abs(number)))
    if exponent >= 6 or exponent < -4:
        mantissa, power = f"{number:.1e}".split("e")
        return f"{fixed(mantissa, 1)} × 10{_superscript(int(power))}"
    number = round(number, digits - 1 - exponent)
    return fixed(number, max(0, digits - 1 - exponent))


def _superscript(exponent: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] if c != "-" else "⁻" for c in str(exponent))


def interval(low: Any, high: Any, style=fixed, **options: Any) -> str:
    """`low to high` in the given style; `–` if either end is missing.

    Args:
        low: Lower end.
        high: Upper end.
        style: One of this module's functions for a single number.
        **options: Passed to `style`.
    """
    if not (is_number(low) and is_number(high)):
        return NONE
    return f"{style(low, **options)} to {style(high, **options)}"


def p_value(value: Any) -> str:
    """A p-value: three decimals, `<0.001` below that."""
    if not is_number(value):
        return NONE
    return "<0.001" if float(value) < 0.001 else fixed(value, 3 if float(value) < 0.1 else 2)


def p_phrase(value: Any) -> str:
    """`p = 0.03` or `p < 0.001`, for a sentence."""
    text = p_value(value)
    return f"p {text[0]} {text[1:]}" if text.startswith("<") else f"p = {text}"


def plural(n: int, noun: str) -> str:
    """`1 seed`, `5 seeds`, `2 studies`, `1,200 sentences`."""
    if n == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{count(n)} {noun[:-1]}ies"
    return f"{count(n)} {noun}s"


def listed(items: list[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
