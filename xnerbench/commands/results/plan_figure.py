"""The figure of `xnerbench plan --text`: a language among those that the calibration was read off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnerbench.analysis.confidence.stored import Stored
    from xnerbench.analysis.planning.unlabelled import Answer, Expected


def draw(answer: Answer, calibration: Stored, path: Path) -> None:
    """Writes the figure of an answer; the same answer gives the same bytes."""
    import matplotlib as mpl
    import pandas as pd

    from xnerbench.report.canvas import style
    from xnerbench.report.figures import writing
    from xnerbench.report.figures.languages import confidence

    best: Expected = answer.direct[0]
    entry = calibration.entry(best.method, best.sources)
    assert entry is not None
    points = pd.DataFrame([{**point, "signal": entry.signals[0]} for point in entry.points])
    x = answer.signals[best.sources][entry.signals[0]]
    new = confidence.New(answer.language, x, best.f1, best.low, best.high)
    with style.styled(), mpl.rc_context({"svg.hashsalt": "xnerbench"}):
        figure = confidence.drawn(points, pd.DataFrame(entry.line()), entry.signals, new)
        writing.save(figure, path, writing.FORMATS[path.suffix[1:]])
