"""Tables for a paper: booktabs, escaped, ready to `\\input`."""

from __future__ import annotations

import re

from xnerbench.report import numbers
from xnerbench.report.view import View

SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": "$<$", ">": "$>$", numbers.MINUS: "$-$", "±": r"$\pm$", "×": r"$\times$", "…": r"\ldots{}",
    numbers.NONE: "--", "α": r"$\alpha$", "²": "$^2$",
}  # fmt: skip
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
WIDE = 6
"""Columns from which a table takes both columns of the page."""
LONG = 30
"""Rows from which the type is smaller."""


def one_line(text: str) -> str:
    """Text without line ends and other characters that print nothing: a comment ends at the first of them."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if c == " " or c.isprintable())


def escape(text: str) -> str:
    """Text that LaTeX prints as it is."""
    text = one_line(text)
    escaped = "".join(SPECIAL.get(character, character) for character in text)
    return re.sub(
        r"10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"$10^{{{m[1].translate(SUPERSCRIPTS)}}}$", escaped
    )


def table(view: View, study: str) -> str:
    """A whole `table` float.

    Needs `\\usepackage{booktabs}`; a table of many columns is scaled to the text width and needs
    `\\usepackage{graphicx}`.

    Args:
        view: The table.
        study: The study's name, for caption and label.
    """
    starred = "*" if len(view.columns) >= WIDE else ""
    spec = "".join("r" if column.numeric else "l" for column in view.columns)
    size = r"\scriptsize" if len(view.rows) > LONG else r"\small"
    head = " & ".join(escape(column.title) for column in view.columns)
    body = [" & ".join(escape(cell.text) for cell in row) + r" \\" for row in view.rows]
    if view.total:
        body += [r"\midrule", " & ".join(escape(cell.text) for cell in view.total) + r" \\"]
    inner = [rf"\begin{{tabular}}{{{spec}}}", r"\toprule", head + r" \\", r"\midrule",
             *body, r"\bottomrule", r"\end{tabular}"]  # fmt: skip
    if starred:
        inner = [r"\resizebox{\textwidth}{!}{%", *inner[:-1], r"\end{tabular}}"]
    return "\n".join([
        one_line(rf"% {view.title}; study {study}; from {view.source}. Needs booktabs")
        + (" and graphicx." if starred else "."),
        rf"\begin{{table{starred}}}[t]", r"\centering", size, *inner,
        rf"\caption{{{escape(view.title)} (study {escape(study)}). {escape(view.note)}}}",
        rf"\label{{tab:{re.sub('[^a-z0-9]+', '-', study.lower())}-{view.name.replace('_', '-')}}}",
        rf"\end{{table{starred}}}", "",
    ])  # fmt: skip
