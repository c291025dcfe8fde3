"""What the analysis is told: the `analysis` section of a configuration, or its defaults without one."""

from __future__ import annotations

from xnerbench.study.analysis import AnalysisConfig as Settings

__all__ = ["Settings"]
