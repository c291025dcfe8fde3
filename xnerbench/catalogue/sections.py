"""The sections of the report, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from xnerbench.errors import InputError


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes:
        name: In declarations of tables and figures, and as the anchor in the page.
        heading: As shown.
        otherwise: What is said where the section has nothing to show; by default it is left out then.
    """

    name: str
    heading: str
    otherwise: str = ""


FURTHER = "further"
"""Where a plug-in's tables and figures are shown unless it says otherwise."""

SECTIONS: tuple[Section, ...] = (
    Section("corpora", "Corpora"),
    Section("scores", "Scores"),
    Section("students", "How far students are trained"),
    Section("growth", "Growth: data or updates"),
    Section("comparisons", "Comparisons"),
    Section("curves", "Scaling curves"),
    Section("distance", "Linguistic distance"),
    Section("prediction", "Prediction"),
    Section("cost", "Cost"),
    Section(FURTHER, "Further results"),
    Section("missing", "Missing cells", "Every cell in these scores has one."),
)


def heading(name: str) -> str:
    """A section's heading.

    Raises:
        InputError: There is no such section.
    """
    for section in SECTIONS:
        if section.name == name:
            return section.heading
    known = ", ".join(section.name for section in SECTIONS)
    raise InputError(f"the report has no section {name}", "section", f"Choose from {known}")
