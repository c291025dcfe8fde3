"""What heat maps have in common: ink that can be read on a cell's colour, whatever the page's theme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WHITE, BLACK = "#ffffff", "#0a0a0a"


def ink_on(colour: Sequence[float] | np.ndarray) -> str:
    """Black or white, whichever has the higher contrast on a colour (WCAG 2.2)."""
    return BLACK if luminance(colour) > 0.19 else WHITE


def luminance(colour: Sequence[float] | np.ndarray) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
