"""Draws, intervals and contrasts."""
