"""How F1 grows with text: curves, gains, parts of a rise, the surface, sizes read off."""
