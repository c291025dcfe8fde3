"""Scores, curves, distances, figures, report: pure functions on frames, no torch."""
